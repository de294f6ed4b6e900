"""Selectors: what is written is read again, and binding agrees with slow reading of the rows."""

import math
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from pollready.assessment.result import CRITERIA
from pollready.planning.binding import Judged, Thing, View, bind
from pollready.planning.selectors import (
    Check,
    Choice,
    Failures,
    Part,
    SelectorError,
    Stations,
    Where,
    parse,
    str_of,
)

KINDS = ("feeder", "exchange", "duct")
COUNTIES = ("01", "02", "و ۳")
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(
    lambda text: bool(text.strip())
)
wheres = st.builds(
    Where,
    county=st.sampled_from(("", *COUNTIES)),
    agency=st.sampled_from(("", "A", "B")),
    role=st.sampled_from(("", "power")),
    below_province=st.booleans(),
)
amounts = st.one_of(
    st.tuples(st.integers(1, 12), st.none()),
    st.tuples(st.none(), st.integers(1, 400).map(lambda n: n / 4)),
)
some_kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True).map(tuple)
parts = st.one_of(
    st.builds(Part, st.just(Choice.EVERY), some_kinds, is_power=st.booleans(), where=wheres),
    st.builds(
        lambda choice, names, amount, power, where: Part(
            choice, names, amount[0], amount[1], power, where
        ),
        st.sampled_from((Choice.WORST, Choice.SPREAD)), some_kinds, amounts, st.booleans(), wheres,
    ),
    st.builds(
        Part, st.just(Choice.NAMED), st.lists(words, min_size=1, max_size=4).map(tuple)
    ),
)  # fmt: skip
checks = st.one_of(
    st.builds(
        lambda name, state: Check("criterion", (name, state)),
        st.sampled_from(CRITERIA), st.sampled_from(("met", "unmet", "unknown", "contradicted")),
    ),
    st.just(Check("rule", ("no_second_path", "battery_short"))),
)  # fmt: skip
selectors = st.one_of(
    st.lists(parts, min_size=1, max_size=4).map(lambda found: Failures(tuple(found))),
    st.builds(
        Stations,
        st.lists(checks, min_size=1, max_size=3).map(tuple),
        st.builds(Where, county=st.sampled_from(("", *COUNTIES))),
    ),
)


@st.composite
def views(draw) -> View:
    things = [
        Thing(
            f"C{number}",
            draw(st.sampled_from(KINDS)),
            draw(st.sampled_from(("A", "B"))),
            draw(st.sampled_from(("power", "telecom"))),
            frozenset(draw(st.sets(st.sampled_from(COUNTIES), max_size=2))),
            draw(st.integers(0, 4)),
            (float(draw(st.integers(0, 3))), draw(st.integers(0, 3))),
            tuple(draw(st.sets(st.sampled_from(("C0", "C1")), max_size=2))),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    stations = [
        Judged(
            number,
            "name",
            draw(st.sampled_from(COUNTIES)),
            "".join(draw(st.lists(st.sampled_from("mu?c"), min_size=10, max_size=10))),
            frozenset(draw(st.sets(st.sampled_from(("no_second_path", "battery_short"))))),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    return View(things, stations, {}, frozenset(), {"no_second_path": 2, "battery_short": 3})


@given(selectors)
def test_a_selector_that_is_written_is_read_again(selector):
    assert parse(str_of(selector)) == selector


@given(st.text(max_size=60))
def test_no_text_does_worse_than_being_refused(text):
    try:
        selector = parse(text)
    except SelectorError as refused:
        assert refused.code.startswith("planning.selector-")
    else:
        assert parse(str_of(selector)) == selector


def slowly(part: Part, view: View) -> list[str]:
    """Read one part off the rows, one thing at a time."""
    if part.choice is Choice.NAMED:
        chosen = [name for name in part.names if any(t.code == name for t in view.things)]
    else:
        left = []
        for thing in view.things:
            fits = thing.kind in part.names
            fits &= part.where.county in ("", *thing.counties)
            fits &= part.where.agency in ("", thing.agency)
            fits &= part.where.role in ("", thing.role)
            fits &= not part.where.below_province or thing.tier < 3
            if fits:
                left.append(thing)
        number = len(left)
        if part.share is not None:
            number = math.ceil(part.share * len(left) / 100)
        elif part.count is not None:
            number = min(part.count, len(left))
        chosen = []
        while len(chosen) < number:
            if part.choice is Choice.WORST:
                best = max(left, key=lambda thing: thing.loss)
            elif part.choice is Choice.SPREAD:
                best = min(left, key=lambda thing: sha256(thing.code.encode()).digest())
            else:
                best = left[0]
            left.remove(best)
            chosen.append(best.code)
    if not part.is_power:
        return chosen
    return [feed for code in chosen for t in view.things if t.code == code for feed in t.powered_by]


@given(st.lists(parts, min_size=1, max_size=3), views())
def test_binding_equals_slow_reading(some, view):
    bound = bind(Failures(tuple(some)), view)
    expected = dict.fromkeys(code for part in some for code in slowly(part, view))
    assert list(bound.codes) == list(expected)
    assert bound.is_assessable == bool(expected)


@given(st.lists(checks, min_size=1, max_size=3), st.sampled_from(("", *COUNTIES)), views())
def test_stations_found_equal_slow_reading(some, county, view):
    bound = bind(Stations(tuple(some), Where(county=county)), view)
    letters = {"met": "m", "unmet": "u", "unknown": "?", "contradicted": "c"}
    expected = []
    for station in view.stations:
        if county and station.county_code != county:
            continue
        for check in some:
            if check.name == "rule":
                holds = bool(station.rules & set(check.values))
            else:
                name, state = check.values
                holds = station.criteria[CRITERIA.index(name)] == letters[state]
            if holds:
                expected.append(station.listing_id)
                break
    assert list(bound.listings) == expected
