"""Reports that are kept: told by what was recorded by then, frozen, and made again to the byte."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pollready.audit.commands import Entry, record
from pollready.audit.frozen import freeze, unfreeze
from pollready.audit.past import KEPT, PastNotKept
from pollready.duties.commands import Done, DutyDraft, enter_duty, report_done
from pollready.language import fold, say
from pollready.models import (
    Agency,
    Claim,
    Component,
    Duty,
    Incident,
    KeptFile,
    KeptReport,
    Listing,
    Person,
    Place,
    Requirement,
    ResourceLot,
    SavedAssessment,
    ServicePoint,
    Source,
    Stop,
    User,
)
from pollready.obstacles.office import office_thresholds
from pollready.people.models import Role
from pollready.register.veil import masked
from pollready.reports.kept.changes import TOLD
from pollready.reports.kept.commands import Asked, make_report
from pollready.reports.kept.data import unpacked
from pollready.reports.kept.making import Inputs, inputs_at, make
from pollready.reports.kept.models import ReportKind
from pollready.reports.kept.queries import reports_for
from pollready.reports.kept.rules import ReportRefused, Subject
from pollready.reports.kept.verifying import verify

pytestmark = pytest.mark.django_db
DAY = date(2028, 6, 19)
T0 = datetime(2028, 6, 19, 6, tzinfo=UTC)
T1, T2, T3 = (T0 + timedelta(hours=hours) for hours in (1, 2, 3))
ALL = Subject(ReportKind.PROVINCIAL)


def test_what_reports_tell_of_is_what_the_log_names():
    for name in sorted(TOLD):
        assert say(f"correct.object.{name}", "fa"), name


def batch(now, write=lambda: None, *, actor="keeper", command="correct", entries=()):
    with transaction.atomic():
        write()
        return record(actor=actor, command=command, now=now, entries=list(entries))


@pytest.fixture
def world(rows):
    """Fill the register as one command at T0 would."""
    made = {}
    batch(T0, lambda: made.update(world=rows.fill_register()), command="import_file")
    return made["world"]


@pytest.fixture
def head(world):
    return User.objects.create(
        username="head", first_name="Ali", last_name="Rad", role=Role.COMMITTEE_HEAD, clearance=2
    )


def data_at(world, moment, subject=ALL, earlier=()):
    number, its_hash = inputs_at(moment)
    inputs = Inputs(
        subject, world.round.pk, moment, number, its_hash, DAY, earlier, office_thresholds(), None,
        masked,
    )  # fmt: skip
    return make(inputs).content


def turn_everything_round(world):
    """Change, add and take away something of every table that a report reads."""
    first, second = world.listings[0], world.listings[1]
    Claim.objects.filter(listing=first, field="mains").update(superseded_at=T2)
    Claim.objects.create(
        listing=first, field="mains", value="no", source=world.source, recorded_at=T2
    )
    world.round.name, world.round.election_date = "renamed", date(2028, 7, 5)
    world.round.save()
    ServicePoint.objects.filter(pk=first.point_id).update(name="moved", lat=37.5, lon=46.0)
    Listing.objects.filter(pk=second.pk).update(status="cancelled")
    Listing.objects.filter(pk=first.pk).update(expected_voters=9)
    point = ServicePoint.objects.create(name="new", key=fold("new"), place=first.point.place)
    Listing.objects.create(round=world.round, point=point, code="0099", expected_voters=700)
    Stop.objects.all().delete()
    Place.objects.filter(level=2, code="01").update(name="otherwise", key="otherwise")
    Agency.objects.filter(code="TCI").update(name="renamed", ready_declared=True)
    Component.objects.filter(code="FD-17").update(kind="exchange", unavailability=0.5, tier=3)
    Component.objects.create(round=world.round, code="NEW", kind="exchange", tier=1)
    Requirement.objects.filter(expression="MS-210").delete()
    Requirement.objects.filter(expression="CORE-1").update(expression="NEW")
    Source.objects.filter(pk=world.source.pk).update(name="renamed.xlsx", classification=2)
    Incident.objects.all().delete()
    person = Person.objects.create(round=world.round, name="p", role="user", scope="x")
    Duty.objects.create(
        round=world.round, person=person, text="do", deadline="T-20", source=world.source
    )
    ResourceLot.objects.create(
        round=world.round, agency=Agency.objects.get(code="PWR"), kind="generator", pledged=4,
        source=world.source,
    )  # fmt: skip


def test_a_moment_is_told_to_the_byte_whatever_came_after(world):
    before = data_at(world, T1)
    batch(T2, lambda: turn_everything_round(world))
    assert data_at(world, T1) == before
    after = data_at(world, T3)
    assert after != before
    # and the changes were no trifles: the round as it is now says other things of everything
    old, new = json.loads(before), json.loads(after)
    assert {name for name in old["summary"] if old["summary"][name] != new["summary"][name]} > {
        "round", "election_date", "total", "by_county", "components", "causes",
    }  # fmt: skip


def test_only_tables_that_keep_their_past_or_tell_their_times_are_read(world, head):
    kept = {apps.get_model("pollready", name)._meta.db_table for name in KEPT}
    timed = {
        "pollready_claim",  # recorded and superseded
        "pollready_resolution",  # recorded and ended
        "pollready_auditbatch",  # only ever added to
        "pollready_auditentry",
        "pollready_serviceprofile",
    }
    with CaptureQueriesContext(
        connection,
    ) as queries:
        data_at(world, T1)
    read = {
        table
        for query in queries
        for table in connection.introspection.table_names()
        if f'"{table}"' in query["sql"] and not table.startswith("past_")
    }
    assert read <= kept | timed
    assert read >= kept - {"pollready_user", "pollready_dutyproof"}


def asked(subject=ALL, moment=T1, **other):
    return Asked(subject, moment, DAY, other.pop("language", "en"), **other)


def report(world, by, now=T1, **other):
    return make_report(
        asked(moment=now, **other), round_id=world.round.pk, terrain=None, mask=masked, by=by,
        now=now,
    )  # fmt: skip


def proof_of(kept):
    return verify(KeptReport.objects.get(pk=kept.pk), terrain=None, mask=masked, address="")


def test_a_kept_report_is_made_again_with_its_files(world, head):
    kept = report(world, head)
    assert [each.name for each in kept.files.all()] == [
        "report.pdf", "report.docx", "report.html", "data.json",
    ]  # fmt: skip
    batch(T2, lambda: turn_everything_round(world))
    proof = proof_of(kept)
    assert proof.holds
    assert proof.differs == proof.parts == ()
    assert set(proof.files_again) == {"report.pdf", "report.docx", "report.html", "data.json"}


def test_the_second_report_tells_what_moved_and_who_did_it(world, head):
    report(world, head)
    tci = Agency.objects.get(code="TCI")
    User.objects.create(username="rep", role=Role.AGENCY_REPRESENTATIVE, agency=tci)
    first = world.listings[0]
    change = Entry("claim", f"listing/{first.pk}", None, {"field": "mains", "value": "no"})
    batch(T2, lambda: turn_everything_round(world), actor="rep", entries=[change])
    batch(T2, actor="somebody", command="sign_in", entries=[Entry("user_session", "1", None, {})])
    kept = report(world, head, now=T3)
    data = json.loads(unpacked(kept.data))
    assert data["moves"]["added"] == {"count": 1, "codes": ["0099"]}
    assert data["moves"]["gone"] == {"count": 1, "codes": [world.listings[1].code]}
    assert [point["figures"]["stations"] for point in data["trend"]] == [12, 12]
    assert data["changed"] == [
        {"agency": "renamed", "role": "agency_representative", "command": "correct", "times": 1,
         "objects": 1},
    ]  # fmt: skip
    assert kept.previous is not None
    assert proof_of(kept).holds


def test_a_county_s_report_counts_that_county_alone(world, head):
    county = Place.objects.get(level=2, code="02")
    kept = report(world, head, subject=Subject(ReportKind.COUNTY, county))
    data = json.loads(unpacked(kept.data))
    assert list(data["summary"]["by_county"]) == ["02"]
    own = Listing.objects.filter(point__place__parent=county).order_by("code")
    assert [row[0] for row in data["stations"]] == [each.code for each in own]
    assert data["summary"]["commitments"] == []
    whole = json.loads(data_at(world, T1))
    state = {code: rest for code, *rest in whole["stations"]}
    assert all(state[code] == rest for code, *rest in data["stations"])
    losses = data["summary"]["vulnerabilities"][0]["singles_all_tiers"]["offline/service"]
    assert max((loss["stations"] for loss in losses), default=0) <= len(data["stations"])


def test_an_agency_s_report_holds_what_is_its_own(world, head):
    agency = Agency.objects.get(code="PWR")
    kept = report(world, head, subject=Subject(ReportKind.AGENCY, agency=agency))
    data = json.loads(unpacked(kept.data))
    assert {cause["owner"] for cause in data["summary"]["causes"]} <= {"PWR"}
    assert data["own"]["failures"]["components"] == 1
    assert data["summary"]["vulnerabilities"] == []


def enter(by, now=T0, **said):
    power = Agency.objects.get(code="PWR").pk
    draft = DutyDraft(**{"agency_id": power, "deadline": "T-2"} | said)
    return enter_duty(draft, round_id=the_round().pk, by=by, now=now)


def the_round():
    return Listing.objects.first().round


def duties_of(kept):
    found = json.loads(unpacked(kept.data))["duties"]
    return None if found is None else {each["text"]: each for each in found}


def test_an_agency_s_report_tells_how_far_its_duties_are_and_so_again_later(rows, world, head):
    subject = Subject(ReportKind.AGENCY, agency=Agency.objects.get(code="PWR"))
    assert duties_of(report(world, head, subject=subject)) is None  # nothing was assessed
    rows.assess_register(world)
    SavedAssessment.objects.update(made_at=T1)
    named = enter(head, text="Look at FD-17 and MS-210", deadline="T-60")
    enter(head, text="Keep a generator", covers="stations", query="kind=fixed",
          proof="field", proof_of="generator")  # fmt: skip
    kept = report(world, head, now=T2, subject=subject)
    told = duties_of(kept)
    owed = told.pop(next(text for text in told if text.startswith("Look at")))
    assert "FD-17" in owed["text"] or "#" in owed["text"]
    assert "MS-210" not in owed["text"]
    assert (owed["state"], owed["counts"]["open"]) == ("open", 1)
    assert owed["days_overdue"] > 0
    fixed = told["Keep a generator"]["counts"]
    assert sum(fixed.values()) == Listing.objects.filter(point__kind="fixed").count()
    report_done(
        named.pk, Done(date(2028, 6, 19), letter_no="142"), round_id=world.round.pk, by=head, now=T3
    )
    Claim.objects.filter(field="generator").update(superseded_at=T3)
    proof = proof_of(kept)
    assert proof.data_again
    assert proof.holds
    later = duties_of(report(world, head, now=T3 + timedelta(hours=1), subject=subject))
    assert {each["state"] for text, each in later.items() if text.startswith("Look")} == {"done"}


def test_no_name_of_what_lies_upstream_is_in_a_report(world, head):
    kept = report(world, head)
    said = unpacked(kept.data).decode()
    said += bytes(kept.files.get(name="report.html").content).decode()
    for secret in ("EX-04", "MS-210", "CORE-1", "FD-17", "مرکز تلفن ولیعصر"):
        assert secret not in said


def test_nobody_changes_a_kept_report(world, head):
    kept = report(world, head)
    for rows, change in (
        (KeptReport.objects.filter(pk=kept.pk), {"headline": {}}),
        (KeptFile.objects.filter(report=kept), {"content": b"other"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


@pytest.mark.parametrize(
    ("table", "column", "value", "whole"),
    [
        ("pollready_keptfile", "content", b"other", False),
        ("pollready_keptreport", "data", b"other", False),
        ("pollready_keptreport", "data_sha256", "0" * 64, False),
    ],
)
def test_who_goes_past_the_database_s_refusal_is_found_out(
    world, head, table, column, value, whole
):
    kept = report(world, head)
    unfreeze()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])
    freeze()
    proof = proof_of(kept)
    assert not proof.holds
    assert proof.whole is whole


def test_a_report_and_its_digests_changed_together_differ_from_the_log(world, head):
    kept = report(world, head)
    unfreeze()
    KeptFile.objects.filter(report=kept, name="report.pdf").update(
        content=b"other", sha256=sha256(b"other").hexdigest()
    )
    freeze()
    proof = proof_of(kept)
    assert proof.whole
    assert not proof.logged
    assert not proof.files_again["report.pdf"]


def test_a_log_that_was_replaced_is_told(world, head):
    kept = report(world, head)
    unfreeze()
    KeptReport.objects.filter(pk=kept.pk).update(batch_hash="f" * 64)
    freeze()
    assert proof_of(kept).differs == ("log",)


def test_nobody_reports_on_what_he_does_not_see(world):
    governor = User.objects.create(username="g", clearance=1, role=Role.GOVERNOR)
    governor.places.add(Place.objects.get(level=2, code="01"))
    deputy = User.objects.create(
        username="d", clearance=1, role=Role.AGENCY_DEPUTY, agency=Agency.objects.get(code="TCI")
    )
    representative = User.objects.create(
        username="r", clearance=1, role=Role.AGENCY_REPRESENTATIVE, agency=deputy.agency
    )
    other = Subject(ReportKind.AGENCY, agency=Agency.objects.get(code="PWR"))
    for user, subject, code in (
        (governor, ALL, "kind-not-yours"), (deputy, ALL, "kind-not-yours"),
        (representative, other, "agency-missing"),
    ):  # fmt: skip
        with pytest.raises(ReportRefused, match=code):
            report(world, user, subject=subject)


def test_a_governor_reports_on_his_county_and_reads_that_alone(world, head):
    governor = User.objects.create(username="g", role=Role.GOVERNOR, clearance=1)
    county, other = Place.objects.get(level=2, code="01"), Place.objects.get(level=2, code="02")
    governor.places.add(county)
    mine = report(world, governor, subject=Subject(ReportKind.COUNTY, county))
    report(world, head)
    report(world, head, subject=Subject(ReportKind.COUNTY, other))
    assert list(reports_for(governor)) == [mine]
    with pytest.raises(ReportRefused):
        report(world, governor, subject=Subject(ReportKind.COUNTY, other))


def test_a_moment_to_come_or_before_the_register_is_refused(world, head):
    with pytest.raises(ReportRefused, match="moment-to-come"):
        make_report(
            asked(moment=T3), round_id=world.round.pk, terrain=None, mask=masked, by=head, now=T1
        )
    with pytest.raises(ReportRefused, match="round-not-there-yet"):
        make_report(
            asked(moment=T0 - timedelta(days=1)), round_id=world.round.pk, terrain=None,
            mask=masked, by=head, now=T1,
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE past_began SET batch = 1")
    with pytest.raises(PastNotKept):
        make_report(
            asked(moment=T0 - timedelta(days=1)), round_id=world.round.pk, terrain=None,
            mask=masked, by=head, now=T1,
        )  # fmt: skip


def test_the_annex_is_apart_and_only_for_who_may_see_names(world, head):
    with pytest.raises(ReportRefused, match="names-not-yours"):
        report(world, head, reveal_reason="meeting")
    head.may_see_names = True
    head.save()
    kept = report(world, head, reveal_reason="meeting")
    annex = kept.files.get(name="annex.pdf")
    assert annex.with_names
    assert annex.classification >= 1
    assert proof_of(kept).holds
