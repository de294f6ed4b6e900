"""A plan that leaves the console as a file: how secret it is, and written down before it does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import QuerySet

from pollready.audit.classification import Classification
from pollready.jobs.leaving import record_leaving
from pollready.people.models import User
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


def class_of(listings: QuerySet[Listing], plan_class: int) -> int:
    """Give the class of a file of these stations; `plan_class` is of what names are in it."""
    classes = set(listings.values_list("point__classification", flat=True).distinct())
    return max((*classes, plan_class), default=0)


def record_plan(
    export: PlanExport[Plan], kind: str, *, form: str, by: User, now: datetime, reason: str
) -> int:
    """Write down that a plan leaves the console in a form such as `xlsx`; give the number of that.

    Raises `NotPermitted`, `ExportNeedsReason`.
    """
    told = {
        "round": export.plan.round.code, "plan": export.plan.pk, "rows": export.rows,
        "format": form, "classification": export.classification, "with_names": export.with_names,
    }  # fmt: skip
    return record_leaving(kind, told, by=by, now=now, reason=reason)
