"""Cases follow the assessments: found, still found, found again, and no longer found."""

from datetime import date, timedelta

import pytest

from pollready.assessment import assess
from pollready.assessment.commands import save_assessment
from pollready.assessment.models import CauseRecord
from pollready.audit.models import AuditEntry
from pollready.audit.queries import verify_chain
from pollready.obstacles.cases import SETTLED, CaseState
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.register.models import Claim

pytestmark = pytest.mark.django_db


def assess_again(assessed, rows, now):
    return save_assessment(assess(assessed.round.pk, as_of=rows.AS_OF), now=now)


def make_ready(case):
    """Let the cards of the case's stations be ready."""
    Claim.objects.filter(field="cards", value="not_ready").update(value="ready")


def test_every_cause_of_the_first_assessment_is_a_case(assessed):
    causes = set(CauseRecord.objects.values_list("rule", "key", "pk"))
    assert set(ObstacleCase.objects.values_list("rule", "key", "record")) == causes
    assert set(ObstacleCase.objects.values_list("state", flat=True)) == {"found"}
    assert CaseEvent.objects.filter(kind="state", after="found").count() == len(causes)


def test_the_log_tells_of_the_cases_and_its_chain_holds(assessed):
    entries = AuditEntry.objects.filter(object_type="obstacle_case")
    assert entries.count() == ObstacleCase.objects.count()
    assert verify_chain() is None


def test_a_case_takes_owner_counts_and_gate_from_its_cause(cards):
    record = cards.record
    assert (cards.owner, cards.stations, cards.voters) == (
        record.owner, record.stations, record.voters,
    )  # fmt: skip
    assert (cards.due_gate, cards.due_date) == ("set_up", date(2028, 6, 27))


def test_an_assessment_that_finds_the_same_changes_no_state_and_no_version(
    assessed, rows, now, cards
):
    before = list(ObstacleCase.objects.order_by("pk").values_list("pk", "state", "version"))
    events = CaseEvent.objects.count()
    saved = assess_again(assessed, rows, now)
    assert list(ObstacleCase.objects.order_by("pk").values_list("pk", "state", "version")) == before
    assert CaseEvent.objects.count() == events
    cards.refresh_from_db()
    assert cards.record.assessment == saved


def test_what_is_no_longer_found_is_gone_and_what_was_claimed_fixed_is_verified(
    assessed, rows, now, cards
):
    make_ready(cards)
    assess_again(assessed, rows, now)
    cards.refresh_from_db()
    assert (cards.state, cards.settled_date) == ("gone", rows.AS_OF)
    ObstacleCase.objects.filter(pk=cards.pk).update(state="claimed_fixed", settled_date=None)
    assess_again(assessed, rows, now + timedelta(minutes=1))
    cards.refresh_from_db()
    assert cards.state == "verified"


def test_what_is_not_found_because_sources_differ_stays_open(assessed, rows, now, cards):
    bad = Claim.objects.get(field="cards", value="not_ready")
    Claim.objects.create(
        listing=bad.listing, field="cards", value="ready", source=assessed.source,
        recorded_at=bad.recorded_at,
    )  # fmt: skip
    ObstacleCase.objects.filter(pk=cards.pk).update(state="claimed_fixed")
    saved = assess_again(assessed, rows, now)
    assert not saved.causes.filter(rule=cards.rule, key=cards.key).exists()
    cards.refresh_from_db()
    assert (cards.state, cards.settled_date) == ("in_work", None)
    bad.delete()
    assess_again(assessed, rows, now + timedelta(minutes=1))
    cards.refresh_from_db()
    assert cards.state == "gone"  # nobody claimed it once more


def test_a_stop_on_which_sources_differ_keeps_the_case_of_its_station_open(assessed, rows, now):
    mobile = assessed.listings[3]
    stop = mobile.stops.get(ordinal=1)
    case = ObstacleCase.objects.filter(rule="mobile_stop_untested").first()
    if case is None:
        for field, value in (("signal_1", "none"), ("signal_2", "none")):
            Claim.objects.create(
                stop=stop, field=field, value=value, source=assessed.source, confidence="tested",
                recorded_at=assessed.saved.made_at - timedelta(days=9), as_of_date=rows.AS_OF,
            )  # fmt: skip
        assess_again(assessed, rows, now)
        case = ObstacleCase.objects.get(rule="mobile_stop_untested")
    assert case.state == "found"
    for field in ("signal_1", "signal_2"):
        Claim.objects.create(
            stop=stop, field=field, value="good", source=assessed.source,
            recorded_at=assessed.saved.made_at - timedelta(days=9), as_of_date=rows.AS_OF,
        )  # fmt: skip
    saved = assess_again(assessed, rows, now + timedelta(minutes=1))
    assert not saved.causes.filter(rule=case.rule, key=case.key).exists()
    case.refresh_from_db()
    assert case.state == "found"


def test_what_is_found_again_opens_again_and_keeps_its_number(assessed, rows, now, cards):
    make_ready(cards)
    assess_again(assessed, rows, now)
    Claim.objects.filter(field="cards", listing__code="0009").update(value="not_ready")
    assess_again(assessed, rows, now + timedelta(minutes=1))
    again = ObstacleCase.objects.get(rule=cards.rule, key=cards.key)
    assert (again.pk, again.state, again.settled_date) == (cards.pk, "found", None)
    states = list(again.events.filter(kind="state").values_list("before", "after"))
    assert states == [("", "found"), ("found", "gone"), ("gone", "found")]


def test_a_claim_that_an_assessment_refutes_goes_back_to_work(assessed, rows, now, cards):
    ObstacleCase.objects.filter(pk=cards.pk).update(state="claimed_fixed")
    assess_again(assessed, rows, now)
    cards.refresh_from_db()
    assert cards.state == "in_work"
    assert cards.events.last().before == "claimed_fixed"


@pytest.mark.parametrize(("until", "state"), [(-1, "found"), (0, "waived"), (5, "waived")])
def test_a_waiver_ends_by_itself_after_its_day(assessed, rows, now, cards, until, state):
    ObstacleCase.objects.filter(pk=cards.pk).update(
        state="waived", waiver_authority="A", waived_until_date=rows.AS_OF + timedelta(days=until)
    )
    assess_again(assessed, rows, now)
    cards.refresh_from_db()
    assert cards.state == state
    assert (cards.waiver_authority == "") == (state == "found")


def test_an_owner_whom_a_person_named_stays_and_the_new_records_name_him(
    assessed, rows, now, cards
):
    ObstacleCase.objects.filter(pk=cards.pk).update(owner="TCI", owner_given=True)
    saved = assess_again(assessed, rows, now)
    cards.refresh_from_db()
    assert cards.owner == "TCI"
    assert saved.causes.get(rule=cards.rule, key=cards.key).owner == "TCI"


@pytest.mark.parametrize("state", list(CaseState))
def test_whatever_the_state_a_found_case_is_open_after_an_assessment(
    assessed, rows, now, cards, state
):
    ObstacleCase.objects.filter(pk=cards.pk).update(
        state=state,
        settled_date=rows.AS_OF if state in SETTLED else None,
        waived_until_date=rows.AS_OF,
        waiver_authority="A",
    )
    assess_again(assessed, rows, now)
    cards.refresh_from_db()
    assert cards.state not in SETTLED
