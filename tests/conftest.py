"""What every test shares: real data, and naming what could not run."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase

from tests.emptying import empty_all_tables_and_the_log, run, triggers

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


def keep_empty_register() -> Path:
    """Keep an empty register as set-up does, so that neither tests nor commands migrate theirs."""
    command = (
        "from pollready.jobs.registers import make_empty_register; print(make_empty_register())"
    )
    environment = os.environ | {
        "XDG_CACHE_HOME": str(ROOT / "var" / "test-cache"),
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run(
        [sys.executable, "-c", command],
        check=True, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return Path(done.stdout.strip())


@pytest.fixture(scope="session")
def empty_register() -> Path:
    """Give the file of a register that was migrated and holds nothing."""
    return keep_empty_register()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None
) -> None:
    """Begin the tests' own database as a copy of one that was migrated."""
    template = request.config.getoption("--template")
    if template:
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        return
    if connection.vendor != "sqlite":
        return
    empty = request.getfixturevalue("empty_register")

    def copy(connection, **_) -> None:
        to = connection.connection
        if connection.is_in_memory_db() and not to.execute("PRAGMA schema_version").fetchone()[0]:
            with closing(sqlite3.connect(empty)) as kept:
                kept.backup(to)

    connection_created.connect(copy, weak=False)


def pytest_configure(config: pytest.Config) -> None:
    """Have the empty register before several workers want it at once."""
    if getattr(config.option, "numprocesses", None) and not config.getoption("--only-database"):
        keep_empty_register()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one run take only the tests that touch the database, which is copied from another."""
    parser.addoption(
        "--only-database", action="store_true", help="run only the tests that use the database"
    )
    parser.addoption("--template", help="the PostgreSQL database that was migrated already")


# What drives whole programs: a browser, commands of a page of the documents.
PROGRAMS = frozenset({"chromium", "run_page"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what does not touch the database, and the browser, which SQLite has shown.

    What takes longest comes first, so that no worker is left alone with it at the end.
    """
    items.sort(key=lambda item: not PROGRAMS & _fixtures(item))
    if not config.getoption("--only-database"):
        return
    wanted = [
        item
        for item in items
        if asks_for_database(item)
        and not item.get_closest_marker("browser")
        and not item.get_closest_marker("one_database")
        and not is_shown_by_another_role(item)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted


def asks_for_database(item: pytest.Item) -> bool:
    """Say whether a test asks for the database: by its mark, or by a fixture that does."""
    by_fixture = {"db", "transactional_db"} & _fixtures(item)
    return item.get_closest_marker("django_db") is not None or bool(by_fixture)


# Who sees everything, an agency's own, a county's: each goes through querysets of its own.
ROLES_OF_A_DATABASE = frozenset({"secretary", "agency_representative", "governor"})


def is_shown_by_another_role(item: pytest.Item) -> bool:
    """Say whether a walk of a role builds the same queries as another's: SQLite walks them all."""
    if item.get_closest_marker("walk") is None:
        return False
    role = item.callspec.params.get("role") if hasattr(item, "callspec") else None
    return role is not None and role not in ROLES_OF_A_DATABASE


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


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
    from pollready.console.dispatch import PLANS as ROUTES
    from pollready.console.lists.of_stations import FIGURES
    from pollready.console.lists.queues import SHORTAGES
    from pollready.console.map_answers import ANSWERS
    from pollready.console.mornings import MORNINGS
    from pollready.console.overview import CAUSE_COUNTS
    from pollready.console.staging import PLANS
    from pollready.console.where import COUNTS
    from pollready.planning.allocations.keeping import forget_unpacked
    from pollready.register.corrections.differing import DIFFERING
    from pollready.register.corrections.formerly import forget_formers
    from pollready.register.links import forget_links
    from pollready.register.veil import forget_names

    forget_names()
    forget_formers()
    forget_links()
    forget_unpacked()
    kept_things = (DIFFERING, EXPLORERS, ANSWERS, COUNTS, NAMED, FIGURES, CAUSE_COUNTS, LOGGED)
    for kept in (*kept_things, PLANS, ROUTES, SHORTAGES, MORNINGS):
        kept.forget()
    STATIONS_VERSION.forget()
    level_letters.cache_clear()


TransactionTestCase._fixture_teardown = empty_all_tables_and_the_log


@pytest.fixture
def untriggered_log(db: None) -> None:
    """Take the log's triggers away, as someone who owns the database would first."""
    run(take for _, take in reversed(triggers()))
