"""The template filled with a round's stations, for an office to complete: an export of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.intake.writing import write_complete
from pollready.people.models import User
from pollready.people.permissions import Permission, check, may
from pollready.people.scopes import listings_for
from pollready.places.models import ElectionRound, Listing

REASON_MAX = 400


class ExportNeedsReason(ValueError):
    """A file that names stations leaves the console only with a reason."""

    code = "console.export-needs-reason"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class ToComplete:
    """What such a file would hold for somebody, and how secret that is."""

    round: ElectionRound
    listings: QuerySet[Listing]
    rows: int
    left_out: int  # stations within reach of a class that may not leave with this file
    classification: int

    @property
    def class_label(self) -> str:
        """Name the class of the file."""
        return Classification(self.classification).label


def to_complete(round_: ElectionRound, by: User) -> ToComplete:
    """Work out what the file would hold.

    The stations within somebody's reach; of a class above the lowest only where he may take
    classified files, and nobody else has to approve them first.
    """
    within = listings_for(by).filter(round=round_)
    most = by.clearance if may(by, Permission.EXPORT_CLASSIFIED) else Classification.NORMAL
    if settings.POLLREADY_EXPORT_APPROVAL:
        most = Classification.NORMAL
    chosen = within.filter(point__classification__lte=most)
    highest = chosen.aggregate(highest=Max("point__classification"))["highest"]
    rows = chosen.count()
    return ToComplete(round_, chosen, rows, within.count() - rows, highest or 0)


def write_to_complete(
    file: ToComplete,
    path: Path,
    *,
    language: str,
    by: User,
    now: datetime,
    reason: str,
    said: Callable[[int], list[str]],
) -> None:
    """Write down that the file leaves the console, and write it.

    `said` gives the lines that stand in it, with the number of the log. What names something
    upstream is blank in it. Raises `NotPermitted`, `ExportNeedsReason`.
    """
    check(by, Permission.EXPORT)
    reason = " ".join(reason.split())[:REASON_MAX]
    if not reason:
        raise ExportNeedsReason
    after = {
        "list": "complete",
        "round": file.round.code,
        "rows": file.rows,
        "format": "xlsx",
        "classification": file.classification,
        "with_names": False,
    }
    with transaction.atomic():
        batch = record(
            actor=by.username,
            command="export_list",
            now=now,
            reason=reason,
            entries=[Entry("export", "complete", None, after)],
        )
    write_complete(
        file.round,
        path,
        language,
        listings=file.listings,
        most=file.classification,
        said=said(batch.number),
    )
