"""The stations and components that a list's filter means, within somebody's scope."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import QueryDict

from pollready.assessment.filters import StationFilter
from pollready.assessment.models import SavedAssessment, StationRecord
from pollready.assessment.queries import stations_for
from pollready.people.models import User
from pollready.register.filters import ComponentFilter
from pollready.register.models import Component
from pollready.register.queries import components_for


def stations_matching(
    query: str, viewer: User, saved: SavedAssessment, *, now: datetime
) -> QuerySet[StationRecord]:
    """Give the stations that a filter finds; none where it cannot be read."""
    filters = StationFilter(
        QueryDict(query), queryset=stations_for(viewer, saved), viewer=viewer, saved=saved, now=now
    )
    return filters.qs if filters.is_valid() else StationRecord.objects.none()


def components_matching(
    query: str, viewer: User, round_id: int, *, agency_id: int | None = None
) -> QuerySet[Component]:
    """Give the components that a filter finds, of one agency where it is said."""
    rows = components_for(viewer).filter(round=round_id)
    if agency_id is not None:
        rows = rows.filter(agency=agency_id)
    filters = ComponentFilter(
        QueryDict(query), queryset=rows, names_shown=Q(), meant=lambda typed: None
    )
    return filters.qs if filters.is_valid() else Component.objects.none()
