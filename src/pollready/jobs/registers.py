"""Opening registers: the installation's own, or one that lives as long as a command."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pollready.jobs.folders import check_for_unusable_folder
from pollready.project.environment import TEMPORARY


class RegisterUnusable(ValueError):
    """What stands where the register should is no register, or may not be opened."""

    code = "jobs.register-unusable"

    def __init__(self, folder: Path) -> None:
        self.fields = {"folder": str(folder)}
        super().__init__(str(folder))


class RegisterBusy(ValueError):
    """Another program holds the register's one place for writing, for longer than is waited."""

    code = "jobs.register-busy"

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        super().__init__("the register is locked")


MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@contextmanager
def temporary_register() -> Iterator[None]:
    """Set Django up on an empty register that is removed afterwards.

    Must come before anything that imports Django's settings.
    """
    with tempfile.TemporaryDirectory(prefix="pollready-") as folder:
        path = Path(folder) / "register.sqlite3"
        empty = _empty_register()
        if empty is not None:
            shutil.copyfile(empty, path)
        os.environ["POLLREADY_DATABASE"] = f"{TEMPORARY}{path}"
        _set_up()
        if empty is None:
            _migrate()
        try:
            yield
        finally:
            _close()


def open_register(data: Path | None = None) -> None:
    """Set Django up on the installation's register, made or brought up to date first.

    Raises `FolderUnusable` and `RegisterUnusable`.
    """
    if data is not None:
        check_for_unusable_folder(data)
        os.environ["POLLREADY_DATA"] = str(data)
        os.environ.pop("POLLREADY_DATABASE", None)
    _set_up()
    from django.conf import settings  # slow: only a command that opens a register pays

    check_for_unusable_folder(settings.POLLREADY_DATA)
    settings.POLLREADY_DATA.mkdir(parents=True, exist_ok=True)
    from django.db import DatabaseError

    try:
        with waiting_in_vain():
            if _has_unapplied():
                _migrate()
    except DatabaseError as error:
        raise RegisterUnusable(settings.POLLREADY_DATA) from error


@contextmanager
def waiting_in_vain() -> Iterator[None]:
    """Turn a register that stays locked into `RegisterBusy`."""
    from django.db import OperationalError

    try:
        yield
    except OperationalError as error:
        if "locked" not in str(error):
            raise
        raise RegisterBusy from error


def make_empty_register() -> Path:
    """Migrate an empty register once and keep it, so that temporary ones are copies of it."""
    kept = _kept_empty_register()
    if kept.exists():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        path = Path(folder) / "register.sqlite3"
        os.environ["POLLREADY_DATABASE"] = f"{TEMPORARY}{path}"
        _set_up()
        _migrate()
        _close()
        path.replace(kept)
    return kept


def _empty_register() -> Path | None:
    kept = _kept_empty_register()
    return kept if kept.exists() else None


def _kept_empty_register() -> Path:
    """Name the empty register of just these migrations."""
    digest = hashlib.sha256()
    for file in sorted(MIGRATIONS.glob("*.py")):
        digest.update(file.read_bytes())
    base = os.environ.get("XDG_CACHE_HOME")
    cache = Path(base) if base else Path.home() / ".cache"
    return cache / "pollready" / f"empty-{digest.hexdigest()[:16]}.sqlite3"


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pollready.project.settings")
    import django  # slow: only a command that opens a register pays

    django.setup()


def _has_unapplied() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _close() -> None:
    from django.db import connections

    connections.close_all()
