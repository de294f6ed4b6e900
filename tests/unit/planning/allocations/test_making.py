"""Plans: the best by enumeration, exact on the whole network, with what people decided."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from pollready.planning.allocations.inputs import Decision, FloorWish, WrongInputs
from pollready.planning.allocations.keeping import kinds_now
from pollready.planning.allocations.making import make_plan, preview_plan
from pollready.planning.allocations.means import office_means

KEY = ("closed", "working")


@pytest.fixture
def make(stocked, basis, ground):
    kinds = kinds_now(stocked.round.pk, office_means())

    def made(inputs):
        return make_plan(basis, inputs, ground, kinds, gap=0.0)

    return made


def _by_enumeration(basis, stock: dict[str, int]) -> float:
    """Give the most that generators and spare devices can save: every way of giving them."""
    worth, voters = basis.worth, np.nan_to_num(basis.stations.voters)
    below = worth.below[KEY]
    saves = np.nan_to_num(voters[:, None] * (below[:, :1] - below), nan=-1.0)
    kinds = [worth.kinds.index(kind) for kind in stock]
    others = [place for place in range(len(worth.kinds)) if place not in kinds]
    allowed = [n for n, row in enumerate(worth.bundles) if not row[others].sum()]
    units = worth.bundles[:, kinds]
    best = {tuple([0] * len(kinds)): 0.0}
    for station in range(len(voters)):
        following: dict[tuple[int, ...], float] = {}
        for (used, saved), bundle in product(best.items(), allowed):
            more = tuple((np.array(used) + units[bundle]).tolist())
            if saves[station, bundle] < 0 or any(
                count > stock[kind] for count, kind in zip(more, stock, strict=True)
            ):
                continue
            value = saved + saves[station, bundle]
            following[more] = max(following.get(more, -1.0), value)
        best = following
    return max(best.values())


def test_the_plan_saves_what_the_best_of_all_ways_saves(basis, first, make):
    stock = {"generator": 1, "identity_device": 3}
    inputs = replace(first, units={kind: stock.get(kind, 0) for kind in first.units})
    result = make(inputs)
    assert result["saved"] == pytest.approx(_by_enumeration(basis, stock), abs=1e-6)
    assert result["gap"] == pytest.approx(0.0, abs=1e-9)


def test_the_exact_figure_is_what_the_options_sum_to_where_they_do_not_meet(first, make):
    result = make(first)
    row = next(each for each in result["figures"] if (each["measure"], each["reading"]) == KEY)
    assert row["before"] - row["after"] == pytest.approx(result["saved"], rel=1e-6)
    assert row["without_voters"] == 1


def test_the_preview_saves_no_more_than_the_plan_and_the_plan_no_more_than_its_bound(
    basis, first, make
):
    result = make(first)
    assert preview_plan(basis, first)["saved"] <= result["saved"] + 1e-9
    assert result["saved"] <= result["bound"] + 1e-9


def test_no_more_is_given_than_is_asked_and_no_lot_gives_more_than_it_holds(first, make):
    inputs = replace(first, units={**first.units, "identity_device": 2})
    result = make(inputs)
    row = next(each for each in result["kinds"] if each["kind"] == "identity_device")
    assert (row["given"], row["held_back"]) == (2, 1)
    assert all(each["given"] <= each["units"] for each in result["lots"])
    sent = sum(
        part["units"] for each in result["given"] for part in each["from"]
        if part["kind"] == "identity_device"
    )  # fmt: skip
    assert sent == 2


def test_units_beyond_the_ledger_are_marked_as_such(first, make):
    result = make(replace(first, units={**first.units, "identity_device": 5}))
    row = next(each for each in result["kinds"] if each["kind"] == "identity_device")
    assert (row["stock"], row["further"], row["given"]) == (3, 2, 5)
    assert any(part["lot"] is None for each in result["given"] for part in each["from"])


def test_what_was_decided_for_a_station_is_done_whatever_it_saves(stocked, first, make):
    chosen, nothing = stocked.listings[3].pk, stocked.listings[0].pk
    decisions = (
        Decision(1, station=chosen, units={"technician": 1}),
        Decision(2, station=nothing),
    )
    result = make(replace(first, decisions=decisions))
    given = {each["listing"]: each for each in result["given"]}
    assert [part["kind"] for part in given[chosen]["from"]] == ["technician"]
    assert given[chosen]["decision"] == 1
    assert nothing not in given
    place = result["stations"]["listings"].index(nothing)
    assert result["stations"]["why"][place] == "fixed"


def test_this_one_stays_in_ahar(basis, stocked, first, make):
    """Spares kept for one county go nowhere else, although they would save more there."""
    spares = next(store for store in basis.stock.stores if store.kind == "identity_device")
    county = stocked.listings[2].point.place.parent_id
    kept = Decision(1, lot=spares.lot, county=county, kept=spares.units)
    result = make(replace(first, decisions=(kept,)))
    stations = basis.stations
    homes = dict(zip(stations.listings.tolist(), stations.county.tolist(), strict=True))
    got = [
        homes[each["listing"]] for each in result["given"]
        if any(part["kind"] == "identity_device" for part in each["from"])
    ]  # fmt: skip
    assert got
    assert set(got) == {county}


def test_a_floor_that_can_be_met_is_met_and_one_that_cannot_says_what_can(first, make):
    result = make(replace(first, floors=(FloorWish("mobile", "stations", 2.0),)))
    assert not result["floors"][0]["is_broken"]
    result = make(replace(first, floors=(FloorWish("each_county", "stations", 3.0),)))
    broken = [each for each in result["floors"] if each["is_broken"]]
    assert broken
    assert all(each["held_to"] < each["asked"] for each in broken)
    assert all(each["alone"] is not None for each in result["floors"])
    assert result["given"]  # never nothing


def test_what_is_decided_beyond_the_stock_is_said_with_the_kind(stocked, first, make):
    decisions = tuple(
        Decision(number, station=listing.pk, units={"technician": 1})
        for number, listing in enumerate(stocked.listings[:2], start=1)
    )
    with pytest.raises(WrongInputs) as wrong:
        make(replace(first, decisions=decisions))
    assert [fault.code for fault in wrong.value.faults] == ["engine.allocation.fixed-beyond-stock"]


def test_a_station_of_which_nobody_knows_the_voters_is_named_not_valued_nothing(
    stocked, first, make
):
    unknown = stocked.listings[-2].pk  # the eleventh
    result = make(first)
    place = result["stations"]["listings"].index(unknown)
    assert result["stations"]["why"][place] == "unweighed"
    assert result["without_voters"] == 1
    weighed = make(replace(first, voters_unknown=50_000))
    assert unknown in [each["listing"] for each in weighed["given"]]


def test_within_a_budget_means_are_bought_in_place_of_the_stock(first, make):
    table = office_means()
    result = make(replace(first, limit="budget", money=2.5 * table["identity_device"].cost))
    assert result["spent"] <= 2.5 * table["identity_device"].cost
    assert result["saved"] > 0
    assert all(part["lot"] is None for each in result["given"] for part in each["from"])


def test_nothing_reaches_further_than_the_travel_limit(basis, first, make):
    result = make(replace(first, travel_max_h=0.02))
    for each in result["given"]:
        assert all(part["travel_h"] <= 0.02 for part in each["from"])
    assert "out-of-reach" in result["stations"]["why"]


def test_one_more_unit_of_what_is_used_up_is_valued_by_solving_again(first, make):
    stock = {"identity_device": 1}
    inputs = replace(first, units={kind: stock.get(kind, 0) for kind in first.units})
    less = make(inputs)
    more = make(replace(inputs, units={**inputs.units, "identity_device": 2}))
    row = next(each for each in less["kinds"] if each["kind"] == "identity_device")
    low, high = row["one_more"]
    assert low - 1e-6 <= more["saved"] - less["saved"] <= high + 1e-6
