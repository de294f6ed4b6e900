"""What an import did, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pollready.intake.faults import Fault
from pollready.intake.staging.records import RejectedRow
from pollready.language import Phrase


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one station, before and after; several values are what sources differ in."""

    code: str
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """How a file differs from what the round held before it.

    `not_named` are stations of the round that the file does not list: they stay as they were.
    """

    added: tuple[str, ...]
    changed: tuple[Change, ...]
    not_named: tuple[str, ...]

    @property
    def stations_changed(self) -> int:
        """How many stations any field of has changed."""
        return len({change.code for change in self.changed})


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The outcome of `import_file`; rows_read = rows_registered + rows_rejected.

    `rows_merged` are those of the registered rows that came after the first of their object.
    """

    file_name: str
    sha256: str
    round_id: int | None
    rows_read: int = 0
    rows_registered: int = 0
    rows_merged: int = 0
    rows_rejected: int = 0
    columns_dropped: tuple[str, ...] = ()  # forbidden columns, by name alone
    guesses: Mapping[str, str] = field(default_factory=dict)  # heading -> sheet.field
    unread: tuple[str, ...] = ()  # columns with something in them that nothing was made of
    sheets: Mapping[str, str] = field(default_factory=dict)  # title -> sheet of the workbook
    faults: tuple[Fault, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    unchanged: bool = False  # this very file was imported last; nothing was written
    changes: Changes | None = None  # None for the first file of a round, or the very same
    has_components: bool = False


class NothingUsable(ValueError):
    """Not one row of the file could be registered; `result` says why, row by row."""

    code = "intake.nothing-usable"

    def __init__(self, result: ImportResult, rejected: str = "rejected.xlsx") -> None:
        self.result = result
        self.fields: dict[str, object] = {
            "name": result.file_name,
            "why": Phrase(f"intake.nothing.{_why(result)}", _said(result, rejected)),
        }
        super().__init__(result.file_name)


def _why(result: ImportResult) -> str:
    """Choose what the user most needs to know: which phrase of `intake.nothing` says it."""
    if result.rows_rejected:
        return "rows-came-back"
    if result.columns_dropped:
        return "columns-forbidden"
    if result.sheets:
        return "only-headings"
    unread = any(fault.code == "sheet-not-recognised" for fault in result.faults)
    return "not-recognised" if unread else "empty"


def _said(result: ImportResult, rejected: str) -> dict[str, object]:
    return {
        "rows": result.rows_rejected,
        "columns": result.columns_dropped,
        "rejected": rejected,
    }
