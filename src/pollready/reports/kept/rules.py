"""Which reports somebody may make, and why one is refused."""

from dataclasses import dataclass

from pollready.people.models import User
from pollready.people.permissions import Permission, check, may
from pollready.people.scopes import is_of_agency, places_of
from pollready.places.models import Agency, Place, PlaceLevel
from pollready.reports.kept.models import ReportKind


class ReportRefused(Exception):
    """A report cannot be made, or handed out, as asked; `field` is where it was asked."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"reports.{code}"
        self.field = field
        self.fields: dict[str, object] = fields
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose stations a report counts: all, one county's, or those that rest on an agency."""

    kind: ReportKind
    place: Place | None = None
    agency: Agency | None = None

    @property
    def code(self) -> str:
        """Give the county or agency as assessments name it."""
        if self.place is not None:
            return self.place.code or self.place.name
        return self.agency.code if self.agency else ""


def kinds_for(user: User) -> list[ReportKind]:
    """Name the kinds of report that somebody may make of what he sees."""
    if is_of_agency(user):
        return [ReportKind.AGENCY] if user.agency_id else []
    if places_of(user) is not None:
        return [ReportKind.COUNTY]
    kinds = list(ReportKind)
    if not may(user, Permission.ROLL_UP):
        kinds.remove(ReportKind.NATIONAL)
    return kinds


def counties_for(user: User) -> list[Place]:
    """Give the counties of which somebody may make a report, in code order."""
    if ReportKind.COUNTY not in kinds_for(user):
        return []
    within = places_of(user)
    places = Place.objects.all() if within is None else within
    return list(places.filter(level=PlaceLevel.COUNTY).order_by("code", "name"))


def agencies_to_report(user: User) -> list[Agency]:
    """Give the agencies of which somebody may make a report."""
    if ReportKind.AGENCY not in kinds_for(user):
        return []
    agencies = Agency.objects.filter(classification__lte=user.clearance)
    if is_of_agency(user):
        agencies = agencies.filter(pk=user.agency_id or 0)
    return list(agencies.order_by("name"))


def check_subject(subject: Subject, *, by: User) -> None:
    """Raise `NotPermitted` or `ReportRefused` where somebody may not report on it."""
    check(by, Permission.MAKE_REPORTS)
    if subject.kind not in kinds_for(by):
        raise ReportRefused("kind-not-yours", "kind")
    if subject.kind == ReportKind.COUNTY and subject.place not in counties_for(by):
        raise ReportRefused("county-missing", "place")
    if subject.kind == ReportKind.AGENCY and subject.agency not in agencies_to_report(by):
        raise ReportRefused("agency-missing", "agency")
