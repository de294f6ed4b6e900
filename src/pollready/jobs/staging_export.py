"""A kept staging plan as a file that leaves the console: written down in the log before it does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pollready.audit.classification import Classification
from pollready.jobs.leaving import takes_classified
from pollready.jobs.plan_leaving import PlanExport, class_of, record_plan
from pollready.language import say
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.planning.staging.models import KeptStagingPlan
from pollready.planning.staging.plan import StagingPlan
from pollready.planning.staging.queries import read_plan, reader_of
from pollready.register.veil import Veil, veil_now
from pollready.reports.staging_file import StagingFile, write_staging_file

LIST = "staging"


def staging_export(plan: KeptStagingPlan, by: User) -> PlanExport[KeptStagingPlan]:
    """Work out what the file would hold.

    What is classified, and depots, are in it only where the reader may take classified files and
    nobody else has to approve them first.
    """
    takes = takes_classified(by)
    most = by.clearance if takes else Classification.NORMAL
    listings = listings_for(by).filter(
        round=plan.round_id,
        point__classification__lte=most,
        pk__in=plan.result["stations"]["listing_id"],
    )
    with_names = takes and by.may_see_names and bool(plan.result["depots"])
    highest = class_of(listings, plan.classification if with_names else 0)
    return PlanExport(plan, listings, listings.count(), highest, with_names)


def write_staging_export(
    export: PlanExport[KeptStagingPlan],
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
    kept, veil = export.plan, veil_now(by, round_id=export.plan.round_id)
    title = say(
        "staging.file_title", language, number=kept.pk, title=veil.text(kept.title),
        round=kept.round.name,
    )  # fmt: skip
    plan = _told(export, by, veil)
    file = StagingFile(plan, language, (title, *said(number)), _figures(plan))
    write_staging_file(path, file, now=now)


def _told(export: PlanExport[KeptStagingPlan], by: User, veil: Veil) -> StagingPlan:
    """Give the plan of the stations in the file, with reasons as the reader may see them."""
    reader = reader_of(by, export.plan.round_id, veil)
    own = set(export.listings.values_list("pk", flat=True))
    reader = replace(
        reader,
        stations={pk: names for pk, names in reader.stations.items() if pk in own},
        depots=reader.depots if export.with_names else {},
    )
    plan = read_plan(export.plan, reader)
    decided = tuple(replace(each, reason=veil.text(each.reason)) for each in plan.asked.decided)
    return replace(plan, asked=replace(plan.asked, decided=decided))


def _figures(plan: StagingPlan) -> dict[str, object]:
    asked = plan.asked.values()
    proof = plan.sites.proof
    return {
        "asked": asked,
        "proven": proof is not None and proof.proven,
        "gap": None if proof is None else proof.gap,
    }
