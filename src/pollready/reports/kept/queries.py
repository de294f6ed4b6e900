"""Which kept reports somebody may read, and which came before another."""

from datetime import datetime

from django.db.models import Q, QuerySet

from pollready.people.models import User
from pollready.people.scopes import is_of_agency, places_of
from pollready.reports.kept.models import KeptFile, KeptReport, ReportKind
from pollready.reports.kept.rules import Subject


def reports_for(user: User) -> QuerySet[KeptReport]:
    """Give the reports in the user's scope, up to his class, the newest first.

    An agency reads those about itself; who serves places, those of his counties; others all.
    """
    reports = KeptReport.objects.filter(classification__lte=user.clearance).defer("data")
    if is_of_agency(user):
        return reports.filter(agency=user.agency_id, agency__isnull=False)
    places = places_of(user)
    if places is not None:
        return reports.filter(kind=ReportKind.COUNTY, place__in=places)
    return reports


def files_for(user: User, report: KeptReport) -> QuerySet[KeptFile]:
    """Give the files of a report that the user may know of: the annex to who may see names."""
    files = report.files.filter(classification__lte=user.clearance)
    return files if user.may_see_names else files.filter(with_names=False)


def last_before(subject: Subject, *, round_id: int, moment: datetime) -> KeptReport | None:
    """Give the newest report of the same subject as of an earlier moment."""
    same = KeptReport.objects.filter(
        Q(place=subject.place) if subject.place else Q(place__isnull=True),
        Q(agency=subject.agency) if subject.agency else Q(agency__isnull=True),
        kind=subject.kind,
        round=round_id,
        as_of__lt=moment,
    )
    return same.order_by("-as_of", "-pk").first()
