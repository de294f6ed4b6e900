"""Selectors bound to a register written by hand."""

import pytest

from pollready.planning.binding import Judged, Missing, Thing, View, bind
from pollready.planning.selectors import parse

MET = "m" * 10


def criteria(**letters: str) -> str:
    from pollready.assessment.result import CRITERIA

    return "".join(letters.get(name, "m") for name in CRITERIA)


VIEW = View(
    things=(
        Thing("F1", "feeder", "PWR", "power", frozenset({"A", "01"}), 1, (50.0, 2)),
        Thing("F2", "feeder", "PWR", "power", frozenset({"B", "02"}), 1, (90.0, 1)),
        Thing("F3", "feeder", "OTH", "power", frozenset({"B", "02"}), 3, (90.0, 3)),
        Thing("X1", "exchange", "TCI", "telecom", frozenset({"A", "01"}), 2, (10.0, 1), ("F1",)),
        Thing("X2", "exchange", "TCI", "telecom", frozenset({"B", "02"}), 2, (20.0, 1)),
    ),
    stations=(
        Judged(1, "A", "01", criteria(power="u"), frozenset({"no_second_path"})),
        Judged(2, "A", "01", criteria(power="?")),
        Judged(3, "B", "02", MET),
    ),
    devices={1: "1/devices", 2: "2/devices", 3: "3/devices"},
    devices_told=frozenset({1, 3}),
    criterion_of_rule={"no_second_path": 2, "agency_unready": None},
)


def codes(text: str) -> tuple[str, ...] | None:
    return bind(parse(text), VIEW).codes


def test_the_costliest_come_first_by_voters_then_stations():
    assert codes("worst 2 of feeder") == ("F3", "F2")
    assert codes("worst 50% of feeder") == ("F3", "F2")


def test_filters_bound_what_is_looked_at():
    assert codes('every feeder in county "B"') == ("F2", "F3")
    assert codes("every feeder in county 02 of agency OTH") == ("F3",)
    assert codes("every feeder below province") == ("F1", "F2")
    assert codes("every feeder of role telecom") == ()


def test_power_of_goes_to_what_feeds_them_and_tells_what_is_not_recorded():
    bound = bind(parse("power of every exchange"), VIEW)
    assert bound.codes == ("F1",)
    assert bound.missing == (Missing("no_power", {"count": 1, "kinds": ("exchange",)}),)


def test_a_kind_that_nobody_recorded_is_not_assessable():
    bound = bind(parse("every server"), VIEW)
    assert not bound.is_assessable
    assert bound.missing == (Missing("no_kind", {"kinds": ("server",)}),)


def test_a_part_that_is_recorded_is_told_beside_what_is_missing():
    bound = bind(parse("every server + every exchange"), VIEW)
    assert bound.is_assessable
    assert bound.codes == ("X1", "X2")
    assert len(bound.missing) == 1


def test_a_spread_choice_is_the_same_each_time_and_never_counts_what_nobody_recorded():
    bound = bind(parse("spread 50% of devices"), VIEW)
    assert len(bound.codes) == 1
    assert bound == bind(parse("spread 50% of devices"), VIEW)
    assert bound.untold == 1


def test_names_that_are_not_here_are_counted():
    bound = bind(parse("named X1, Q, R"), VIEW)
    assert bound.codes == ("X1",)
    assert bound.missing == (Missing("not_recorded", {"count": 2}),)


def test_stations_fit_by_any_of_the_tests_and_the_unknown_are_told_apart():
    bound = bind(parse("stations criterion power unmet"), VIEW)
    assert (bound.listings, bound.untold) == ((1,), 1)
    assert bind(parse("stations criterion power unknown"), VIEW).listings == (2,)
    assert bind(parse("stations rule no_second_path in county 02"), VIEW).listings == ()


def test_where_no_station_has_evidence_nothing_is_claimed():
    view = View(stations=(Judged(1, "A", "01", criteria(power="?")),))
    bound = bind(parse("stations criterion power unmet"), view)
    assert not bound.is_assessable
    assert bound.missing == (Missing("no_evidence", {"criteria": ("power",)}),)


@pytest.mark.parametrize("text", ["stations criterion power unmet in county Z"])
def test_a_county_without_stations_is_told(text):
    assert bind(parse(text), VIEW).missing == (Missing("no_stations", {}),)
