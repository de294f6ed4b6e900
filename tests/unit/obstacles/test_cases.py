"""The life of a case: what people can do, and what only a rule can."""

from itertools import product

import pytest

from pollready.obstacles.cases import (
    ACTIVE,
    OPEN,
    SETTLED,
    STEPS,
    WITH_A_FORM,
    CaseState,
    steps_from,
    when_found,
    when_not_found,
)
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.due import GATES, gate_days, gate_of
from pollready.obstacles.evidence import fields_looked_at
from pollready.obstacles.rules.no_evidence import THINGS
from pollready.obstacles.thresholds import Thresholds
from pollready.people.permissions import PERMISSIONS, Permission

STATES = list(CaseState)


def test_no_step_of_a_person_leads_to_a_settled_state():
    assert not [step for step in STEPS if step[1] in SETTLED]


def test_no_step_of_a_person_leads_out_of_a_settled_state():
    assert not [step for step in STEPS if step[0] in SETTLED]


def test_no_walk_of_any_length_by_people_closes_a_case():
    reached = {CaseState.FOUND}
    while True:
        further = reached | {after for before, after in STEPS if before in reached}
        if further == reached:
            break
        reached = further
    assert reached == set(OPEN)


@pytest.mark.parametrize("state", STATES)
def test_what_is_found_is_open_and_what_is_not_found_is_settled(state):
    for ended in (True, False):
        assert when_found(state, waiver_ended=ended) in OPEN
    assert when_not_found(state) in SETTLED


def test_only_a_claimed_fix_is_verified():
    verified = [s for s in OPEN if when_not_found(s) is CaseState.VERIFIED]
    assert verified == [CaseState.CLAIMED_FIXED]


def test_what_was_settled_stays_as_it_was_while_it_is_not_found():
    assert [when_not_found(state) for state in SETTLED] == list(SETTLED)


def test_a_waiver_that_has_ended_opens_the_case_and_one_that_holds_does_not():
    assert when_found(CaseState.WAIVED, waiver_ended=True) is CaseState.FOUND
    assert when_found(CaseState.WAIVED, waiver_ended=False) is CaseState.WAIVED


def test_a_claim_that_the_rule_refutes_goes_back_to_work():
    assert when_found(CaseState.CLAIMED_FIXED, waiver_ended=False) is CaseState.IN_WORK


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
def test_waiving_and_ending_a_waiver_need_the_authority_and_all_else_the_work(before, after):
    needed = STEPS.get((before, after))
    if needed is None:
        return
    waives = CaseState.WAIVED in (before, after)
    assert needed is (Permission.WAIVE_OBSTACLES if waives else Permission.WORK_OBSTACLES)


def test_the_permissions_of_supervision_allow_no_step():
    assert not [role for role in PERMISSIONS if role == "supervision" and
                PERMISSIONS[role] & set(STEPS.values())]  # fmt: skip


def test_every_active_state_can_be_claimed_or_taken_back():
    for state in ACTIVE:
        assert CaseState.CLAIMED_FIXED in steps_from(state) or state is CaseState.CLAIMED_FIXED
    assert set(WITH_A_FORM) == {CaseState.CLAIMED_FIXED, CaseState.WAIVED}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_gate(rule):
    assert gate_of(rule.code, {}) in GATES


@pytest.mark.parametrize("thing", THINGS)
def test_every_missing_thing_has_a_gate(thing):
    assert gate_of("no_evidence", {"thing": thing}) in GATES


def test_gates_come_in_the_order_of_their_days():
    days = gate_days(Thresholds())
    assert list(days) == list(GATES)
    assert list(days.values()) == sorted(days.values(), reverse=True)


def test_a_disputed_field_is_what_its_rule_looks_at():
    assert fields_looked_at("claim_contradicted", {"field": "battery_h"}) == ("battery_h",)
    assert fields_looked_at("claim_contradicted", {}) == ()
    assert fields_looked_at("agency_unready", {}) == ()
    assert fields_looked_at("no_second_path", {"state": "shared"}) == ()
    assert "signal_2" in fields_looked_at("no_second_path", {"state": "single"})
