"""What every test shares: real data, and naming what could not run."""

import os
from pathlib import Path

import pytest

REQUIRE_ALL = os.environ.get("POLLREADY_REQUIRE_ALL") == "1"
ROOT = Path(__file__).resolve().parent.parent


def not_run(reason: str) -> None:
    """Name what cannot run here; with POLLREADY_REQUIRE_ALL=1 that is a failure."""
    if REQUIRE_ALL:
        pytest.fail(f"required here, but it cannot run: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of real data that nobody in this project wrote."""
    folder = Path(os.environ.get("POLLREADY_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        not_run(f"no real data at {folder}: set POLLREADY_TEST_DATA")
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one run take only the tests that touch the database."""
    parser.addoption(
        "--only-database", action="store_true", help="run only the tests that use the database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what does not touch the database, and the browser, which SQLite has shown."""
    if not config.getoption("--only-database"):
        return
    wanted = [
        item
        for item in items
        if item.get_closest_marker("django_db") and not item.get_closest_marker("browser")
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted
