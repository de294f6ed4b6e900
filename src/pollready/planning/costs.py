"""Working out what every scenario means and costs in a round: all at once, after an assessment."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from pollready.assessment.costing import Costing, FailureCost, ready_costing
from pollready.assessment.models import SavedAssessment
from pollready.audit.bulk import insert_rows
from pollready.audit.commands import Entry, record
from pollready.audit.logins import login
from pollready.people.models import User
from pollready.places.models import Agency
from pollready.planning.binding import Bound, View, bind
from pollready.planning.models import (
    Scenario,
    ScenarioBinding,
    ScenarioCost,
    ScenarioStation,
)
from pollready.planning.queries import scenarios_of
from pollready.planning.selectors import parse
from pollready.planning.viewing import ranked, view_of

MATCHED = ("stations", "matched")  # stands for service and level where no component fails
_COSTS = (
    "binding", "agency", "service", "level", "reading", "stations", "voters",
    "stations_without_voters", "already_below",
)  # fmt: skip


class NothingAssessed(Exception):
    """There is no assessment of the round yet: a scenario's cost is told beside one."""

    code = "planning.nothing-assessed"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def cost_scenarios(
    round_id: int, *, now: datetime, by: User | None = None, only: Collection[int] = ()
) -> int:
    """Bind and cost the round's scenarios beside its last assessment; gives how many.

    `only` names some of them. Raises `NothingAssessed`, and what compiling a round raises.
    """
    saved = SavedAssessment.objects.filter(round=round_id).defer("summary").first()
    if saved is None:
        raise NothingAssessed
    scenarios = scenarios_of(round_id)
    if only:
        scenarios = scenarios.filter(pk__in=only)
    costing = ready_costing(round_id, as_of=saved.as_of_date)
    view = view_of(costing, saved)
    worked_out = [_worked_out(scenario, costing, view) for scenario in scenarios]
    with transaction.atomic():
        _forget(saved, [each.scenario.pk for each in worked_out])
        agencies = {agency.code: agency for agency in Agency.objects.all()}
        for each in worked_out:
            _keep(each, saved, agencies, costing, now)
        record(
            actor=by.username if by else login(),
            command="cost_scenarios",
            now=now,
            entries=[
                Entry(
                    "scenario_costs", str(saved.pk), None,
                    {"scenarios": len(worked_out),
                     "assessable": sum(each.bound.is_assessable for each in worked_out)},
                )
            ],
        )  # fmt: skip
    return len(worked_out)


@dataclass(frozen=True, slots=True)
class _WorkedOut:
    """A scenario bound to the register: what it costs, and each agency's own part of that."""

    scenario: Scenario
    bound: Bound
    cost: FailureCost | None
    parts: Mapping[str, FailureCost]  # by agency, where more than one has components that fail


def _worked_out(scenario: Scenario, costing: Costing, view: View) -> _WorkedOut:
    losses = costing.singles(scenario.service, scenario.level, scenario.duration_h)
    bound = bind(parse(scenario.selector), ranked(view, losses))
    if not bound.codes:
        return _WorkedOut(scenario, bound, None, {})
    owned = _by_agency(bound.codes, costing)
    parts = {
        agency: costing.cost(codes, scenario.duration_h)
        for agency, codes in owned.items()
        if agency and codes != list(bound.codes)
    }
    cost = costing.cost(bound.codes, scenario.duration_h)
    return _WorkedOut(scenario, bound, cost, parts)


def _by_agency(codes: Iterable[str], costing: Costing) -> dict[str, list[str]]:
    """Sort what fails by whose it is; stations' own devices are no agency's."""
    rows = costing.register.components | costing.register.groups
    found: dict[str, list[str]] = {}
    for code in codes:
        found.setdefault(rows[code].agency if code in rows else "", []).append(code)
    return found


def _forget(saved: SavedAssessment, scenarios: list[int]) -> None:
    """Drop what was worked out before, and the stations of earlier assessments: costs remain."""
    ScenarioBinding.objects.filter(assessment=saved, scenario__in=scenarios).delete()
    ScenarioStation.objects.filter(
        binding__assessment__round=saved.round_id, binding__scenario__in=scenarios
    ).exclude(binding__assessment=saved).delete()


def _keep(
    one: _WorkedOut,
    saved: SavedAssessment,
    agencies: Mapping[str, Agency],
    costing: Costing,
    now: datetime,
) -> None:
    bound, cost = one.bound, one.cost
    by_stations = bound.codes is None
    levels = [MATCHED] if by_stations else list(cost.levels if cost else ())
    binding = ScenarioBinding.objects.create(
        scenario=one.scenario,
        assessment=saved,
        scenario_version=one.scenario.version,
        made_at=now,
        by_stations=by_stations,
        assessable=bound.is_assessable and (by_stations or bool(levels)),
        codes=list(bound.codes or ()),
        missing=[{"code": each.code, **_plain(each.fields)} for each in bound.missing],
        untold=bound.untold,
        levels=[list(level) for level in levels],
    )
    owners = _by_agency(bound.codes or (), costing)
    binding.agencies.set([agencies[code] for code in owners if code in agencies])
    if by_stations:
        _keep_matched(binding, bound, costing)
    elif cost is not None:
        rows = [(binding.pk, None, *asdict(each).values()) for each in cost.costs]
        for code, part in one.parts.items():
            own = agencies[code].pk
            rows += [(binding.pk, own, *asdict(each).values()) for each in part.costs]
        insert_rows(ScenarioCost, _COSTS, rows)
        _keep_stations(binding, ((key, *lost) for key, lost in cost.lost.items()))


def _keep_matched(binding: ScenarioBinding, bound: Bound, costing: Costing) -> None:
    """Count the stations that fit; those that nobody could judge may fit too."""
    if not bound.is_assessable:
        return
    voters = {row.id: row.voters for row in costing.register.listings}
    known = [v for listing in bound.listings or () if (v := voters[listing]) is not None]
    stations = len(bound.listings or ())
    row = (stations, sum(known) if known or not stations else None, stations - len(known), 0)
    insert_rows(ScenarioCost, _COSTS, [(binding.pk, None, *MATCHED, "working", *row)])
    _keep_stations(binding, ((listing, 1, 1) for listing in bound.listings or ()))


def _keep_stations(binding: ScenarioBinding, rows: Iterable[tuple[int, int, int]]) -> None:
    insert_rows(
        ScenarioStation,
        ("binding", "listing", "lost_working", "lost_failed"),
        [(binding.pk, *row) for row in rows],
    )


def _plain(fields: Mapping[str, object]) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()
    }
