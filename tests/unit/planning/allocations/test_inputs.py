"""Inputs: a closed list, checked all at once, the same ones known again by their hash."""

from dataclasses import fields, replace

import pytest

from pollready.language import LANGUAGES, message
from pollready.planning.allocations.inputs import (
    Decision,
    FloorWish,
    Inputs,
    WrongInputs,
    check_inputs,
    inputs_of,
)
from pollready.planning.allocations.queries import known_of


def _codes(inputs, basis) -> set[str]:
    with pytest.raises(WrongInputs) as wrong:
        check_inputs(inputs, known_of(basis))
    for fault in wrong.value.faults:  # every fault has words in both languages
        for language in LANGUAGES:
            assert message(fault, language)
    return {fault.code.removeprefix("allocation.") for fault in wrong.value.faults}


def test_the_inputs_are_a_closed_list():
    """Nothing about how a place votes: who adds a field must answer for it here."""
    assert {each.name for each in fields(Inputs)} == {
        "level", "reading", "units", "travel_max_h", "limit", "money", "floors", "decisions",
        "voters_unknown", "scenario",
    }  # fmt: skip


def test_everything_that_is_wrong_is_named_at_once(basis):
    wrong = Inputs(
        level="nowhere", units={"generator": -1, "boat": 0}, travel_max_h=0.0, voters_unknown=-5,
        floors=(FloorWish("county", "units", -2.0, 999, "boat"), FloorWish("all", "some", 1.0)),
        decisions=(Decision(7, station=999, units={"boat": 1}), Decision(8, lot=999, kept=1)),
    )  # fmt: skip
    assert _codes(wrong, basis) == {
        "level-unknown", "count-negative", "kind-unknown", "travel-wrong", "voters-wrong",
        "nothing-to-give", "floor-wrong", "floor-county-unknown", "floor-kind-unknown",
        "floor-group-unknown", "floor-counts-unknown", "decision-station-gone",
        "decision-kind-unknown", "decision-lot-gone",
    }  # fmt: skip


def test_more_kept_than_there_is_is_told(basis, first):
    lot = basis.stock.stores[0]
    kept = replace(first, decisions=(Decision(1, lot=lot.lot, county=lot.county, kept=99),))
    assert _codes(kept, basis) == {"decision-too-many"}


def test_a_budget_needs_money_and_costs(basis, first):
    assert _codes(replace(first, limit="budget", money=None), basis) == {"money-wrong"}


def test_inputs_are_kept_and_read_again_with_the_same_hash(first):
    full = replace(
        first, floors=(FloorWish("rural", "stations", 1.0),), decisions=(Decision(3, station=1),)
    )
    again = inputs_of(full.values())
    assert again == full
    assert again.digest() == full.digest()
    assert again.digest() != first.digest()
