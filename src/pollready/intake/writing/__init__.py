"""Files that intake writes: the workbook, what came back from it, what is still to be filled in."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pollready.intake.writing.changes import write_changes
from pollready.intake.writing.rejected import as_it_is, write_rejected
from pollready.intake.writing.workbook_file import write_template, write_workbook

if TYPE_CHECKING:
    from pollready.places.models import ElectionRound

__all__ = [
    "as_it_is",
    "write_changes",
    "write_complete",
    "write_rejected",
    "write_template",
    "write_workbook",
]


def write_complete(round_: "ElectionRound", path: Path | str, language: str, **how: Any) -> None:
    """Write the template filled with the stations of a round, for the office to complete.

    `how` is what `complete.write_complete` takes.
    """
    # Needs the register's tables; writing the empty template does not, and is quicker without.
    from pollready.intake.writing.complete import write_complete as write

    write(round_, path, language, **how)
