"""Working on cases: every step by every role, whether its rule still finds it or not."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from pollready.assessment.cases.commands import (
    Assignment,
    Waiver,
    assign_case,
    claim_fixed,
    move_case,
    waive_case,
)
from pollready.assessment.cases.errors import (
    EvidenceMissing,
    NoSuchCase,
    PersonOutside,
    ReasonMissing,
    StepNotPossible,
    WaiverWithoutEnd,
)
from pollready.audit.models import AuditBatch
from pollready.audit.versions import ChangedMeanwhile
from pollready.obstacles.cases import SETTLED, STEPS, CaseState
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import AGENCY_ROLES, PLACE_ROLES, Role, User
from pollready.people.permissions import NotPermitted, may
from pollready.places.models import Agency, Place
from pollready.register.models import Claim

pytestmark = pytest.mark.django_db
STATES = list(CaseState)


def put(case: ObstacleCase, state: CaseState) -> ObstacleCase:
    """Put a case in a state, as if its life had led there."""
    case.state = state.value
    case.settled_date = date(2028, 6, 19) if state in SETTLED else None
    waived = state is CaseState.WAIVED
    case.waived_until_date = date(2028, 6, 27) if waived else None
    case.waiver_authority = "نامه ۱۲" if waived else ""
    case.save()
    return case


def somebody(role: Role, case: ObstacleCase) -> User:
    """Make a user of a role who sees the case."""
    agency = Agency.objects.get(code=case.owner) if role in AGENCY_ROLES else None
    user = User.objects.create(username=str(role), role=role, agency=agency)
    if role in PLACE_ROLES:
        user.places.add(*Place.objects.filter(parent=None))
    return user


def take(case: ObstacleCase, after: CaseState, by: User, now):
    """Take a case to a state by whichever command leads there."""
    common = {"case_id": case.pk, "version": case.version, "by": by, "now": now}
    if after is CaseState.CLAIMED_FIXED:
        return claim_fixed(done="ژنراتور آورده شد", evidence="نامه ۱۴", **common)
    if after is CaseState.WAIVED:
        return waive_case(Waiver("جایگزین هست", "نامه ۱۲", "set_up"), **common)
    return move_case(after=after, **common)


@pytest.mark.parametrize("role", list(Role))
def test_every_step_by_every_role_is_taken_or_refused_as_the_table_says(
    generators, role, now, rows
):
    by = somebody(role, generators)
    Claim.objects.filter(field="generator").update(recorded_at=now)  # new evidence
    for before in STATES:
        for after in STATES:
            case = put(ObstacleCase.objects.get(pk=generators.pk), before)
            needed = STEPS.get((before, after))
            if needed is None:
                with pytest.raises((StepNotPossible, NotPermitted)):
                    take(case, after, by, now)
            elif not may(by, needed):
                with pytest.raises(NotPermitted):
                    take(case, after, by, now)
            else:
                assert take(case, after, by, now).state == after
            stands = ObstacleCase.objects.get(pk=case.pk).state
            assert stands == (after if needed and may(by, needed) else before)
            assert before in SETTLED or stands not in SETTLED


@pytest.mark.parametrize("state", SETTLED)
def test_the_database_keeps_no_settled_case_without_its_day(cards, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        ObstacleCase.objects.filter(pk=cards.pk).update(state=state, settled_date=None)


def test_the_database_keeps_no_waiver_without_authority_and_end(cards):
    with pytest.raises(IntegrityError), transaction.atomic():
        ObstacleCase.objects.filter(pk=cards.pk).update(state="waived")


def test_who_does_not_see_a_case_cannot_touch_it(cards, operator, now):
    with pytest.raises(NoSuchCase):
        move_case(case_id=cards.pk, after=CaseState.ACCEPTED, version=1, by=operator, now=now)
    with pytest.raises(NoSuchCase):
        claim_fixed(
            case_id=cards.pk, done="انجام شد", evidence="", version=1, by=operator, now=now
        )  # fmt: skip


def test_a_case_that_somebody_changed_meanwhile_is_not_overwritten(cards, secretary, head, now):
    move_case(case_id=cards.pk, after=CaseState.ACCEPTED, version=1, by=head, now=now)
    for after in (CaseState.ACCEPTED, CaseState.IN_WORK):
        with pytest.raises(ChangedMeanwhile):
            move_case(case_id=cards.pk, after=after, version=1, by=secretary, now=now)
    assert ObstacleCase.objects.get(pk=cards.pk).state == "accepted"


def test_every_step_is_in_the_log_with_who_and_why(cards, head, now):
    take(cards, CaseState.WAIVED, head, now)
    batch = AuditBatch.objects.order_by("-number").first()
    assert (batch.actor, batch.command, batch.reason) == ("head", "waive_case", "جایگزین هست")
    entry = batch.entries.get()
    assert entry.before == {"state": "found"}
    assert entry.after["state"] == "waived"


def test_a_fix_without_any_new_claim_is_refused_and_told_what_the_rule_looks_at(
    cards, secretary, now
):
    with pytest.raises(EvidenceMissing) as refused:
        take(cards, CaseState.CLAIMED_FIXED, secretary, now)
    assert refused.value.looked_at == ("cards",)
    assert ObstacleCase.objects.get(pk=cards.pk).state == "found"


def test_a_new_claim_of_another_field_or_at_another_station_is_no_evidence(
    cards, secretary, now, assessed
):
    at = {"source": assessed.source, "recorded_at": now}
    Claim.objects.create(listing=assessed.listings[8], field="forms", value="900", **at)
    Claim.objects.create(listing=assessed.listings[0], field="cards", value="ready", **at)
    with pytest.raises(EvidenceMissing):
        take(cards, CaseState.CLAIMED_FIXED, secretary, now)
    Claim.objects.create(listing=assessed.listings[8], field="cards", value="ready", **at)
    assert take(cards, CaseState.CLAIMED_FIXED, secretary, now).state == "claimed_fixed"


@pytest.mark.parametrize(
    "waiver",
    [
        Waiver("دلیل", "نامه", "coverage"),  # past
        Waiver("دلیل", "نامه"),
        Waiver("دلیل", "نامه", "", date(2028, 6, 1)),
    ],
)
def test_a_waiver_needs_an_end_to_come(cards, head, now, waiver):
    with pytest.raises(WaiverWithoutEnd):
        waive_case(waiver, case_id=cards.pk, version=1, by=head, now=now)


def test_a_waiver_needs_reason_and_authority(cards, head, now):
    for waiver in (Waiver(" ", "نامه", "set_up"), Waiver("دلیل", " ", "set_up")):
        with pytest.raises(ReasonMissing):
            waive_case(waiver, case_id=cards.pk, version=1, by=head, now=now)


def test_assigning_names_owner_person_gate_and_reason(cards, secretary, head, now):
    given = Assignment("TCI", head, "delivery", "کار مخابرات است")
    case = assign_case(given, case_id=cards.pk, version=1, by=secretary, now=now)
    case.refresh_from_db()
    assert (case.owner, case.assignee, case.due_gate) == ("TCI", head, "delivery")
    assert case.due_date == rows_election() - timedelta(days=2)
    assert case.events.last().text == "کار مخابرات است"
    assert case.record.owner == "TCI"


def rows_election() -> date:
    return date(2028, 6, 28)


def test_nobody_is_given_a_case_that_he_does_not_see(cards, secretary, operator, now):
    given = Assignment(cards.owner, operator, cards.due_gate, "برای پیگیری")
    with pytest.raises(PersonOutside):
        assign_case(given, case_id=cards.pk, version=1, by=secretary, now=now)


def test_an_agency_loses_sight_of_what_it_gives_away(generators, operator, now):
    given = Assignment("county_lead", None, generators.due_gate, "کار فرمانداری است")
    assign_case(given, case_id=generators.pk, version=1, by=operator, now=now)
    with pytest.raises(NoSuchCase):
        move_case(case_id=generators.pk, after=CaseState.ACCEPTED, version=2, by=operator, now=now)
