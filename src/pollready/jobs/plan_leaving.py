"""A plan that leaves the console as a file: how secret it is, and written down before it does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.jobs.completing import REASON_MAX, ExportNeedsReason
from pollready.people.models import User
from pollready.people.permissions import Permission, check, may
from pollready.places.models import Listing
from pollready.planning.allocations.models import AllocationPlan
from pollready.planning.staging.models import KeptStagingPlan

Plan = TypeVar("Plan", AllocationPlan, KeptStagingPlan)


@dataclass(frozen=True, slots=True)
class PlanExport(Generic[Plan]):
    """What such a file would hold for somebody, and how secret that is."""

    plan: Plan
    listings: QuerySet[Listing]
    rows: int
    classification: int
    with_names: bool

    @property
    def class_label(self) -> str:
        """Name the class of the file."""
        return Classification(self.classification).label


def takes_classified(by: User) -> bool:
    """Say whether the reader may take classified files, and nobody has to approve them first."""
    return may(by, Permission.EXPORT_CLASSIFIED) and not settings.POLLREADY_EXPORT_APPROVAL


def class_of(listings: QuerySet[Listing], plan_class: int) -> int:
    """Give the class of a file of these stations; `plan_class` is of what names are in it."""
    classes = set(listings.values_list("point__classification", flat=True).distinct())
    return max((*classes, plan_class), default=0)


def record_leaving(
    export: PlanExport[Plan], kind: str, *, form: str, by: User, now: datetime, reason: str
) -> int:
    """Write down that a plan leaves the console in a form such as `xlsx`; give the number of that.

    Raises `NotPermitted`, `ExportNeedsReason`.
    """
    check(by, Permission.EXPORT)
    reason = " ".join(reason.split())[:REASON_MAX]
    if not reason:
        raise ExportNeedsReason
    after = {
        "list": kind, "round": export.plan.round.code, "plan": export.plan.pk,
        "rows": export.rows, "format": form, "classification": export.classification,
        "with_names": export.with_names,
    }  # fmt: skip
    with transaction.atomic():
        entries = [Entry("export", kind, None, after)]
        batch = record(
            actor=by.username, command="export_list", now=now, reason=reason, entries=entries
        )
    return batch.number
