"""Importing real lists: each in a register of its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pollready.intake.commands import ImportResult, import_file

NOW = datetime(2024, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def take_real(real_data: Path) -> Callable[[str], ImportResult]:
    """Import a real list, and check that its rows add up."""

    def run(name: str) -> ImportResult:
        result = import_file(real_data / name, by=None, now=NOW)
        assert result.rows_read == result.rows_registered + result.rows_rejected
        assert result.rows_rejected == len(result.rejected)
        assert result.rows_merged <= result.rows_registered
        return result

    return run
