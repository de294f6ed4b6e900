"""What an import did, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pollready.intake.faults import Fault
from pollready.intake.staging.records import RejectedRow


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
    unused: tuple[str, ...] = ()  # headings that nothing was made of
    sheets: Mapping[str, str] = field(default_factory=dict)  # title -> sheet of the workbook
    faults: tuple[Fault, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    unchanged: bool = False  # this very file was imported last; nothing was written
    has_components: bool = False


class NothingUsable(ValueError):
    """Not one row of the file could be registered; `result` says why, row by row."""

    code = "intake.nothing-usable"

    def __init__(self, result: ImportResult) -> None:
        self.result = result
        self.fields = {"name": result.file_name, "rows": result.rows_read}
        super().__init__(result.file_name)
