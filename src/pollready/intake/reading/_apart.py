"""Opens one workbook of an old or rare form in a process of its own; run as a script.

A few wrong bytes in such a file can say that a sheet is as large as the machine's memory, and
the program that opens it then dies. Here it may die: the memory is limited, and whoever started
it takes a death for a broken file. Reads the file from standard input; writes what it found.
"""

import pickle
import sys
from io import BytesIO
from typing import Any

MEMORY_MAX_BYTES = 3 * 1024**3


def main() -> None:
    """Write [(title, is shown, rows, merged ranges)], or the name of the limit that was passed."""
    _limit_memory()
    rows_max, columns_max = int(sys.argv[1]), int(sys.argv[2])
    pickle.dump(_sheets(sys.stdin.buffer.read(), rows_max, columns_max), sys.stdout.buffer)


def _sheets(content: bytes, rows_max: int, columns_max: int) -> str | list[tuple[Any, ...]]:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    found: list[tuple[Any, ...]] = []
    for each in book.sheets_metadata:
        sheet = book.get_sheet_by_name(each.name)
        if sheet.total_height > rows_max:
            return "rows"
        if sheet.total_width > columns_max:
            return "columns"
        is_shown = each.visible is SheetVisibleEnum.Visible
        rows = sheet.to_python(skip_empty_area=False)
        found.append((each.name, is_shown, rows, sheet.merged_cell_ranges or []))
    return found


def _limit_memory() -> None:
    try:
        import resource  # not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))


if __name__ == "__main__":
    main()
