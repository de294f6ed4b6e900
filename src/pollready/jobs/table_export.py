"""Tables of a page as a file that leaves the console: written down in the log before it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pollready.audit.classification import Classification
from pollready.jobs.leaving import record_leaving, takes_classified
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import ElectionRound
from pollready.planning.dispatching.ground import Spot
from pollready.planning.dispatching.tables import spot_words
from pollready.register.veil import masked
from pollready.reports.table_file import Rows, TableFile, write_table_file

Tables = Callable[[Callable[[Spot], str]], Mapping[str, Rows]]
CODES = frozenset({"code", "from_code", "to_code"})  # columns that name a station


@dataclass(frozen=True, eq=False)
class TableExport:
    """What such a file would hold for somebody, and how secret that is.

    `kind` is the page's: `{kind}.table.*` and `{kind}.column.*` are the words of its tables.
    """

    kind: str
    columns: Mapping[str, Sequence[str]]
    round: ElectionRound
    question: str
    tables: Mapping[str, Rows]
    withheld: int  # rows of a class above what he may take
    classification: int
    with_names: bool

    @property
    def rows(self) -> int:
        """How many rows there are of stations; of all where none names one."""
        naming = [rows for name, rows in self.tables.items() if _codes(self.columns[name])]
        return sum(len(rows) for rows in naming or self.tables.values())

    @property
    def class_label(self) -> str:
        """Name the class of the file."""
        return Classification(self.classification).label


def table_export(
    kind: str,
    columns: Mapping[str, Sequence[str]],
    tables: Tables,
    *,
    question: str,
    election_round: ElectionRound,
    by: User,
) -> TableExport:
    """Work out what the file would hold.

    What is classified, and depots by their names, are in it only where the reader may take
    classified files and nobody else has to approve them first.
    """
    takes = takes_classified(by)
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
        places = _codes(columns[name])
        found = [[classes.get(str(row[place]), most + 1) for place in places] for row in rows]
        own = [max(each, default=0) <= most for each in found]
        kept[name] = [row for row, mine in zip(rows, own, strict=True) if mine]
        taken |= {each for row, mine in zip(found, own, strict=True) if mine for each in row}
        withheld += own.count(False)
    with_names = plain and bool(depots)
    if with_names:  # depots are infrastructure
        taken.add(min(Classification.CONFIDENTIAL, by.clearance))
    return TableExport(
        kind, columns, election_round, question, kept, withheld, max(taken), with_names
    )


def _codes(columns: Sequence[str]) -> list[int]:
    """Give the places of the columns that name a station."""
    return [place for place, column in enumerate(columns) if column in CODES]


def write_table_export(
    export: TableExport,
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
    told = {
        "round": export.round.code, "question": export.question, "rows": export.rows,
        "format": path.suffix[1:], "classification": export.classification,
        "with_names": export.with_names,
    }  # fmt: skip
    number = record_leaving(export.kind, told, by=by, now=now, reason=reason)
    lines = said(number)
    file = TableFile(export.kind, title, export.columns, export.tables, language, lines)
    write_table_file(path, file, now=now)
