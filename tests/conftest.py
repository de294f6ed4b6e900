"""What every test shares: real data, and naming what could not run."""

import os
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.test import TransactionTestCase

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


@pytest.fixture(scope="session", autouse=True)
def no_seal() -> None:
    """Seal no log by default: registers of tests come and go under one name."""
    from django.conf import settings

    settings.POLLREADY_SEAL = None


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Forget what the process keeps of a register: those of two tests may have the same numbers."""
    from pollready.assessment.explorers import EXPLORERS
    from pollready.assessment.falling import LOGGED
    from pollready.assessment.positions import level_letters
    from pollready.audit.version import STATIONS_VERSION
    from pollready.console.component import NAMED
    from pollready.console.lists.of_stations import FIGURES
    from pollready.console.map_answers import ANSWERS
    from pollready.console.overview import CAUSE_COUNTS
    from pollready.console.where import COUNTS
    from pollready.register.corrections.formerly import forget_formers
    from pollready.register.corrections.queries import forget_contradictions
    from pollready.register.links import forget_links
    from pollready.register.veil import forget_names

    forget_names()
    forget_contradictions()
    forget_formers()
    forget_links()
    for kept in (EXPLORERS, ANSWERS, COUNTS, NAMED, FIGURES, CAUSE_COUNTS, LOGGED):
        kept.forget()
    STATIONS_VERSION.forget()
    level_letters.cache_clear()


def triggers() -> list[tuple[str, str]]:
    """Give the triggers of the audit log, as (lay, take away)."""
    module = import_module("pollready.migrations.0002_audit_log_only_grows")
    return module.TRIGGERS[connection.vendor]


_empty_all_tables = TransactionTestCase._fixture_teardown


def _empty_all_tables_and_the_log(self: TransactionTestCase) -> None:
    """Empty the tables after a test that committed; the log lets nobody empty it otherwise."""
    run(take for _, take in reversed(triggers()))
    _empty_all_tables(self)
    run(lay for lay, _ in triggers())


def run(statements: Iterable[str]) -> None:
    """Run statements as whoever owns the database could."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


TransactionTestCase._fixture_teardown = _empty_all_tables_and_the_log


@pytest.fixture
def untriggered_log(db: None) -> None:
    """Take the log's triggers away, as someone who owns the database would first."""
    run(take for _, take in reversed(triggers()))
