"""Reading scenarios, costs, plans and declarations as one user may."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from pollready.assessment.models import SavedAssessment
from pollready.people.models import User
from pollready.people.scopes import is_of_agency, listings_for, places_of
from pollready.planning.means import LotCounts
from pollready.planning.models import (
    ContingencyPlan,
    PlanStep,
    ReadinessDeclaration,
    Scenario,
    ScenarioBinding,
    ScenarioCost,
    ScenarioState,
    ScenarioStation,
)
from pollready.planning.shared_means import Need
from pollready.resources.models import ResourceLot

READINGS = ("working", "failed")
_Levels = dict[tuple[str, str], dict[str, ScenarioCost]]


def scenarios_of(round_id: int) -> QuerySet[Scenario]:
    """Give the scenarios that count in a round: its own, and those of every round."""
    return (
        Scenario.objects.filter(Q(round=round_id) | Q(round__isnull=True))
        .exclude(state=ScenarioState.RETIRED)
        .order_by("pk")
    )


def newest_assessments() -> list[SavedAssessment]:
    """Give the last assessment of every round that has one, without what it found."""
    newest: dict[int, SavedAssessment] = {}
    for saved in SavedAssessment.objects.defer("summary").order_by("-made_at", "-pk"):
        newest.setdefault(saved.round_id, saved)
    return list(newest.values())


def scenarios_for(user: User, round_id: int) -> QuerySet[Scenario]:
    """Give the scenarios of a round up to the user's class.

    Who speaks for an agency sees those in which its components fail, it has a step or the plan,
    its role is asked, or that it made itself.
    """
    found = scenarios_of(round_id).filter(classification__lte=user.clearance)
    if not is_of_agency(user) or user.agency is None:
        return found
    agency = user.agency
    here = {"scenario": OuterRef("pk"), "assessment__round": round_id}
    concerned: Any = (
        Q(made_by_agency=agency)
        | Exists(ScenarioBinding.objects.filter(agencies=agency, **here))
        | Exists(
            PlanStep.objects.filter(
                agency=agency, plan__scenario=OuterRef("pk"), plan__round=round_id
            )
        )
        | Exists(
            ContingencyPlan.objects.filter(owner=agency, scenario=OuterRef("pk"), round=round_id)
        )
    )
    if agency.role:
        concerned |= Q(owner_role=agency.role)
    return found.filter(concerned)


@dataclass(frozen=True, slots=True)
class Row:
    """What a scenario costs at one level, as the user may know it.

    The pairs are for unknowns working and failed; voters None where no number is known.
    """

    service: str
    level: str
    stations: tuple[int, int]
    voters: tuple[int | None, int | None]
    stations_without_voters: int
    already_below: int | None  # None where it is not the viewer's whole round


def bindings_for(
    user: User, saved: SavedAssessment, scenarios: Iterable[Scenario]
) -> Mapping[int, ScenarioBinding]:
    """Give, by scenario, what each meant when it was worked out beside this assessment."""
    rows = ScenarioBinding.objects.filter(
        assessment=saved,
        scenario__in=list(scenarios),
        scenario__classification__lte=user.clearance,
    ).prefetch_related("agencies")
    return {row.scenario_id: row for row in rows}


def costs_for(user: User, bindings: Iterable[ScenarioBinding]) -> Mapping[int, list[Row]]:
    """Give, by binding, the costs in the user's scope, level by level; the query count is fixed.

    Who is bounded to places gets his stations counted. Who speaks for an agency gets what its
    own components cost: the whole where all that fails is its own, or where none fails at all.
    """
    listed = list(bindings)
    if not listed:
        return {}
    if places_of(user) is not None:
        return _counted(user, [b for b in listed if _may_count(user, b)])
    return _kept(user, listed)


def _kept(user: User, bindings: list[ScenarioBinding]) -> dict[int, list[Row]]:
    kept: dict[tuple[int, int | None], _Levels] = {}
    for row in ScenarioCost.objects.filter(binding__in=bindings).order_by("pk"):
        levels = kept.setdefault((row.binding_id, row.agency_id), {})
        levels.setdefault((row.service, row.level), {})[row.reading] = row
    found = {}
    for binding in bindings:
        whose = None if _may_count(user, binding) else user.agency_id
        levels = kept.get((binding.pk, whose), {})
        if levels:
            found[binding.pk] = [_row(key, by_reading) for key, by_reading in levels.items()]
    return found


def _may_count(user: User, binding: ScenarioBinding) -> bool:
    """Say whether the whole cost is the user's to know: no agency sees what its rivals' do."""
    if not is_of_agency(user) or binding.by_stations:
        return True
    return {agency.pk for agency in binding.agencies.all()} <= {user.agency_id}


def _row(key: tuple[str, str], by_reading: Mapping[str, ScenarioCost]) -> Row:
    working = by_reading["working"]
    failed = by_reading.get("failed", working)
    return Row(
        service=key[0],
        level=key[1],
        stations=(working.stations, failed.stations),
        voters=(working.voters, failed.voters),
        stations_without_voters=max(
            working.stations_without_voters, failed.stations_without_voters
        ),
        already_below=working.already_below,
    )


def _counted(user: User, bindings: list[ScenarioBinding]) -> dict[int, list[Row]]:
    """Count the stations in the user's places, all bindings and levels in one query."""
    widest = max((len(binding.levels) for binding in bindings), default=0)
    columns: dict[str, Count | Sum] = {}
    for bit in range(widest):
        for reading in READINGS:
            hit = Q(**{f"bit_{bit}_{reading}__gt": 0})
            columns[f"stations_{bit}_{reading}"] = Count("pk", filter=hit)
            columns[f"voters_{bit}_{reading}"] = Sum("listing__expected_voters", filter=hit)
            columns[f"without_{bit}_{reading}"] = Count(
                "pk", filter=hit & Q(listing__expected_voters__isnull=True)
            )
    bits = {
        f"bit_{bit}_{reading}": F(f"lost_{reading}").bitand(1 << bit)
        for bit in range(widest)
        for reading in READINGS
    }
    rows = (
        ScenarioStation.objects.filter(binding__in=bindings, listing__in=listings_for(user))
        .annotate(**bits)
        .values("binding")
        .annotate(**columns)
        .order_by("binding")
    )
    counted: dict[int, Any] = {row["binding"]: row for row in rows}
    return {
        binding.pk: [
            _counted_row(level, bit, counted.get(binding.pk, {}))
            for bit, level in enumerate(binding.levels)
        ]
        for binding in bindings
    }


def _counted_row(level: list[str], bit: int, row: Mapping[str, int | None]) -> Row:
    stations = [row.get(f"stations_{bit}_{reading}") or 0 for reading in READINGS]
    voters = [row.get(f"voters_{bit}_{reading}") for reading in READINGS]
    without = [row.get(f"without_{bit}_{reading}") or 0 for reading in READINGS]
    return Row(
        level[0],
        level[1],
        (stations[0], stations[1]),
        (
            voters[0] if stations[0] else 0,
            voters[1] if stations[1] else 0,
        ),
        max(without),
        None,
    )


def stations_losing(
    user: User, binding: ScenarioBinding, bit: int, reading: str
) -> QuerySet[ScenarioStation]:
    """Give the stations in scope that lose a level; none to an agency where others' things fail."""
    if not _may_count(user, binding):
        return ScenarioStation.objects.none()
    name = f"lost_{reading}"
    return (
        ScenarioStation.objects.filter(binding=binding, listing__in=listings_for(user))
        .annotate(hit=F(name).bitand(1 << bit))
        .filter(hit__gt=0)
        .order_by("listing__code")
    )


def plans_for(user: User, round_id: int) -> QuerySet[ContingencyPlan]:
    """Give the plans of the scenarios that the user may see, with their steps."""
    return (
        ContingencyPlan.objects.filter(round=round_id, scenario__in=scenarios_for(user, round_id))
        .select_related("owner", "approved_by")
        .prefetch_related("steps__agency")
    )


def needs_for(user: User, round_id: int) -> list[Need]:
    """Give what the plans that the user may see need of each kind of means."""
    rows = (
        PlanStep.objects.filter(plan__in=plans_for(user, round_id).order_by().values("pk"))
        .exclude(means_kind="")
        .exclude(means_count=None)
        .order_by("plan__scenario", "means_kind")
        .values_list("plan__scenario", "means_kind")
        .annotate(count=Sum("means_count"))
    )
    return [Need(scenario, kind, count) for scenario, kind, count in rows]


def declarations_for(user: User, round_id: int) -> QuerySet[ReadinessDeclaration]:
    """Give the declarations of a round, newest first; an agency's people see their own."""
    found = ReadinessDeclaration.objects.filter(
        round=round_id, agency__classification__lte=user.clearance
    )
    if is_of_agency(user):
        found = found.filter(agency=user.agency_id)
    return found.select_related("agency", "signed_by").prefetch_related("covered__scenario")


def lots_of(round_id: int) -> list[LotCounts]:
    """Give the ledger's lots as the rules of gaps see them."""
    rows = ResourceLot.objects.filter(round=round_id).values_list(
        "kind", "agency__code", "pledged", "delivered", "tested", "deployed", "returned"
    )
    return [LotCounts(*row) for row in rows]
