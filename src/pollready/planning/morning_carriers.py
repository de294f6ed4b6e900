"""Centres, links and exchanges that say what they pass, the fullest in the morning first."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from pollready.assessment.models import (
    ComponentRecord,
    DependenceRecord,
    SavedAssessment,
    StationRecord,
)
from pollready.assessment.queries import (
    causes_for,
    component_records_for,
    dependences_for,
    stations_for,
)
from pollready.obstacles.rules.centre_over_capacity import CODE
from pollready.people.models import User
from pollready.people.scopes import listings_for, places_of
from pollready.register.models import Component


@dataclass(frozen=True, slots=True)
class Carrier:
    """A component with its recorded capacity, as one viewer may know it.

    `stations` that rest on it in his scope. `share` is the load of its morning over its capacity;
    None where it also carries stations of others, whose load is not his to see. `is_over` where
    the rule holds.
    """

    component: Component
    capacity_per_s: float
    stations: int
    share: float | None
    is_over: bool


def carriers_for(user: User, saved: SavedAssessment) -> list[Carrier]:
    """Give the components in scope with a recorded capacity, the fullest in the morning first."""
    records = (
        component_records_for(user, saved)
        .filter(capacity_per_s__isnull=False)
        .select_related("component__agency")
        .order_by("pk")
    )
    over = frozenset(causes_for(user, saved).filter(rule=CODE).values_list("key", flat=True))
    mine = None if places_of(user) is None else _within(user, records)
    found = [_carrier(record, mine, over) for record in records]
    return sorted(
        found, key=lambda each: (each.share is None, not each.is_over, -(each.share or 0))
    )


def _within(user: User, records: QuerySet[ComponentRecord]) -> Mapping[int, int]:
    """Count the stations in scope that rest on each."""
    rows = DependenceRecord.objects.filter(
        record__in=records.order_by().values("pk"), listing__in=listings_for(user)
    )
    return dict(rows.values_list("record").annotate(stations=Count("pk")))


def _carrier(
    record: ComponentRecord, mine: Mapping[int, int] | None, over: frozenset[str]
) -> Carrier:
    component, capacity = record.component, record.capacity_per_s
    assert component is not None and capacity is not None  # only such were read
    stations = record.stations_behind if mine is None else mine.get(record.pk, 0)
    return Carrier(
        component,
        capacity,
        stations,
        record.morning_share if stations == record.stations_behind else None,
        component.code in over,
    )


def stations_behind(
    user: User, saved: SavedAssessment, component: Component
) -> QuerySet[StationRecord]:
    """Give the stations in scope that rest on a component, by the engine."""
    rows = stations_for(user, saved).order_by()
    record = ComponentRecord.objects.filter(assessment=saved, component=component).first()
    if record is None:  # it was not there yet, or nothing rests on it
        return rows.none()
    return rows.filter(listing__in=dependences_for(user, record).values("listing"))


def capacity_of(saved: SavedAssessment, component: Component) -> float | None:
    """Give the capacity of a component as the assessment found it; None where nobody says one."""
    rows = ComponentRecord.objects.filter(assessment=saved, component=component)
    return rows.values_list("capacity_per_s", flat=True).first()
