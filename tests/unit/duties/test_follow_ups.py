"""Follow-ups: nobody starts one without owner and day, done needs evidence, scope in the query."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pollready.audit.models import AuditBatch
from pollready.audit.queries import verify_chain
from pollready.audit.versions import ChangedMeanwhile
from pollready.duties.follow_ups.commands import (
    Attached,
    FollowUpDone,
    FollowUpDraft,
    accept_follow_up,
    change_follow_up,
    drop_follow_up,
    hand_back_follow_up,
    report_follow_up_done,
    start_follow_up,
)
from pollready.duties.follow_ups.files import take_out_file, withdraw_file
from pollready.duties.follow_ups.models import (
    STANDING,
    FollowUp,
    FollowUpEvent,
    FollowUpFile,
    FollowUpState,
    NeverChanged,
)
from pollready.duties.follow_ups.queries import follow_ups_for, owed_by, stations_of
from pollready.duties.follow_ups.rules import FollowUpRefused
from pollready.language import message
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Place
from pollready.register.corrections.attaching import path_of
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.models import Component

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
DONE = FollowUpDone(date(2028, 6, 19), "Two batteries were changed", letter_no="142")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def people(register) -> dict[str, User]:
    """Make who gives, who owes, a rival, and the governors of two counties."""
    telecom, rival = Agency.objects.get(code="TCI"), Agency.objects.get(code="MCI")
    made = {
        "secretary": User.objects.create(username="secretary", role=Role.SECRETARY, clearance=1),
        "tci": User.objects.create(
            username="tci", role=Role.AGENCY_REPRESENTATIVE, agency=telecom, clearance=1
        ),
        "mci": User.objects.create(username="mci", role=Role.AGENCY_DEPUTY, agency=rival),
    }
    for code in ("01", "02"):
        governor = User.objects.create(username=f"governor-{code}", role=Role.GOVERNOR)
        governor.places.add(Place.objects.get(code=code))
        made[governor.username] = governor
    return made


@pytest.fixture
def draft(register) -> FollowUpDraft:
    return FollowUpDraft(
        "Bring a second operator",
        agency_id=Agency.objects.get(code="TCI").pk,
        deadline="ت-۲",
        covers="stations",
        objects=[each.pk for each in register.listings[:3]],
        figure="criterion",
        figure_of="second_path",
    )


@pytest.fixture
def start(register, people):
    def started(draft: FollowUpDraft) -> FollowUp:
        return start_follow_up(draft, round_id=register.round.pk, by=people["secretary"], now=NOW)

    return started


def report(follow_up, by, done=DONE, **more):
    return report_follow_up_done(
        follow_up.pk, done, round_id=follow_up.round_id, by=by, now=NOW, **more
    )


def test_a_follow_up_is_kept_with_its_objects_and_its_first_line(start, draft, register):
    made = start(draft)
    assert (made.state, made.deadline) == ("open", "T-2")
    assert made.objects_of.count() == 3
    assert [event.kind for event in made.events.all()] == ["started"]
    assert AuditBatch.objects.order_by("number").last().command == "start_follow_up"
    assert verify_chain() is None


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"agency_id": None}, "owner-missing", "owner"),
        ({"deadline": " "}, "deadline-missing", "deadline"),
        ({"deadline": "soon"}, "deadline-unread", "deadline"),
        ({"text": "\n"}, "text-missing", "text"),
        ({"office": "governor"}, "one-owner", "owner"),
        ({"agency_id": 10**6}, "agency-not-found", "owner"),
        ({"agency_id": None, "office": "supervision"}, "office-unknown", "owner"),
        ({"objects": ()}, "covers-nothing", "query"),
        ({"objects": (10**9,)}, "object-not-found", "objects"),
        ({"covers": "owner"}, "nothing-to-measure-at", "figure"),
        ({"figure_of": ""}, "figure-of-what", "figure_of"),
        ({"classification": 2}, "class-too-high", "classification"),
        ({"person_id": 10**6}, "person-not-of-owner", "person"),
    ],
)
def test_what_cannot_stand_is_refused_with_its_field_and_words(start, draft, wrong, code, field):
    with pytest.raises(FollowUpRefused) as refused:
        start(replace(draft, **wrong))
    assert (refused.value.code, refused.value.field) == (f"follow-ups.{code}", field)
    for language in ("fa", "en"):
        assert message(refused.value, language)
    assert not FollowUp.objects.exists()


def test_a_day_of_the_calendar_is_a_deadline_too(start, draft):
    assert start(replace(draft, deadline="2028-06-21")).deadline == "2028-06-21"


def test_somebody_who_only_looks_starts_none(draft, register, people):
    with pytest.raises(NotPermitted):
        start_follow_up(draft, round_id=register.round.pk, by=people["tci"], now=NOW)


def test_its_owner_reports_it_done_with_evidence_and_nobody_else(start, draft, people):
    made = start(draft)
    with pytest.raises(FollowUpRefused, match="not-found"):
        report(made, people["mci"])
    for done, code in (
        (replace(DONE, letter_no=""), "evidence-missing"),
        (replace(DONE, note=" "), "note-missing"),
        (replace(DONE, done_date=date(2028, 6, 20)), "done-to-come"),
    ):
        with pytest.raises(FollowUpRefused, match=code):
            report(made, people["tci"], done)
    assert report(made, people["tci"]).state == "reported"
    event = made.events.get(kind="reported")
    assert (event.letter_no, event.before, event.after) == ("142", "open", "reported")
    with pytest.raises(FollowUpRefused, match="not-owed"):
        report(made, people["tci"])


def test_a_file_is_evidence_and_comes_out_as_it_was_kept(start, draft, people, settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    made = start(replace(draft, classification=1))
    done = replace(DONE, letter_no="", files=[Attached("../sheet.pdf", PDF)])
    report(made, people["tci"], done)
    file = FollowUpFile.objects.get()
    assert (file.name, file.classification) == ("sheet.pdf", 1)
    kept, content = take_out_file(file.pk, round_id=made.round_id, by=people["secretary"], now=NOW)
    assert (kept.pk, content) == (file.pk, PDF)
    with pytest.raises(FollowUpRefused, match="not-found"):
        take_out_file(file.pk, round_id=made.round_id, by=people["mci"], now=NOW)
    commands = list(AuditBatch.objects.order_by("-number").values_list("command", flat=True))
    assert commands[0] == "take_out_follow_up_file"


@pytest.mark.parametrize(("classification", "is_kept"), [(0, True), (1, False)])
def test_a_withdrawn_file_is_handed_out_no_more_and_tells_why(
    start, draft, people, settings, tmp_path, classification, is_kept,
    django_capture_on_commit_callbacks,
):  # fmt: skip
    settings.POLLREADY_DATA = tmp_path
    made = start(replace(draft, classification=classification))
    report(made, people["tci"], replace(DONE, files=[Attached("sheet.pdf", PDF)]))
    file, asked = FollowUpFile.objects.get(), {"round_id": made.round_id, "now": NOW}
    with pytest.raises(FollowUpRefused, match="not-found"):  # out of his scope
        withdraw_file(file.pk, reason="a wrong sheet", by=people["mci"], **asked)
    with pytest.raises(CorrectionRefused, match="reason-missing"):
        withdraw_file(file.pk, reason=" ", by=people["tci"], **asked)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_file(file.pk, reason="a wrong sheet", by=people["tci"], **asked)
    file.refresh_from_db()
    assert (file.withdrawn_by, file.withdrawal_reason) == (people["tci"], "a wrong sheet")
    assert path_of(file.stored_name).exists() == is_kept
    with pytest.raises(FollowUpRefused, match="not-found"):
        take_out_file(file.pk, by=people["tci"], **asked)
    with pytest.raises(FollowUpRefused, match="not-found"):
        withdraw_file(file.pk, reason="again", by=people["tci"], **asked)
    batch = AuditBatch.objects.order_by("number").last()
    assert (batch.command, batch.reason) == ("withdraw_follow_up_file", "a wrong sheet")


def test_another_persons_file_is_withdrawn_by_who_keeps_the_register_alone(
    start, draft, people, settings, tmp_path
):
    settings.POLLREADY_DATA = tmp_path
    made = start(draft)
    report(made, people["tci"], replace(DONE, files=[Attached("sheet.pdf", PDF)]))
    file, asked = FollowUpFile.objects.get(), {"round_id": made.round_id, "now": NOW}
    other = User.objects.create(
        username="other", role=Role.AGENCY_DEPUTY, agency=people["tci"].agency, clearance=1
    )
    with pytest.raises(NotPermitted):
        withdraw_file(file.pk, reason="not mine", by=other, **asked)
    withdraw_file(file.pk, reason="it is of another year", by=people["secretary"], **asked)
    assert FollowUpFile.objects.get().withdrawn_at == NOW


def test_a_file_of_no_known_kind_is_refused_and_nothing_is_written(
    start, draft, people, settings, tmp_path
):
    settings.POLLREADY_DATA = tmp_path
    made = start(draft)
    with pytest.raises(CorrectionRefused):
        report(
            made,
            people["tci"],
            replace(DONE, files=[Attached("a.pdf", PDF), Attached("b.exe", b"MZ\x00\xff")]),
        )
    made.refresh_from_db()
    assert made.state == "open"
    assert not list(tmp_path.rglob("evidence/*"))


def test_the_office_hands_back_with_a_reason_and_the_owner_reports_again(start, draft, people):
    made = report(start(draft), people["tci"])
    with pytest.raises(FollowUpRefused, match="reason-missing"):
        back(made, people["secretary"], reason=" ")
    made = back(made, people["secretary"])
    assert made.state == "handed_back"
    assert made in owed_by(people["tci"], made.round_id)
    assert report(made, people["tci"]).state == "reported"


def back(made, by, reason="The sheet is of another station"):
    return hand_back_follow_up(
        made.pk, round_id=made.round_id, reason=reason, version=made.version, by=by, now=NOW
    )


def test_by_hand_nobody_verifies_what_the_register_can_tell(start, draft, people):
    made = report(start(draft), people["tci"])

    def accept(made):
        return accept_follow_up(
            made.pk, round_id=made.round_id, reason="Seen on site", version=made.version,
            by=people["secretary"], now=NOW,
        )  # fmt: skip

    with pytest.raises(FollowUpRefused, match="not-checked"):
        accept(made)
    FollowUp.objects.filter(pk=made.pk).update(checked_at=NOW, after={"verdict": "unmoved"})
    with pytest.raises(FollowUpRefused, match="unmoved"):
        accept(made)
    FollowUp.objects.filter(pk=made.pk).update(after={"verdict": "unknown"})
    assert accept(made).state == "verified"
    free = start(replace(draft, covers="owner", objects=(), figure="none", figure_of=""))
    assert accept(report(free, people["tci"])).state == "verified"


def test_a_dropped_one_stays_readable_and_changes_no_more(start, draft, people):
    made = start(draft)
    drop = {"round_id": made.round_id, "by": people["secretary"], "now": NOW}
    made = drop_follow_up(made.pk, reason="The line is there", version=made.version, **drop)
    assert (made.state, made.settled_at) == ("dropped", NOW)
    with pytest.raises(FollowUpRefused, match="settled"):
        drop_follow_up(made.pk, reason="again", version=made.version, **drop)
    with pytest.raises(FollowUpRefused, match="settled"):
        change_follow_up(made.pk, draft, version=made.version, reason="again", **drop)
    assert made in follow_ups_for(people["tci"], made.round_id)


def test_two_at_once_the_later_one_is_told(start, draft, people):
    made = start(draft)
    given = {"round_id": made.round_id, "by": people["secretary"], "now": NOW, "reason": "later"}
    change_follow_up(made.pk, replace(draft, deadline="T-1"), version=1, **given)
    with pytest.raises(ChangedMeanwhile):
        change_follow_up(made.pk, draft, version=1, **given)


def test_another_deadline_keeps_what_was_measured_and_other_objects_do_not(start, draft, people):
    made = start(draft)
    FollowUp.objects.filter(pk=made.pk).update(measured_at=NOW, before={"stations": 3})
    given = {"round_id": made.round_id, "by": people["secretary"], "now": NOW, "reason": "why"}
    made = change_follow_up(made.pk, replace(draft, deadline="T-1"), version=1, **given)
    assert made.before == {"stations": 3}
    assert made.events.get(kind="changed").detail == {"fields": ["deadline"]}
    fewer = replace(draft, deadline="T-1", objects=draft.objects[:1])
    made = change_follow_up(made.pk, fewer, version=2, **given)
    assert (made.before, made.measured_at, made.objects_of.count()) == ({}, None, 1)


def test_a_history_is_never_written_again(start, draft):
    event = start(draft).events.get()
    with pytest.raises(NeverChanged):
        event.save()
    with pytest.raises(NeverChanged):
        event.delete()


def test_who_reads_which(start, draft, people, register):
    of_agency = start(draft)
    of_office = start(
        replace(draft, agency_id=None, office="governor", figure="none", figure_of="",
                covers="owner", objects=())
    )  # fmt: skip
    named = start(
        replace(draft, agency_id=None, office="governor", figure="none", figure_of="",
                covers="owner", objects=(), person_id=people["governor-02"].pk)
    )  # fmt: skip
    secret = start(replace(draft, classification=1))

    def seen(name):
        return set(follow_ups_for(people[name], register.round.pk))

    assert seen("secretary") == {of_agency, of_office, named, secret}
    assert seen("tci") == {of_agency, secret}
    assert seen("mci") == set()
    here = {
        code: [x for x in register.listings[:3] if x.point.place.parent.code == code]
        for code in ("01", "02")
    }
    for code, also in (("01", set()), ("02", {named})):
        about = {of_agency} if here[code] else set()
        governor = people[f"governor-{code}"]
        # his clearance is the usual one: what is confidential is seen where it is his
        extra = {secret} if here[code] and governor.clearance >= 1 else set()
        assert seen(governor.username) == {of_office} | also | about | extra
        rows = stations_of(governor, of_agency)
        assert {row.listing_id for row in rows} == {each.pk for each in here[code]}
    assert set(owed_by(people["governor-01"], register.round.pk)) == {of_office}
    assert set(owed_by(people["governor-02"], register.round.pk)) == {of_office, named}


def test_components_are_chosen_among_those_in_reach(start, draft, register, people):
    own = Component.objects.filter(agency__code="TCI").first()
    made = start(replace(draft, covers="components", objects=[own.pk]))
    assert made.objects_of.get().component == own


STEPS = st.lists(
    st.sampled_from(["report", "back", "accept", "drop", "change"]), min_size=1, max_size=8
)


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(steps=STEPS)
def test_whatever_is_tried_the_state_and_its_history_agree(steps, start, draft, people, register):
    """Every step either is refused and changes nothing, or adds the line that says the state."""
    free = replace(draft, covers="owner", objects=(), figure="free", figure_of="keys handed over")
    made = start(free)
    office, owner = people["secretary"], people["tci"]
    given = {"round_id": register.round.pk, "now": NOW + timedelta(minutes=1)}
    tried = {
        "report": lambda: report_follow_up_done(made.pk, DONE, by=owner, **given),
        "back": lambda: hand_back_follow_up(
            made.pk, reason="no", version=made.version, by=office, **given
        ),
        "accept": lambda: accept_follow_up(
            made.pk, reason="seen", version=made.version, by=office, **given
        ),
        "drop": lambda: drop_follow_up(
            made.pk, reason="no", version=made.version, by=office, **given
        ),
        "change": lambda: change_follow_up(
            made.pk, free, reason="why", version=made.version, by=office, **given
        ),
    }
    for step in steps:
        before = (made.state, made.version, made.events.count())
        try:
            tried[step]()
        except FollowUpRefused:
            made.refresh_from_db()
            assert (made.state, made.version, made.events.count()) == before
            continue
        made.refresh_from_db()
        last = FollowUpEvent.objects.filter(follow_up=made).order_by("pk").last()
        assert (made.version, made.events.count()) == (before[1] + 1, before[2] + 1)
        assert (last.before, last.after) == (before[0], made.state)
        assert (made.settled_at is None) == (made.state in STANDING)
        assert before[0] != FollowUpState.DROPPED
