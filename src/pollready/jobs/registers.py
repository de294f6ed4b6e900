"""Opening registers: the installation's own, or one that lives as long as a command."""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from pollready.jobs.folders import check_for_unusable_folder
from pollready.project.environment import TEMPORARY, WrongSetting

# How long a command waits for another one that makes the register at this moment.
_WAIT_S = 60
_MIGRATING = 7_065_838  # the number of PostgreSQL's advisory lock


class RegisterBusy(ValueError):
    """Another program holds the register's one place for writing, for longer than is waited."""

    code = "jobs.register-busy"

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        super().__init__("the register is locked")


# Packages whose own tables a register holds beside ours.
WITH_TABLES = ("django", "django-allauth", "django-axes", "django-tasks-db")
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class RegisterUnusable(ValueError):
    """The file that stands where the register should is no register, or may not be opened."""

    code = "jobs.register-unusable"

    def __init__(self, folder: Path) -> None:
        self.fields = {"folder": str(folder)}
        super().__init__(str(folder))


class RegisterUnreachable(Exception):
    """The server that holds the register does not answer, or holds none."""

    code = "jobs.register-unreachable"

    def __init__(self, where: str) -> None:
        self.fields = {"where": where}
        super().__init__(where)


class NoRegister(Exception):
    """There is no register where one was to be read."""

    code = "jobs.no-register"

    def __init__(self, where: str) -> None:
        self.fields = {"where": where}
        super().__init__(where)


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


def open_register(data: Path | None = None, *, must_exist: bool = False) -> None:
    """Set Django up on the installation's register, made or brought up to date first.

    Raises `FolderUnusable` or `WrongSetting` where the folder cannot be made;
    `RegisterUnusable`, `RegisterUnreachable`, `RegisterBusy`; and, where `must_exist`,
    `NoRegister` instead of making one.
    """
    if data is not None:
        if must_exist and not data.is_dir():
            raise NoRegister(str(data))
        check_for_unusable_folder(data)
        os.environ["POLLREADY_DATA"] = str(data)
        for name in ("POLLREADY_DATABASE", "POLLREADY_DATABASE_FILE"):
            os.environ.pop(name, None)
    _set_up()
    from django.conf import settings  # slow: only a command that opens a register pays
    from django.db import DatabaseError

    where, file = _where()
    if must_exist and file is not None and not file.exists():
        raise NoRegister(where)
    try:
        settings.POLLREADY_DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
        if file is not None:
            _begin(file)
    except OSError:
        raise WrongSetting("POLLREADY_DATA", str(settings.POLLREADY_DATA), "folder") from None
    try:
        with waiting_in_vain():
            if must_exist and _is_empty():
                raise NoRegister(where)
            if _has_unapplied():
                _migrate_once(file)
    except DatabaseError:
        unusable = RegisterUnreachable(where) if file is None else RegisterUnusable(file.parent)
        raise unusable from None


def _begin(file: Path) -> None:
    """Make the file of a register if there is none: a copy of the empty one, where that is kept.

    Who comes second finds the whole file of who came first, and leaves it. It is nobody else's to
    read from its first byte; what SQLite lays beside it takes over its mode.
    """
    empty = _empty_register()
    if empty is not None and not file.exists():
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".register-") as copy:
            copy.write(empty.read_bytes())
            copy.flush()
            os.fsync(copy.fileno())
            with suppress(OSError):  # somebody was first, or no file here can have two names
                os.link(copy.name, file)
    file.touch(mode=0o600)


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
    for package in WITH_TABLES:
        digest.update(version(package).encode())
    base = os.environ.get("XDG_CACHE_HOME")
    cache = Path(base) if base else Path.home() / ".cache"
    return cache / "pollready" / f"empty-{digest.hexdigest()[:16]}.sqlite3"


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pollready.project.settings")
    import django  # slow: only a command that opens a register pays

    django.setup()


def _where() -> tuple[str, Path | None]:
    """Name the register's place without its password; and its file, where it is one."""
    from django.db import connection

    said = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(said["NAME"]), Path(said["NAME"])
    return f"{said['NAME']} @ {said['HOST'] or 'localhost'}", None


def _is_empty() -> bool:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return not MigrationRecorder(connection).applied_migrations()


def _has_unapplied() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _migrate_once(file: Path | None) -> None:
    """Migrate, unless another command that came first has done so meanwhile."""
    with _alone(file):
        if _has_unapplied():
            _migrate()


@contextmanager
def _alone(file: Path | None) -> Iterator[None]:
    """Keep other commands from migrating the same register meanwhile; they wait for their turn.

    Each step of a migration is a transaction of its own, so that two commands would otherwise
    take turns in the middle, and do some steps twice. A process that ends lets go by itself.
    """
    from django.db import connection

    if file is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])
        return
    beside = file.with_name(f"{file.name}.migrating")  # stays: who waits holds it by its name
    beside.touch(mode=0o600)
    with closing(sqlite3.connect(beside, timeout=_WAIT_S, isolation_level=None)) as turn:
        try:
            turn.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise RegisterBusy from error
        yield


def _close() -> None:
    from django.db import connections

    connections.close_all()
