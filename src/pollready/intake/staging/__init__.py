"""From a file's raw tables to typed rows: a list of named steps, all faults told at once."""

from collections.abc import Callable, Mapping

from pollready.intake.faults import Fault, Gravity
from pollready.intake.reading import ReadFile, is_blank
from pollready.intake.recognition import UnknownColumn, forbidden_headings, recognise
from pollready.intake.recognition.headings import heading_key, passed_over
from pollready.intake.staging.cells import name_cells
from pollready.intake.staging.codes import put_back_lost_zeros
from pollready.intake.staging.coordinates import doubt_coordinates
from pollready.intake.staging.identity import merge_rows, send_back_rows_of_secret_objects
from pollready.intake.staging.needs import read_needs
from pollready.intake.staging.records import Record, RejectedRow, Staged, StagedSheet
from pollready.intake.staging.rows import stage_table

__all__ = ["Record", "RejectedRow", "Staged", "StagedSheet", "stage"]

_STEPS: tuple[Callable[[Staged], None], ...] = (
    send_back_rows_of_secret_objects,
    merge_rows,
    doubt_coordinates,
    read_needs,
)


def stage(
    read: ReadFile,
    mapping: Mapping[str, str],
    *,
    ceiling: int,
    listed: Callable[[Staged], frozenset[str]] = lambda staged: frozenset(),
) -> Staged:
    """Recognise every table, read every row, then mend and check what rows say together.

    `listed` gives the codes of stations that the register has in the round of such rows.
    """
    staged = Staged(faults=list(read.faults))
    for table in read.tables:
        recognised = recognise(table, mapping)
        if recognised is not None:
            stage_table(recognised, staged, ceiling)
            if table.hidden:
                staged.faults.append(Fault("sheet-hidden", Gravity.NOTICE, table.name))
            _note_dropped(table.name, recognised.names_dropped, staged)
        elif not all(is_blank(row) for row in table.rows):
            _note_passed_over(table.name, staged)
            _note_dropped(table.name, forbidden_headings(table, mapping), staged)
    _check_for_columns_not_there(staged, mapping)
    name_cells(staged)
    put_back_lost_zeros(staged, listed(staged))
    for step in _STEPS:
        step(staged)
    return staged


def _check_for_columns_not_there(staged: Staged, mapping: Mapping[str, str]) -> None:
    """Check that each column the user named is in the file; raises `UnknownColumn`."""
    if not staged.sheets:
        return
    headings = [each.recognised.headings for each in staged.sheets]
    known = {heading_key(heading) for each in headings for heading in each}
    known |= {str(number) for each in headings for number in range(1, len(each) + 1)}
    for column, field in mapping.items():
        if heading_key(column) not in known:
            raise UnknownColumn(column, field)


def _note_dropped(title: str, names: tuple[str, ...], staged: Staged) -> None:
    """Name the forbidden columns; nothing of what stood in them."""
    for name in names:
        staged.faults.append(Fault("column-forbidden", Gravity.NOTICE, title, column=name))


def _note_passed_over(name: str, staged: Staged) -> None:
    if heading_key(name) not in passed_over():
        staged.faults.append(Fault("sheet-not-recognised", Gravity.NOTICE, name))
