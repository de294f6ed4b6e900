"""Importing lists that a test writes."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pollready.intake.commands import ImportResult, import_file

NOW = datetime(2024, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def write_list(tmp_path: Path) -> Callable[..., Path]:
    """Write text (or bytes) under a name, and give its path."""

    def write(text: str | bytes, name: str = "list.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


@pytest.fixture
def write_sheets(tmp_path: Path) -> Callable[..., Path]:
    """Write plain sheets of an Excel file: {title: rows}; `merge` merges ranges of the first."""

    def write(
        sheets: dict[str, Iterable[Sequence[Any]]],
        name: str = "office.xlsx",
        merge: Sequence[str] = (),
    ) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for row in rows:
                page.append(list(row))
        for cells in merge:
            book.worksheets[0].merge_cells(cells)
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def take() -> Callable[..., ImportResult]:
    """Import a file with defaults."""

    def run(path: Path, **options: Any) -> ImportResult:
        return import_file(path, **{"by": None, "now": NOW} | options)

    return run
