"""A plan as a file that leaves the console: written down in the log before it does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pollready.audit.classification import Classification
from pollready.jobs.leaving import takes_classified
from pollready.jobs.plan_leaving import PlanExport, class_of, record_plan
from pollready.language import say
from pollready.people.models import User
from pollready.people.scopes import is_of_agency, listings_for
from pollready.planning.allocations.given import scenario_read
from pollready.planning.allocations.inputs import inputs_of
from pollready.planning.allocations.models import AllocationPlan
from pollready.planning.allocations.rows import PlanRows
from pollready.register.veil import masked, veil_now
from pollready.reports.allocation_file import PlanFile, under_words, write_plan_file
from pollready.resources.queries import lots_for

LIST = "allocation"


def plan_export(plan: AllocationPlan, by: User) -> PlanExport[AllocationPlan]:
    """Work out what the file would hold.

    What is classified, and the names of shared components, are in it only where the reader may
    take classified files and nobody else has to approve them first.
    """
    takes = takes_classified(by)
    most = by.clearance if takes else Classification.NORMAL
    listings = listings_for(by).filter(round=plan.round_id, point__classification__lte=most)
    if is_of_agency(by):
        listings = listings.filter(pk__in=_own_stations(plan, by))
    with_names = (
        takes and by.may_see_names and any(row["component"] for row in plan.result.get("given", ()))
    )
    highest = class_of(listings, plan.classification if with_names else 0)
    return PlanExport(plan, listings, listings.count(), highest, with_names)


def _own_stations(plan: AllocationPlan, by: User) -> list[int]:
    """Give the stations to which means of the reader's agency go."""
    lots = set(lots_for(by, plan.round_id).values_list("pk", flat=True))
    return [
        row["listing"]
        for row in plan.result.get("given", ())
        if row["listing"] is not None and any(sent["lot"] in lots for sent in row["from"])
    ]


def write_plan_export(
    export: PlanExport[AllocationPlan],
    path: Path,
    *,
    language: str,
    by: User,
    now: datetime,
    reason: str,
    said: Callable[[int], list[str]],
) -> None:
    """Write down that the plan leaves the console, and write it.

    Raises `NotPermitted`, `ExportNeedsReason`.
    """
    number = record_plan(export, LIST, form=path.suffix[1:], by=by, now=now, reason=reason)
    plan = export.plan
    veil, inputs = veil_now(by, round_id=plan.round_id), inputs_of(plan.inputs)
    file = PlanFile(
        title=say("allocation.file.plan_title", language, number=plan.pk,
                  title=veil.text(plan.title), round=plan.round.name),
        inputs=inputs.values(),
        rows=PlanRows(
            plan.result, export.listings, lots_for(by, plan.round_id), plan.round_id
        ),
        language=language,
        mask=veil.code if export.with_names else masked,
        text=veil.text,
        under=under_words(
            scenario_read(by, plan.round_id, inputs.scenario), inputs.scenario, language, veil.text
        ),
    )  # fmt: skip
    write_plan_file(path, replace(file, lines=tuple(said(number))), now=now)
