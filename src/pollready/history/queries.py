"""Reads of the incidents of earlier rounds."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime

from pollready.history.models import Incident
from pollready.people.models import User
from pollready.people.scopes import listings_for, places_of


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One recorded incident; `county` is that of its place, where the place is one."""

    election: str
    kind: str
    cause: str
    agency: str
    listing_id: int | None
    county: str
    started_at: datetime | None  # local time, as the end
    ended_at: datetime | None
    stop_min: int | None
    confirmed: bool | None


def incidents_before(round_id: int, election_date: date | None) -> tuple[IncidentRow, ...]:
    """Give what a round's register tells of earlier rounds: nothing of election day itself."""
    rows = (
        Incident.objects.filter(round_id=round_id)
        .order_by("started_at", "pk")
        .values_list(
            "election", "kind", "cause", "agency__code", "listing_id", "place__name",
            "started_at", "ended_at", "stop_min", "confirmed",
        )
    )  # fmt: skip
    found = (
        IncidentRow(
            election, kind, cause, agency or "", listing, county or "",
            started and localtime(started), ended and localtime(ended), stop_min, confirmed,
        )
        for election, kind, cause, agency, listing, county, started, ended, stop_min, confirmed
        in rows
    )  # fmt: skip
    return tuple(row for row in found if _is_before(row.started_at, election_date))


def _is_before(started_at: datetime | None, election_date: date | None) -> bool:
    return election_date is None or started_at is None or started_at.date() < election_date


def incidents_for(user: User) -> QuerySet[Incident]:
    """Give the incidents of all rounds in the user's places, up to his class."""
    places = places_of(user)
    here = Q() if places is None else Q(place__in=places) | Q(listing__in=listings_for(user))
    return Incident.objects.filter(here, classification__lte=user.clearance)
