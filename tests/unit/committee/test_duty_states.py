"""How far a duty is: at each object, told by the register, and when it is overdue."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from pollready.assessment.models import FindingRecord, StationRecord
from pollready.assessment.result import CRITERIA
from pollready.committee.duty_states import DutyReader, DutyState, due_of
from pollready.duties.commands import Done, DutyDraft, enter_duty, report_done
from pollready.duties.escalation import USUAL
from pollready.obstacles.finding import Severity
from pollready.obstacles.thresholds import Thresholds
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.register.corrections.claiming import Statement
from pollready.register.corrections.commands import claim
from pollready.register.corrections.subjects import About
from pollready.register.models import Component

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
LETTERS = {"m": "done", "u": "open", "?": "unknown", "c": "contradicted"}


@pytest.fixture
def secretary(assessed) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY, clearance=1)


@pytest.fixture
def enter(assessed, secretary):
    """Enter a duty of the telecom company, unless another owner is said."""

    def entered(**said):
        said.setdefault("text", "Do what the instructions say")
        if not said.get("office"):
            said.setdefault("agency_id", Agency.objects.get(code="TCI").pk)
        return enter_duty(DutyDraft(**said), round_id=assessed.round.pk, by=secretary, now=NOW)

    return entered


def states(assessed, viewer, duty) -> dict[int, str]:
    rows = DutyReader(viewer, assessed.saved, now=NOW).objects(duty)
    key = "listing" if duty.covers == "stations" else "pk"
    return dict(rows.values_list(key, "duty_state"))


@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_criterion_tells_the_state_at_every_station(assessed, secretary, enter, criterion):
    duty = enter(covers="stations", proof="criterion", proof_of=criterion)
    place = CRITERIA.index(criterion)
    records = StationRecord.objects.filter(assessment=assessed.saved)
    wanted = {each.listing_id: LETTERS[each.criteria[place]] for each in records}
    assert states(assessed, secretary, duty) == wanted
    progress = DutyReader(secretary, assessed.saved, now=NOW).progress(duty)
    assert Counter(wanted.values()) == Counter({k: v for k, v in progress.counts.items() if v})


def test_a_rule_that_finds_nothing_is_done_only_where_enough_is_known(assessed, secretary, enter):
    rules = set(
        FindingRecord.objects.filter(cause__assessment=assessed.saved, listing__isnull=False)
        .exclude(cause__severity=Severity.UNKNOWN)
        .values_list("cause__rule", flat=True)
    )
    seen = Counter()
    for rule in sorted(rules):
        duty = enter(text=rule, covers="stations", proof="obstacle", proof_of=rule)
        found = set(
            FindingRecord.objects.filter(cause__assessment=assessed.saved, cause__rule=rule)
            .exclude(cause__severity=Severity.UNKNOWN)
            .values_list("listing", flat=True)
        )
        told = states(assessed, secretary, duty)
        assert {listing for listing, state in told.items() if state == "open"} == found - {None}
        seen.update(told.values())
    assert set(seen) == {"done", "open", "unknown"}


def test_a_field_is_done_where_one_value_stands(assessed, secretary, enter):
    duty = enter(covers="stations", proof="field", proof_of="battery_h")
    before = states(assessed, secretary, duty)
    done = next(pk for pk, state in before.items() if state == "done")
    said = Statement("battery_h", "7", date(2028, 6, 19))
    claim(about=About("listing", done), said=said, by=secretary, now=NOW)
    after = states(assessed, secretary, duty)
    assert after == before | {done: "contradicted"}
    missing = enter(text="another", covers="stations", proof="field", proof_of="id_devices")
    listing = assessed.listings[0]
    listing.claims.filter(field="id_devices").delete()
    assert states(assessed, secretary, missing)[listing.pk] == "unknown"


def test_a_filter_says_which_stations_are_covered(assessed, secretary, enter):
    duty = enter(covers="stations", query="kind=mobile")
    mobile = {each.pk for each in assessed.listings if each.point.kind == "mobile"}
    assert set(states(assessed, secretary, duty)) == mobile


def test_who_serves_a_place_is_told_of_his_own_stations(assessed, enter):
    governor = User.objects.create(username="governor", role=Role.GOVERNOR)
    governor.places.add(Place.objects.get(code="01"))
    duty = enter(covers="stations", proof="criterion", proof_of="power")
    own = {each.pk for each in assessed.listings if each.point.place.parent.code == "01"}
    assert set(states(assessed, governor, duty)) == own


def test_an_agencys_duty_is_about_its_own_components(assessed, secretary, enter):
    duty = enter(covers="components")
    own = set(Component.objects.filter(agency__code="TCI").values_list("pk", flat=True))
    assert set(states(assessed, secretary, duty)) == own
    assert own != set(Component.objects.values_list("pk", flat=True))


def test_what_is_declared_is_done_there_and_nowhere_else(assessed, secretary, enter):
    telecom = User.objects.create(
        username="tci", role=Role.AGENCY_REPRESENTATIVE, agency=Agency.objects.get(code="TCI"),
        clearance=1,
    )  # fmt: skip
    duty = enter(covers="components", query="kind=exchange")
    first = Component.objects.filter(agency__code="TCI", kind="exchange").order_by("pk").first()
    done = Done(date(2028, 6, 19), component_id=first.pk, note="sheet 3")
    report_done(duty.pk, done, round_id=assessed.round.pk, by=telecom, now=NOW)
    told = states(assessed, secretary, duty)
    assert [pk for pk, state in told.items() if state == "done"] == [first.pk]


def test_a_duty_of_an_office_is_done_once_it_says_so(assessed, secretary, enter):
    duty = enter(office="governor", text="Name the key holders")
    reader = DutyReader(secretary, assessed.saved, now=NOW)
    assert reader.progress(duty).counts[DutyState.OPEN] == 1
    done = Done(date(2028, 6, 19), note="list of names")
    report_done(duty.pk, done, round_id=assessed.round.pk, by=secretary, now=NOW)
    assert reader.progress(duty).is_done


def test_a_duty_that_covers_nothing_is_not_done(assessed, secretary, enter):
    duty = enter(covers="stations", query="q=nowhere")
    assert not DutyReader(secretary, assessed.saved, now=NOW).progress(duty).is_done


def test_what_is_not_done_is_overdue_after_its_moment_and_climbs(assessed, enter):
    duty = enter(deadline="T-1 18:00")
    election = date(2028, 6, 20)

    def due(now, *, is_done=False):
        return due_of(
            duty, election_date=election, thresholds=Thresholds(), chain=USUAL, is_done=is_done,
            now=now,
        )  # fmt: skip

    moment = datetime(2028, 6, 19, 18, 0, tzinfo=UTC)
    assert due(moment - timedelta(minutes=1)).days_overdue is None
    assert due(moment).told == ("owner",)
    assert due(moment + timedelta(hours=2)).told == ("owner", "secretary", "committee_head")
    assert due(moment + timedelta(days=3), is_done=True).days_overdue is None
    assert enter(text="without a day").deadline == ""
