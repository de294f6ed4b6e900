"""The template filled with a round's stations, for an office to complete: an export of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Max, QuerySet

from pollready.audit.classification import Classification
from pollready.intake.writing import write_complete
from pollready.jobs.leaving import record_leaving, takes_classified
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import ElectionRound, Listing


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
    most = by.clearance if takes_classified(by) else Classification.NORMAL
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
    told = {
        "round": file.round.code, "rows": file.rows, "format": "xlsx",
        "classification": file.classification, "with_names": False,
    }  # fmt: skip
    number = record_leaving("complete", told, by=by, now=now, reason=reason)
    write_complete(
        file.round,
        path,
        language,
        listings=file.listings,
        most=file.classification,
        said=said(number),
    )
