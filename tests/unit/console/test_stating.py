"""An agency states what it knows at the stations of its own open obstacles, and no more."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pollready.assessment import assess
from pollready.assessment.cases.stating import statable_at, statable_of, state
from pollready.assessment.commands import save_assessment
from pollready.assessment.models import FindingRecord, SavedAssessment
from pollready.audit.models import AuditBatch
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Place
from pollready.register.corrections.claiming import Statement
from pollready.register.corrections.differing import contradictions_for
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.models import Evidence, Resolution
from pollready.register.corrections.queries import changed_since
from pollready.register.corrections.stating import put_beside
from pollready.register.corrections.subjects import About, OutOfReach
from pollready.register.models import Claim

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 minutes of the test"
NOW = datetime(2028, 6, 20, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def assessed(assessed, rows):
    return rows.record_earlier(assessed)


@pytest.fixture
def case(assessed) -> ObstacleCase:
    """The short backup power of one station: the power company's."""
    return ObstacleCase.objects.get(rule="backup_power_short")


@pytest.fixture
def station(assessed):
    return assessed.listings[0]


def of_agency(code: str, role: Role = Role.AGENCY_REPRESENTATIVE) -> User:
    return User.objects.create(
        username=f"{code}-{role}", role=role, language="en", agency=Agency.objects.get(code=code)
    )


@pytest.fixture
def owner(assessed) -> User:
    return of_agency("PWR")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(station, field="battery_h", **query) -> str:
    asked = "&".join(f"{name}={value}" for name, value in ({"field": field} | query).items())
    return reverse("claim-new", args=[f"listing-{station.pk}"]) + f"?{asked}"


def sent(**more):
    return {"value": "6", "as_of": "2024-06-10", "confidence": "declared", **more}


def text(response) -> str:
    return response.content.decode()


def test_the_owner_of_an_obstacle_finds_where_to_state_what_it_asks_for(owner, case, station):
    client = browser(owner)
    for address in (reverse("case", args=[case.pk]), reverse("station", args=[station.pk])):
        page = text(client.get(address)).replace("&amp;", "&")
        assert form(station, case=case.pk) in page
        assert "more than" in page
    opened = text(client.get(form(station, case=case.pk)))
    assert "stands beside the other claims" in opened
    assert "more than 2 h, or a second source" in opened
    assert "Let this value stand" not in opened


def test_what_is_stated_stands_beside_and_ends_nothing(owner, case, station):
    before = Claim.objects.get(listing=station, field="battery_h")
    said = sent(evidence=SimpleUploadedFile("m.pdf", PDF), stands="on", note="visited")
    response = browser(owner).post(form(station, case=case.pk), said, follow=True)
    address, status = response.redirect_chain[0]
    assert (status, address.partition("?")[0]) == (303, reverse("case", args=[case.pk]))
    made = Claim.objects.get(listing=station, value="6")
    assert made.source.name == "توزیع برق"
    assert made.recorded_by == owner
    assert Evidence.objects.get().claim == made
    before.refresh_from_db()
    assert before.superseded_at is None
    assert not Resolution.objects.exists()
    found = {(each.id, each.field) for each in contradictions_for(owner, case.round_id)}
    assert (station.pk, "battery_h") not in found  # not the agency's to resolve
    secretary = User.objects.create(username="s", role=Role.SECRETARY)
    found = {(each.id, each.field) for each in contradictions_for(secretary, case.round_id)}
    assert (station.pk, "battery_h") in found
    assert changed_since(case.round_id, datetime(2025, 1, 1, tzinfo=UTC))


def test_one_agency_has_one_word_whoever_speaks_for_it(owner, case, station):
    browser(owner).post(form(station), sent())
    browser(of_agency("PWR", Role.AGENCY_DEPUTY)).post(form(station), sent(value="7"))
    stated = Claim.objects.filter(listing=station, source__lineage__startswith="agency:")
    assert {(each.value, each.superseded_at is None) for each in stated} == {
        ("6", False), ("7", True),
    }  # fmt: skip


def test_a_statement_is_audited_and_undone(owner, case, station):
    client = browser(owner)
    page = text(client.post(form(station), sent(), follow=True))
    batch = AuditBatch.objects.get(command="state_for_agency")
    assert batch.actor == owner.username
    undo = reverse("undo", args=[batch.number])
    assert undo in page
    client.post(undo, {"back": "/"})
    assert not Claim.objects.filter(listing=station, value="6", superseded_at=None).exists()
    assert "Stated by an agency" in text(
        client.get(reverse("history", args=[f"listing-{station.pk}"]))
    )


@pytest.mark.parametrize("field", ["software", "id_devices", "name", "position", "requires"])
def test_what_the_rule_does_not_look_at_is_not_the_agencys_to_state(owner, case, station, field):
    client = browser(owner)
    assert client.get(form(station, field)).status_code == 404
    assert client.post(form(station, field), sent()).status_code == 404
    with pytest.raises(NotPermitted):
        state(about=About.of(station), said=Statement(field, "6", None), by=owner, now=NOW)


def test_other_stations_agencies_and_roles_state_nothing(owner, case, station, assessed):
    there = assessed.listings[1]
    assert browser(owner).post(form(there), sent()).status_code == 404
    assert browser(of_agency("MCI")).post(form(station), sent()).status_code == 404
    supervision = User.objects.create(username="sup", role=Role.SUPERVISION)
    assert browser(supervision).post(form(station), sent()).status_code == 403
    assert not Claim.objects.filter(value="6").exists()
    head = User.objects.create(username="head", role=Role.COMMITTEE_HEAD)
    assert statable_at(head, [station.pk]) == {}


@pytest.mark.parametrize("ended", ["verified", "gone"])
def test_a_settled_case_asks_for_nothing_more(owner, case, station, ended):
    ObstacleCase.objects.update(state=ended, settled_date=date(2028, 6, 20))
    assert browser(owner).post(form(station), sent()).status_code == 404


def test_a_case_that_is_given_to_another_is_no_longer_the_agencys(owner, case, station):
    ObstacleCase.objects.filter(pk=case.pk).update(owner="MCI", assignee=owner)
    assert browser(owner).get(reverse("case", args=[case.pk])).status_code == 200
    assert browser(owner).post(form(station), sent()).status_code == 404
    page = text(browser(owner).get(reverse("case", args=[case.pk])))
    assert "or the secretary records this" in page
    assert "Ask them in a comment" in page


def test_scope_and_class_hold_for_statements(owner, case, station):
    owner.places.add(Place.objects.exclude(pk=station.point.place.parent_id).get(code="03"))
    assert statable_of(owner, station) == frozenset()
    with pytest.raises(OutOfReach):
        state(about=About.of(station), said=Statement("battery_h", "6", None), by=owner, now=NOW)
    owner.places.clear()
    station.point.classification = 3
    station.point.save()
    with pytest.raises(OutOfReach):
        state(about=About.of(station), said=Statement("battery_h", "6", None), by=owner, now=NOW)
    station.point.classification = 0
    station.point.save()
    SavedAssessment.objects.update(classification=3)
    assert statable_of(owner, station) == frozenset()


def test_what_the_list_itself_holds_is_never_stated(owner, case, station):
    """Even where a rule asks for it: a claim of a column writes the column."""
    FindingRecord.objects.filter(cause=case.record_id).update(fields={"thing": "voters"})
    type(case.record).objects.filter(pk=case.record_id).update(rule="no_evidence")
    assert statable_of(owner, station) == frozenset()
    with pytest.raises(CorrectionRefused):
        put_beside(station, Statement("expected_voters", "6", None), by=owner, now=NOW)


def test_who_may_not_record_reads_who_can(case, station, supervisor_client):
    page = text(supervisor_client.get(reverse("case", args=[case.pk])))
    county = station.point.place.parent.name
    assert f"office of {county} or the secretary" in page.replace("\u2068", "").replace(
        "\u2069", ""
    )
    assert "Ask them in a comment" not in page  # supervision writes none


def test_a_fix_claimed_without_evidence_leads_the_owner_to_a_form(owner, case, station):
    client = browser(owner)
    data = {"version": case.version, "done": "The generator came.", "evidence": ""}
    answer = client.post(reverse("case-claim-fixed", args=[case.pk]), data)
    assert form(station, case=case.pk) in text(answer).replace("&amp;", "&")
    client.post(form(station, case=case.pk), sent())
    data["version"] = ObstacleCase.objects.get(pk=case.pk).version
    answer = client.post(reverse("case-claim-fixed", args=[case.pk]), data)
    assert answer.status_code == 303


def test_the_day_of_a_test_that_is_needed_is_said(client, assessed):
    """A test counts from thirty days before the coverage gate, and typing any other day fails."""
    listing = assessed.listings[0]
    Claim.objects.filter(listing=listing, field="test_date").update(value="2028-03-01")
    save_assessment(assess(assessed.round.pk, as_of=date(2028, 6, 19)), now=NOW)
    case = ObstacleCase.objects.filter(rule="no_tested_radio").first()
    for address in (reverse("case", args=[case.pk]), form(listing, "test_date")):
        assert "on or after 2028-04-29" in text(client.get(address))
