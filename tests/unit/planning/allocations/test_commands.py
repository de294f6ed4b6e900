"""Decisions, plans and their acceptance: who may, once, all or nothing, in the log."""

from datetime import UTC, datetime

import pytest

from pollready.assessment.models import SavedAssessment
from pollready.audit.models import AuditBatch
from pollready.audit.versions import ChangedMeanwhile
from pollready.duties.follow_ups.models import FollowUp, FollowUpObject
from pollready.jobs.allocating import start_making
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Place
from pollready.planning.allocations.accepting import accept_plan
from pollready.planning.allocations.commands import (
    DecisionDraft,
    ask_plan,
    decide_allocation,
    withdraw_decision,
)
from pollready.planning.allocations.keeping import weigh
from pollready.planning.allocations.models import AllocationDecision, AllocationPlan, PlanState
from pollready.planning.allocations.queries import (
    basis_of,
    decisions_for,
    first_inputs,
    is_stale,
    plans_for,
    standing_decisions,
)
from pollready.planning.allocations.rules import AllocationRefused
from pollready.register.models import Claim
from pollready.resources.models import LotEntry, ResourceLot
from pollready.resources.rules import Movement

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the call: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def head(stocked) -> User:
    return User.objects.create(username="head", role=Role.COMMITTEE_HEAD)


@pytest.fixture
def plan(first, head, stocked) -> AllocationPlan:
    asked = ask_plan(first, title="First", round_id=stocked.round.pk, by=head, now=NOW)
    start_making(asked, by=head, now=NOW)
    asked.refresh_from_db()
    return asked


def _accept(plan, by, **more):
    values = {"version": plan.version, "reason": "agreed", "language": "en"} | more
    return accept_plan(plan.pk, round_id=plan.round_id, by=by, now=NOW, **values)


def test_a_plan_is_made_in_the_background_and_stands_in_the_log(plan):
    assert plan.state == PlanState.MADE
    assert plan.result["given"]
    assert not is_stale(plan)
    commands = list(AuditBatch.objects.order_by("number").values_list("command", flat=True))
    assert commands[-2:] == ["ask_allocation", "make_allocation"]


@pytest.mark.parametrize("role", [Role.SUPERVISION, Role.GOVERNOR, Role.TECHNICIAN])
def test_who_does_not_plan_means_asks_no_plan(stocked, first, role):
    user = User.objects.create(username="other", role=role)
    with pytest.raises(NotPermitted):
        ask_plan(first, title="", round_id=stocked.round.pk, by=user, now=NOW)


def test_accepting_enters_the_ledger_and_gives_each_agency_and_county_a_follow_up(plan, head):
    available = sum(lot.tested - lot.deployed for lot in ResourceLot.objects.all())
    done = _accept(plan, head)
    given = sum(part["units"] for each in plan.result["given"] for part in each["from"])
    assert sum(lot.tested - lot.deployed for lot in ResourceLot.objects.all()) == available - given
    entries = LotEntry.objects.filter(pk__in=done.accepted_made["entries"])
    assert {entry.kind for entry in entries} == {"deploy"}
    assert all("Allocation plan" in entry.note for entry in entries)
    made = FollowUp.objects.filter(pk__in=done.accepted_made["follow_ups"])
    owners = [(each.agency_id, each.text.rpartition(" in ")[2]) for each in made]
    assert len(set(owners)) == len(owners)
    stations = set(
        FollowUpObject.objects.filter(follow_up__in=made).values_list("listing", flat=True)
    )
    told = {each["listing"] for each in plan.result["given"] if each["listing"]}
    assert told <= stations
    assert done.accepted_by == head
    assert AuditBatch.objects.order_by("-number").first().command == "accept_allocation"


def test_a_kind_of_the_office_s_own_is_accepted_under_its_own_word(head, stocked, lot, tmp_path):
    (tmp_path / "means.toml").write_text("[drone]\nstation = { generator_h = 12 }\n", "utf-8")
    lot("drone", 1)
    round_id = stocked.round.pk
    basis = basis_of(round_id, weigh(round_id, as_of=NOW.date(), now=NOW))
    asked = ask_plan(first_inputs(basis, round_id), title="", round_id=round_id, by=head, now=NOW)
    start_making(asked, by=head, now=NOW)
    asked.refresh_from_db()
    done = _accept(asked, head)
    (text,) = FollowUp.objects.filter(pk__in=done.accepted_made["follow_ups"]).values_list(
        "text", flat=True
    )
    assert "drone" in text


def test_a_plan_is_accepted_once(plan, head):
    _accept(plan, head)
    plan.refresh_from_db()
    before = LotEntry.objects.count()
    with pytest.raises(AllocationRefused, match="accepted-already"):
        _accept(plan, head)
    assert LotEntry.objects.count() == before


def test_a_plan_that_somebody_changed_meanwhile_is_not_accepted(plan, head):
    with pytest.raises(ChangedMeanwhile):
        _accept(plan, head, version=plan.version - 1)
    assert not LotEntry.objects.filter(kind="deploy").exists()


def test_accepting_needs_a_reason_and_writes_nothing_without(plan, head):
    with pytest.raises(AllocationRefused, match="reason-missing"):
        _accept(plan, head, reason="  ")
    assert not LotEntry.objects.filter(kind="deploy").exists()
    assert not FollowUp.objects.exists()


def test_operations_plan_and_do_not_accept(plan):
    user = User.objects.create(username="ops", role=Role.OPERATIONS)
    with pytest.raises(NotPermitted):
        _accept(plan, user)


def test_a_plan_is_old_once_the_ledger_moves_and_is_not_accepted(plan, head):
    from pollready.resources.accounts import EntryKind
    from pollready.resources.commands import enter_movement

    lot = ResourceLot.objects.get(kind="generator")
    move = Movement(EntryKind.DELIVER, 1, NOW.date(), "d-1", note="one more")
    enter_movement(lot.pk, move, round_id=plan.round_id, version=lot.version, by=head, now=NOW)
    assert is_stale(plan)
    with pytest.raises(AllocationRefused, match="stale"):
        _accept(plan, head)


def test_a_plan_is_old_once_the_register_changes(plan, head):
    from django.db import transaction

    from pollready.audit.commands import record

    with transaction.atomic():
        Claim.objects.filter(field="battery_h").update(value="9")
        record(actor="head", command="correct_claim", now=NOW, entries=[])
    assert is_stale(plan)


def test_a_plan_is_old_once_somebody_decides_otherwise(plan, head):
    station = plan.round.listings.order_by("code").first()
    made = decide_allocation(
        DecisionDraft(listing_id=station.pk), round_id=plan.round_id, reason="closed", by=head,
        now=NOW,
    )  # fmt: skip
    assert is_stale(plan)
    with pytest.raises(AllocationRefused, match="stale"):
        accept_plan(plan.pk, round_id=plan.round_id, version=plan.version, reason="so", by=head,
                    language="en", now=NOW)  # fmt: skip
    withdraw_decision(made.pk, round_id=plan.round_id, version=made.version, reason="open again",
                      by=head, now=NOW)  # fmt: skip
    assert not is_stale(plan)


def test_what_the_ledger_does_not_hold_cannot_be_accepted(first, head, stocked):
    from dataclasses import replace

    more = replace(first, units={**first.units, "identity_device": 6})
    asked = ask_plan(more, title="", round_id=stocked.round.pk, by=head, now=NOW)
    start_making(asked, by=head, now=NOW)
    asked.refresh_from_db()
    with pytest.raises(AllocationRefused, match="not-in-the-ledger"):
        _accept(asked, head)


def test_a_decision_stands_with_who_and_why_until_it_is_withdrawn(stocked, head):
    listing = stocked.listings[0]
    draft = DecisionDraft(listing_id=listing.pk, units={"generator": 1})
    made = decide_allocation(draft, round_id=stocked.round.pk, reason="promised", by=head, now=NOW)
    assert [each.number for each in standing_decisions(stocked.round.pk)] == [made.pk]
    with pytest.raises(AllocationRefused, match="decided-already"):
        decide_allocation(draft, round_id=stocked.round.pk, reason="again", by=head, now=NOW)
    supervisor = User.objects.create(username="eye", role=Role.SUPERVISION)
    seen = decisions_for(supervisor, stocked.round.pk).get()
    assert (seen.reason, seen.by) == ("promised", head)
    with pytest.raises(AllocationRefused, match="reason-missing"):
        withdraw_decision(
            made.pk, round_id=stocked.round.pk, version=1, reason="", by=head, now=NOW
        )
    withdraw_decision(
        made.pk, round_id=stocked.round.pk, version=1, reason="mistaken", by=head, now=NOW
    )
    assert not standing_decisions(stocked.round.pk)
    assert AllocationDecision.objects.get().withdrawn_reason == "mistaken"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (DecisionDraft(listing_id=999), "station-not-found"),
        (DecisionDraft(units={"modem:MCI": 1, "modem:TCI": 1}), "one-of-a-kind"),
        (DecisionDraft(units={"generator": 2}), "one-of-a-kind"),
        (DecisionDraft(lot_id=999, county_id=1, kept=1), "lot-not-found"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(stocked, head, draft, code):
    from dataclasses import replace

    if draft.units:
        draft = replace(draft, listing_id=stocked.listings[0].pk)
    with pytest.raises(AllocationRefused, match=code):
        decide_allocation(draft, round_id=stocked.round.pk, reason="so", by=head, now=NOW)


def test_a_lot_is_kept_for_a_county_that_there_is(stocked, head):
    lot = ResourceLot.objects.get(kind="generator")
    for county, kept, code in (
        (None, 1, "county-not-found"), (Place.objects.get(code="01").pk, 0, "kept-nothing"),
    ):  # fmt: skip
        draft = DecisionDraft(lot_id=lot.pk, county_id=county, kept=kept)
        with pytest.raises(AllocationRefused, match=code):
            decide_allocation(draft, round_id=stocked.round.pk, reason="so", by=head, now=NOW)


def test_a_governor_reads_decisions_of_his_own_stations_and_plans_up_to_his_class(plan, head):
    governor = User.objects.create(username="gov", role=Role.GOVERNOR)
    governor.places.add(Place.objects.get(code="02"))
    for number in (0, 1):
        listing = plan.round.listings.order_by("code")[number]
        decide_allocation(
            DecisionDraft(listing_id=listing.pk), round_id=plan.round_id, reason="so", by=head,
            now=NOW,
        )  # fmt: skip
    assert decisions_for(governor, plan.round_id).count() == 1
    lot = ResourceLot.objects.get(kind="generator")
    kept = DecisionDraft(lot_id=lot.pk, county_id=Place.objects.get(code="01").pk, kept=1)
    decide_allocation(kept, round_id=plan.round_id, reason="so", by=head, now=NOW)
    assert decisions_for(governor, plan.round_id).count() == 1  # of a lot that he may not see
    rival = User.objects.create(
        username="rival", role=Role.AGENCY_REPRESENTATIVE, agency=Agency.objects.get(code="TCI")
    )
    assert not decisions_for(rival, plan.round_id).filter(lot=lot).exists()
    AllocationPlan.objects.update(classification=3)
    assert not plans_for(governor, plan.round_id).exists()


def test_a_plan_that_somebody_stopped_is_not_kept(first, head, stocked, monkeypatch):
    """The stop is asked while the solver works; what it had found by then is not written."""
    from pollready.jobs import allocating
    from pollready.jobs.models import Job

    asked = ask_plan(first, title="", round_id=stocked.round.pk, by=head, now=NOW)
    make = allocating.make_plan

    def stopped(*arguments, tell, cancelled, **more):
        Job.objects.filter(kind="allocate").update(stop_asked_at=NOW)
        return make(*arguments, tell=tell, cancelled=cancelled, **more)

    monkeypatch.setattr(allocating, "make_plan", stopped)
    start_making(asked, by=head, now=NOW)
    asked.refresh_from_db()
    assert asked.state == PlanState.ASKED
    assert not asked.result
    assert allocating.last_making(asked).state == "stopped"


def test_a_plan_is_old_once_the_round_is_assessed_anew(plan, rows, stocked):
    SavedAssessment.objects.update(made_at=datetime(2024, 6, 1, tzinfo=UTC))
    rows.assess_register(stocked)
    assert is_stale(plan)
