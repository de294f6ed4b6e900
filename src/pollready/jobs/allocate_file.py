"""Allocation from the command line: a register, or an office's file, and a plan out of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.utils.timezone import localdate

from pollready.assessment.chances import ground_of
from pollready.engine.budget import Budget
from pollready.intake.commands import import_file
from pollready.jobs.assess_file import default_as_of, masked
from pollready.language import say
from pollready.places.models import ElectionRound, Listing, Place, PlaceLevel
from pollready.planning.allocations.given import Meaning, meaning_of, scenario_coded
from pollready.planning.allocations.inputs import (
    FloorWish,
    Group,
    InputFault,
    Inputs,
    Limit,
    WrongInputs,
)
from pollready.planning.allocations.keeping import kinds_now, weigh, weighed
from pollready.planning.allocations.making import make_plan, preview_plan
from pollready.planning.allocations.means import office_means
from pollready.planning.allocations.queries import basis_of, first_inputs
from pollready.planning.allocations.rows import PlanRows
from pollready.reports.allocation_file import PlanFile, as_json, under_words, write_plan_file
from pollready.resources.models import ResourceLot

Progress = Callable[[str], None]


class NoRound(Exception):
    """The register holds no round, or none of that code."""

    code = "allocation.no-round"

    def __init__(self, round_code: str) -> None:
        self.fields: dict[str, object] = {"round": round_code}
        super().__init__(round_code)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asks on the command line; what is not said is as in a new plan.

    `floors` name a county by its code.
    """

    level: str = "closed"
    reading: str = "working"
    units: Mapping[str, int] = field(default_factory=dict)
    travel_max_h: float | None = None
    money: float | None = None
    floors: Sequence[tuple[str, str, str, str, float]] = ()  # group, county, counts, kind, least
    voters_unknown: int | None = None
    scenario: str = ""  # its code; empty: under expected failures
    quick: bool = False
    seconds: float = 60.0
    gap: float = 1e-4


@dataclass(frozen=True, eq=False)
class AllocatedFile:
    """What came of it: the plan's values, and what its file holds."""

    result: Mapping[str, Any]
    file: PlanFile

    @property
    def values(self) -> dict[str, Any]:
        """Give the plan as values."""
        return as_json(self.file)


def allocate_file(
    path: Path | None,
    wishes: Wishes,
    *,
    round_code: str = "",
    language: str,
    now: datetime,
    out: Path | None = None,
    as_of: date | None = None,
    progress: Progress = lambda stage: None,
) -> AllocatedFile:
    """Allocate the means of a file, or of the register that is open.

    Raises `NoRound`, `WrongInputs`, `WrongMeans`, `NothingToWeigh`, `AllocationRefused` of a
    scenario, and what the import raises.
    """
    if path is not None:
        progress("reading")
        imported = import_file(path, mapping={}, by=None, now=now)
        round_id = imported.round_id
    else:
        round_id = _round_of(round_code)
    if round_id is None:
        raise NoRound(round_code)
    day = as_of or default_as_of(round_id, today=localdate(now))
    under = _meaning(wishes.scenario, round_id)
    found = weighed(round_id, as_of=day, under=under)
    if found is None or not found.is_fresh:
        progress("weighing")
        found = weigh(round_id, as_of=day, now=now, under=under)
    basis = basis_of(round_id, found)
    inputs = _inputs(first_inputs(basis, round_id), wishes)
    if under is not None:
        inputs = replace(inputs, scenario=under.scenario.pk)
    progress("allocating")
    if wishes.quick:
        result = preview_plan(basis, inputs)
    else:
        result = make_plan(
            basis, inputs,
            ground_of(round_id, as_of=day, given=under.outage if under else None),
            kinds_now(round_id, office_means()),
            gap=wishes.gap, budget=Budget.within(wishes.seconds, monotonic),
        )  # fmt: skip
    if under is not None:
        result["scenario"] = under.values()
    file = plan_file(round_id, inputs, result, language, under)
    if out is not None:
        progress("writing")
        write_plan_file(out, file, now=now)
    return AllocatedFile(result, file)


def plan_file(
    round_id: int,
    inputs: Inputs,
    result: Mapping[str, Any],
    language: str,
    under: Meaning | None = None,
) -> PlanFile:
    """Give the file of a plan over the whole register; components are masked."""
    name = ElectionRound.objects.get(pk=round_id).name
    return PlanFile(
        title=say("allocation.file.title", language, round=name),
        inputs=inputs.values(),
        rows=PlanRows(result, Listing.objects.all(), ResourceLot.objects.all(), round_id),
        language=language,
        mask=masked,
        text=lambda words: words,
        under=under_words(under.scenario if under else None, inputs.scenario, language),
    )


def _meaning(code: str, round_id: int) -> Meaning | None:
    """Find what a scenario means, by its code; raises `AllocationRefused`."""
    return meaning_of(scenario_coded(code, round_id).pk, round_id) if code else None


def _round_of(code: str) -> int | None:
    rounds = ElectionRound.objects.order_by("-election_date", "-pk")
    if code:
        rounds = rounds.filter(code=code)
    return rounds.values_list("pk", flat=True).first()


def _inputs(first: Inputs, wishes: Wishes) -> Inputs:
    """Put what is asked in place of what a new plan starts with."""
    counties = dict(Place.objects.filter(level=PlaceLevel.COUNTY).values_list("code", "pk"))
    unknown = [row[1] for row in wishes.floors if row[1] and row[1] not in counties]
    if unknown:
        raise WrongInputs(
            [InputFault("allocation.county-code-unknown", "floors", {"county": code})
             for code in unknown]
        )  # fmt: skip
    floors = tuple(
        FloorWish(group if not county else Group.COUNTY, counts, least, counties.get(county), kind)
        for group, county, counts, kind, least in wishes.floors
    )
    return replace(
        first,
        level=wishes.level,
        reading=wishes.reading,
        units={**first.units, **wishes.units},
        travel_max_h=first.travel_max_h if wishes.travel_max_h is None else wishes.travel_max_h,
        limit=Limit.STOCK if wishes.money is None else Limit.BUDGET,
        money=wishes.money,
        floors=floors,
        voters_unknown=wishes.voters_unknown,
    )
