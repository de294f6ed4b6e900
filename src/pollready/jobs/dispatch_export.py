"""Dispatch as a file that leaves the console: written down in the log before it does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.jobs.completing import REASON_MAX, ExportNeedsReason
from pollready.people.models import User
from pollready.people.permissions import Permission, check, may
from pollready.people.scopes import listings_for
from pollready.places.models import ElectionRound
from pollready.planning.dispatching.ground import Spot
from pollready.planning.dispatching.tables import COLUMNS, Rows, spot_words
from pollready.register.veil import masked
from pollready.reports.dispatch_file import DispatchFile, write_dispatch_file

LIST = "dispatch"
Tables = Callable[[Callable[[Spot], str]], dict[str, Rows]]


@dataclass(frozen=True, eq=False)
class DispatchExport:
    """What such a file would hold for somebody, and how secret that is."""

    round: ElectionRound
    question: str
    tables: dict[str, Rows]
    withheld: int  # rows of a class above what he may take
    classification: int
    with_names: bool

    @property
    def rows(self) -> int:
        """How many rows there are of stations."""
        return sum(len(rows) for name, rows in self.tables.items() if "code" in COLUMNS[name])

    @property
    def class_label(self) -> str:
        """Name the class of the file."""
        return Classification(self.classification).label


def dispatch_export(
    tables: Tables, question: str, election_round: ElectionRound, by: User
) -> DispatchExport:
    """Work out what the file would hold.

    What is classified, and depots by their names, are in it only where the reader may take
    classified files and nobody else has to approve them first.
    """
    takes = may(by, Permission.EXPORT_CLASSIFIED) and not settings.POLLREADY_EXPORT_APPROVAL
    plain, depots = takes and by.may_see_names, set[Spot]()

    def named(spot: Spot) -> str:
        if not spot.is_depot:
            return spot_words(spot)
        depots.add(spot)
        return spot_words(spot) if plain else masked(spot.code)

    most = by.clearance if takes else Classification.NORMAL
    listings = listings_for(by).filter(round=election_round)
    classes = dict(listings.values_list("code", "point__classification"))
    kept: dict[str, Rows] = {}
    taken, withheld = {0}, 0
    for name, rows in tables(named).items():
        if "code" not in COLUMNS[name]:
            kept[name] = rows
            continue
        place = COLUMNS[name].index("code")
        own = [row for row in rows if classes.get(str(row[place]), most + 1) <= most]
        taken |= {classes[str(row[place])] for row in own}
        withheld += len(rows) - len(own)
        kept[name] = own
    with_names = plain and bool(depots)
    if with_names:  # depots are infrastructure
        taken.add(min(Classification.CONFIDENTIAL, by.clearance))
    return DispatchExport(election_round, question, kept, withheld, max(taken), with_names)


def write_dispatch_export(
    export: DispatchExport,
    path: Path,
    *,
    title: str,
    language: str,
    by: User,
    now: datetime,
    reason: str,
    said: Callable[[int], list[str]],
) -> None:
    """Write down that it leaves the console, and write it.

    Raises `NotPermitted`, `ExportNeedsReason`.
    """
    check(by, Permission.EXPORT)
    reason = " ".join(reason.split())[:REASON_MAX]
    if not reason:
        raise ExportNeedsReason
    after = {
        "list": LIST, "round": export.round.code, "question": export.question,
        "rows": export.rows, "format": path.suffix[1:],
        "classification": export.classification, "with_names": export.with_names,
    }  # fmt: skip
    batch = record(
        actor=by.username, command="export_list", now=now, reason=reason,
        entries=[Entry("export", LIST, None, after)],
    )  # fmt: skip
    file = DispatchFile(title, export.tables, language, said(batch.number))
    write_dispatch_file(path, file, now=now)
