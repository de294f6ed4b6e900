"""Binding a selector to one register: which of its components fail, which of its stations fit."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from pollready.assessment.result import CRITERIA
from pollready.planning.selectors import DEVICES, Check, Choice, Failures, Part, Selector, Stations

BELOW_PROVINCE = 2  # the widest tier that is below a province
LETTERS = {"met": "m", "unmet": "u", "unknown": "?", "contradicted": "c"}
UNTOLD = "?"


@dataclass(frozen=True, slots=True)
class Thing:
    """A component or group as a selector sees it; `loss` is what it costs alone."""

    code: str
    kind: str
    agency: str = ""
    role: str = ""
    counties: frozenset[str] = frozenset()  # names and codes: a group is where its members are
    tier: int = 0
    loss: tuple[float, int] = (0.0, 0)  # voters, stations
    powered_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A station as the last assessment left it."""

    listing_id: int
    county: str
    county_code: str
    criteria: str  # ten letters, as `StationRecord` keeps them
    rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """All that a selector can ask of a register, in the register's order."""

    things: Sequence[Thing] = ()
    stations: Sequence[Judged] = ()
    devices: Mapping[int, str] = field(default_factory=dict)  # by listing: its devices' element
    devices_told: Collection[int] = ()  # listings of which somebody says that there are devices
    criterion_of_rule: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """What the register does not record, so that nothing can be said: a phrase and its fields."""

    code: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a selector means here.

    `codes` are the elements that fail (None for stations); `listings` those that fit; `missing`
    what is not recorded; `untold` how many stations nobody could judge.
    """

    codes: tuple[str, ...] | None = None
    listings: tuple[int, ...] | None = None
    missing: tuple[Missing, ...] = ()
    untold: int = 0

    @property
    def is_assessable(self) -> bool:
        """Whether there is anything here of which a cost can be told."""
        return bool(self.codes) or (self.listings is not None and not self.missing)


def bind(selector: Selector, view: View) -> Bound:
    """Bind a selector; what is not recorded is said, never counted as nothing."""
    if isinstance(selector, Stations):
        return _stations(selector, view)
    return _failures(selector, view)


def _failures(selector: Failures, view: View) -> Bound:
    codes: dict[str, None] = {}
    missing: list[Missing] = []
    untold = 0
    for part in selector.parts:
        found, faults, unknown = _part(part, view)
        codes.update(dict.fromkeys(found))
        missing += faults
        untold = max(untold, unknown)
    return Bound(tuple(codes), None, tuple(missing), untold)


def _part(part: Part, view: View) -> tuple[list[str], list[Missing], int]:
    if part.choice is Choice.NAMED:
        return _named(part, view)
    things = [thing for thing in view.things if thing.kind in part.names and _fits(part, thing)]
    found = [thing.code for thing in _chosen(part, things)]
    missing: list[Missing] = []
    untold = 0
    if DEVICES in part.names:
        devices, untold = _devices(part, view)
        found += devices
        if not devices:
            missing.append(Missing("no_devices", {}))
    elif not things:
        missing.append(Missing("no_kind", {"kinds": part.names}))
    return (*_power(part, found, view, missing), untold)


def _power(
    part: Part, found: list[str], view: View, missing: list[Missing]
) -> tuple[list[str], list[Missing]]:
    """Go from what was chosen to what feeds it, where the selector asks for that."""
    if not part.is_power or not found:
        return found, missing
    feeds = {thing.code: thing.powered_by for thing in view.things}
    fed_by = list(dict.fromkeys(feed for code in found for feed in feeds.get(code, ())))
    dark = [code for code in found if not feeds.get(code)]
    if dark:
        missing = [*missing, Missing("no_power", {"count": len(dark), "kinds": part.names})]
    return fed_by, missing


def _named(part: Part, view: View) -> tuple[list[str], list[Missing], int]:
    here = {thing.code for thing in view.things}
    found = [name for name in part.names if name in here]
    gone = [name for name in part.names if name not in here]
    missing = [Missing("not_recorded", {"count": len(gone)})] if gone else []
    return (*_power(part, found, view, missing), 0)


def _fits(part: Part, thing: Thing) -> bool:
    where = part.where
    return (
        (not where.county or where.county in thing.counties)
        and (not where.agency or where.agency == thing.agency)
        and (not where.role or where.role == thing.role)
        and (not where.below_province or thing.tier <= BELOW_PROVINCE)
    )


def _chosen(part: Part, things: list[Thing]) -> list[Thing]:
    number = _number(part, len(things))
    if part.choice is Choice.WORST:
        # sorted() keeps the register's order among equals
        return sorted(things, key=lambda thing: (-thing.loss[0], -thing.loss[1]))[:number]
    if part.choice is Choice.SPREAD:
        return sorted(things, key=lambda thing: _lot(thing.code))[:number]
    return things


def _devices(part: Part, view: View) -> tuple[list[str], int]:
    """Choose among the stations' own devices, evenly; of some nobody says that there are any."""
    where = part.where
    here = [
        station.listing_id
        for station in view.stations
        if not where.county or where.county in (station.county_code, station.county)
    ]
    told = [listing for listing in here if listing in view.devices_told]
    names = sorted((view.devices[listing] for listing in told), key=_lot)
    return names[: _number(part, len(names))], len(here) - len(told)


def _number(part: Part, among: int) -> int:
    if part.share is not None:
        return math.ceil(round(part.share * among / 100, 6))
    return among if part.count is None else part.count


def _lot(code: str) -> bytes:
    """Give what orders names evenly, and in the same way each time."""
    return sha256(code.encode()).digest()


def _stations(selector: Stations, view: View) -> Bound:
    where = selector.where
    here = [
        station
        for station in view.stations
        if not where.county or where.county in (station.county_code, station.county)
    ]
    if not here:
        return Bound(listings=(), missing=(Missing("no_stations", {}),))
    found = [s for s in here if any(_holds(test, s) for test in selector.tests)]
    chosen = {station.listing_id for station in found}
    untold = [
        s
        for s in here
        if s.listing_id not in chosen and any(_untold(test, s, view) for test in selector.tests)
    ]
    listings = tuple(station.listing_id for station in found)
    if not found and len(untold) == len(here):
        criteria = tuple(dict.fromkeys(_criteria(selector.tests, view)))
        return Bound(listings=(), missing=(Missing("no_evidence", {"criteria": criteria}),))
    return Bound(listings=listings, untold=len(untold))


def _holds(test: Check, station: Judged) -> bool:
    if test.name == "rule":
        return any(rule in station.rules for rule in test.values)
    name, state = test.values
    return station.criteria[CRITERIA.index(name)] == LETTERS[state]


def _untold(test: Check, station: Judged, view: View) -> bool:
    """Tell whether nobody recorded what the test would have to look at."""
    if test.name == "criterion" and test.values[1] == "unknown":
        return False
    return any(station.criteria[CRITERIA.index(name)] == UNTOLD for name in _criteria([test], view))


def _criteria(tests: Iterable[Check], view: View) -> list[str]:
    found = []
    for test in tests:
        if test.name == "criterion":
            found.append(test.values[0])
            continue
        numbers = (view.criterion_of_rule.get(rule) for rule in test.values)
        found += [CRITERIA[number - 1] for number in numbers if number is not None]
    return found
