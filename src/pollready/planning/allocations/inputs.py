"""What a plan is asked: the closed list of what may enter, checked all at once.

    level, reading, a scenario, numbers of each kind, travel limit, floors, decisions, a budget

Stations enter with their voters, place, kind and what they depend on; means with their counts,
compatibility and depot. Nothing about how a place votes can enter: there is no field for it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from dataclasses import field as made
from enum import StrEnum
from math import isfinite
from typing import Any

from pollready.assessment.chances import MEASURES, READINGS
from pollready.language import Phrase
from pollready.planning.allocations.effects import split_key
from pollready.planning.means import MEANS

UNITS_MAX = 1_000_000
TRAVEL_MAX_H = 72.0


class Limit(StrEnum):
    """What ends a plan: the units in stock, or money in their place."""

    STOCK = "stock"
    BUDGET = "budget"


class Group(StrEnum):
    """Whose floor it is."""

    COUNTY = "county"  # one county
    EACH_COUNTY = "each_county"  # every one by itself
    URBAN = "urban"
    RURAL = "rural"
    FIXED = "fixed"
    MOBILE = "mobile"


class Counts(StrEnum):
    """What a floor counts."""

    STATIONS = "stations"  # that get something
    SAVED = "saved"  # expected voters saved
    UNITS = "units"  # of one kind


@dataclass(frozen=True, slots=True)
class FloorWish:
    """So much at least for a group of stations."""

    group: str
    counts: str
    at_least: float
    county: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided, whatever is computed: `units` by kind at a station, or kept back.

    With a station, `units` are what it gets; none is nothing. With a lot and a county, that many
    units of the lot are for stations of that county alone.
    """

    number: int
    station: int | None = None
    units: Mapping[str, int] = made(default_factory=dict)
    lot: int | None = None
    county: int | None = None
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a plan is asked; `units` are the numbers of each kind that may be given."""

    level: str = "closed"
    reading: str = "working"
    units: Mapping[str, int] = made(default_factory=dict)
    travel_max_h: float = 4.0
    limit: str = Limit.STOCK
    money: float | None = None
    floors: Sequence[FloorWish] = ()
    decisions: Sequence[Decision] = ()
    voters_unknown: int | None = None  # taken for stations of which nobody knows them
    scenario: int | None = None  # as if it happened; none: under expected failures

    def values(self) -> dict[str, Any]:
        """Give the inputs as they are kept and hashed."""
        return asdict(self) | {
            "units": dict(sorted(self.units.items())),
            "floors": [asdict(each) for each in self.floors],
            "decisions": [asdict(each) for each in self.decisions],
        }

    def digest(self) -> str:
        """Give the hash by which the same inputs are known again."""
        text = json.dumps(self.values(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def inputs_of(values: Mapping[str, Any]) -> Inputs:
    """Read inputs as they were kept."""
    return replace(
        Inputs(**values),
        floors=tuple(FloorWish(**each) for each in values["floors"]),
        decisions=tuple(Decision(**each) for each in values["decisions"]),
    )


@dataclass(frozen=True, slots=True)
class InputFault:
    """One thing that cannot be; `field` is where it was entered, `code` says why."""

    code: str
    field: str
    fields: Mapping[str, object]


class WrongInputs(Exception):
    """A plan cannot be asked so; `faults` names everything that is wrong at once."""

    code = "allocation.wrong-inputs"

    def __init__(self, faults: Sequence[InputFault]) -> None:
        self.faults = tuple(faults)
        self.fields: dict[str, object] = {"faults": self.faults}
        super().__init__("; ".join(f"{fault.code} {dict(fault.fields)}" for fault in faults))


@dataclass(frozen=True, slots=True)
class Known:
    """What the register and the ledger hold, by which inputs are checked."""

    kinds: Collection[str]
    counties: Collection[int]
    stations: Collection[int]
    stock: Mapping[int, int]  # units by lot
    costs: Mapping[str, float]


def check_inputs(inputs: Inputs, known: Known) -> None:
    """Raise `WrongInputs` with every fault."""
    faults = [
        *_choice_faults(inputs),
        *_unit_faults(inputs, known),
        *_limit_faults(inputs, known),
        *_floor_faults(inputs, known),
        *_decision_faults(inputs, known),
    ]
    if faults:
        raise WrongInputs(faults)


def kind_phrase(key: str) -> Phrase | str:
    """Name a kind of means in whatever language it is read; a word of the office's stays."""
    kind, agency = split_key(key)
    name = Phrase(f"ledger.kind.{kind}", {}) if kind in MEANS else kind
    return Phrase("allocation.kind_own", {"kind": name, "agency": agency}) if agency else name


def _fault(code: str, where: str, **fields: object) -> InputFault:
    return InputFault(f"allocation.{code}", where, fields)


def _choice_faults(inputs: Inputs) -> list[InputFault]:
    found = []
    if inputs.level not in MEASURES:
        found.append(_fault("level-unknown", "level", found=inputs.level))
    if inputs.reading not in READINGS:
        found.append(_fault("reading-unknown", "reading", found=inputs.reading))
    if inputs.limit not in list(Limit):
        found.append(_fault("limit-unknown", "limit", found=inputs.limit))
    if not 0 < inputs.travel_max_h <= TRAVEL_MAX_H:
        found.append(_fault("travel-wrong", "travel_max_h", most=TRAVEL_MAX_H))
    unknown = inputs.voters_unknown
    if unknown is not None and not 0 <= unknown <= UNITS_MAX:
        found.append(_fault("voters-wrong", "voters_unknown", found=unknown))
    return found


def _unit_faults(inputs: Inputs, known: Known) -> list[InputFault]:
    found = []
    for kind, count in inputs.units.items():
        where = f"units.{kind}"
        if kind not in known.kinds:
            found.append(_fault("kind-unknown", where, kind=kind))
        elif count < 0:
            found.append(_fault("count-negative", where, kind=kind_phrase(kind), count=count))
        elif count > UNITS_MAX:
            found.append(
                _fault(
                    "count-too-large", where, kind=kind_phrase(kind), count=count, most=UNITS_MAX
                )
            )
    if inputs.limit == Limit.STOCK and not any(count > 0 for count in inputs.units.values()):
        found.append(_fault("nothing-to-give", "units"))
    return found


def _limit_faults(inputs: Inputs, known: Known) -> list[InputFault]:
    if inputs.limit != Limit.BUDGET:
        return []
    if inputs.money is None or not (isfinite(inputs.money) and inputs.money > 0):
        return [_fault("money-wrong", "money")]
    return [
        _fault("cost-missing", f"units.{kind}", kind=kind_phrase(kind))
        for kind in known.kinds
        if not known.costs.get(kind, 0.0) > 0
    ]


def _floor_faults(inputs: Inputs, known: Known) -> list[InputFault]:
    found = []
    for number, floor in enumerate(inputs.floors):
        where = f"floors.{number}"
        if floor.group not in list(Group):
            found.append(_fault("floor-group-unknown", where, found=floor.group))
        if floor.counts not in list(Counts):
            found.append(_fault("floor-counts-unknown", where, found=floor.counts))
        if not (isfinite(floor.at_least) and floor.at_least > 0):
            found.append(_fault("floor-wrong", where, number=number + 1))
        if floor.group == Group.COUNTY and floor.county not in known.counties:
            found.append(_fault("floor-county-unknown", where, number=number + 1))
        if floor.counts == Counts.UNITS and floor.kind not in known.kinds:
            found.append(_fault("floor-kind-unknown", where, kind=floor.kind))
    return found


def _decision_faults(inputs: Inputs, known: Known) -> list[InputFault]:
    return [fault for each in inputs.decisions for fault in _faults_of_decision(each, known)]


def _faults_of_decision(decision: Decision, known: Known) -> list[InputFault]:
    number, where = decision.number, f"decisions.{decision.number}"
    if decision.lot is not None:
        there = known.stock.get(decision.lot)
        if there is None:
            return [_fault("decision-lot-gone", where, number=number)]
        if decision.kept > there:
            kept = decision.kept
            return [_fault("decision-too-many", where, number=number, kept=kept, there=there)]
        return []
    found = []
    if decision.station not in known.stations:
        found.append(_fault("decision-station-gone", where, number=number))
    found += [
        _fault("decision-kind-unknown", where, number=number, kind=kind)
        for kind in decision.units
        if kind not in known.kinds
    ]
    return found
