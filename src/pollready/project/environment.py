"""The settings of an installation, read from `POLLREADY_*` and checked at once."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pollready.language import Phrase
from pollready.project.reminder_settings import ReminderSettings, read_reminders

# Before the path of a register that lives as long as one command.
TEMPORARY = "temporary:"
SECRET_CHARS_MIN = 32
# Roles as `people.models.Role` names them: settings are read before any table is known.
SECOND_STEP = frozenset(
    {
        "none", "names", "all", "administrator", "national", "committee_head", "secretary",
        "agency_representative", "agency_deputy", "governor", "district", "operations",
        "technician", "supervision",
    }
)  # fmt: skip
_HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")
# What may stand behind the ? of a PostgreSQL address, besides `host`.
_POSTGRESQL_OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout"})


class WrongSetting(ValueError):
    """A setting has a value that cannot be used; a secret's own value is never told."""

    code = "project.wrong-setting"

    def __init__(self, name: str, value: str, expected: str) -> None:
        said = Phrase(f"project.expected.{expected}", {"chars": SECRET_CHARS_MIN})
        self.fields = {"name": name, "value": value, "expected": said}
        super().__init__(f"{name}: expected {expected}")


@dataclass(frozen=True, slots=True)
class Environment:
    """One installation's settings; docs/reference/settings.md lists them."""

    data: Path  # folder of the register, the secret and the attachments
    database: Mapping[str, object]  # as Django's DATABASES["default"]
    secret_key: str
    debug: bool
    hosts: tuple[str, ...]
    https: bool
    language: str
    time_zone: str  # in which pages and files tell times
    ceiling: int  # highest classification that this installation may hold
    terrain: Path  # folder of elevation tiles; need not be there
    thresholds: Path  # the office's thresholds of the rules; need not be there
    second_step: frozenset[str]  # roles, or `names`, `all`: who signs in with a second step
    export_approval: bool  # whether a second person approves files of classified rows
    evidence_max_mb: int  # of one file that is attached to a claim
    reminders: ReminderSettings
    address: str  # of the console, to which figures of reports lead; empty: they lead nowhere

    @property
    def seal(self) -> Path:
        """The seal of the audit log: beside a register that is a file, else with the data."""
        name = str(self.database["NAME"])
        if self.database["ENGINE"] == _SQLITE:
            return Path(f"{name}.seal")
        return self.data / f"{re.sub(r'[^A-Za-z0-9]+', '-', name)}.seal"


_SQLITE = "django.db.backends.sqlite3"
_POSTGRESQL = "django.db.backends.postgresql"


def read_environment(values: Mapping[str, str] = os.environ) -> Environment:
    """Read every setting; a wrong one raises `WrongSetting` with what was expected."""
    data = _data(values)
    return Environment(
        data=data,
        database=_database(values, data),
        secret_key=_secret(values, data),
        debug=_yes_no(values, "POLLREADY_DEBUG", default=False),
        hosts=_hosts(values),
        https=_yes_no(values, "POLLREADY_HTTPS", default=False),
        language=_one_of(values, "POLLREADY_LANGUAGE", "language", ("fa", "en")),
        time_zone=_time_zone(values),
        ceiling=int(_one_of(values, "POLLREADY_CEILING", "ceiling", ("1", "0", "2", "3", "4"))),
        terrain=_terrain(values, data),
        thresholds=_thresholds(values, data),
        second_step=_second_step(values),
        export_approval=_yes_no(values, "POLLREADY_EXPORT_APPROVAL", default=False),
        evidence_max_mb=_megabytes(values, "POLLREADY_EVIDENCE_MAX_MB", default=10),
        address=_address(values),
        reminders=read_reminders(
            values, data, address=_address(values), wrong=WrongSetting, read_file=_secret_in_file
        ),
    )


def _data(values: Mapping[str, str]) -> Path:
    named = values.get("POLLREADY_DATA")
    data = Path(named) if named else _default_data(values)
    if any(above.exists() and not above.is_dir() for above in (data, *data.parents)):
        raise WrongSetting("POLLREADY_DATA", str(data), "folder")
    return data


def _terrain(values: Mapping[str, str], data: Path) -> Path:
    """Give the folder of elevation tiles; one that is named has to be there."""
    named = values.get("POLLREADY_TERRAIN")
    if named and not os.path.isdir(named):  # noqa: PTH112  # never raises, whatever the name
        raise WrongSetting("POLLREADY_TERRAIN", named, "tiles")
    return Path(named) if named else data / "terrain"


def _thresholds(values: Mapping[str, str], data: Path) -> Path:
    """Give the file of the office's thresholds; one that is named has to be there."""
    named = values.get("POLLREADY_THRESHOLDS")
    if named and not os.path.isfile(named):  # noqa: PTH113  # never raises, whatever the name
        raise WrongSetting("POLLREADY_THRESHOLDS", named, "file")
    return Path(named) if named else data / "thresholds.toml"


def _second_step(values: Mapping[str, str]) -> frozenset[str]:
    """Read of whom a second step is asked; by default of those who may see names."""
    said = values.get("POLLREADY_SECOND_STEP") or "names"
    named = frozenset(word.strip() for word in said.split(",") if word.strip())
    if not named or named - SECOND_STEP or ("none" in named and len(named) > 1):
        raise WrongSetting("POLLREADY_SECOND_STEP", said, "second_step")
    return named - {"none"}


def _default_data(values: Mapping[str, str]) -> Path:
    base = values.get("XDG_DATA_HOME")
    try:
        return (Path(base) if base else Path.home() / ".local" / "share") / "pollready"
    except RuntimeError:  # a user without a home
        raise WrongSetting("POLLREADY_DATA", "", "folder") from None


def _one_of(values: Mapping[str, str], name: str, expected: str, choices: tuple[str, ...]) -> str:
    """Read a word; the first choice is the default."""
    value = values.get(name) or choices[0]
    if value not in choices:
        raise WrongSetting(name, value, expected)
    return value


def _time_zone(values: Mapping[str, str]) -> str:
    """Give the zone in which the office lives: as named, else that of this machine."""
    named = values.get("POLLREADY_TIME_ZONE")
    if named and not _is_zone(named):
        raise WrongSetting("POLLREADY_TIME_ZONE", named, "time_zone")
    known = (named or "", values.get("TZ", "").lstrip(":"), _machine_zone())
    return next(filter(_is_zone, known), "UTC")


def _machine_zone(clock: Path = Path("/etc/localtime")) -> str:
    """Read the name of the zone that the machine's clock is set to; empty where it has none."""
    return str(clock.resolve()).partition("zoneinfo/")[2]


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and ZoneInfo(name) is not None
    except (ValueError, OSError, LookupError):  # no such zone; a folder of zones; not a name
        return False


def _yes_no(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    return _one_of(values, name, "switch", ("1", "0") if default else ("0", "1")) == "1"


def _megabytes(values: Mapping[str, str], name: str, *, default: int) -> int:
    """Read a size in whole megabytes, from 1 to 200."""
    said = values.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,3}", said) or not 1 <= int(said) <= 200:
        raise WrongSetting(name, said, "megabytes")
    return int(said)


def _address(values: Mapping[str, str]) -> str:
    """Read where the console is found by readers of its reports."""
    said = values.get("POLLREADY_ADDRESS") or ""
    if said and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~/-]*)?", said):
        raise WrongSetting("POLLREADY_ADDRESS", said, "address")
    return said.rstrip("/")


def _hosts(values: Mapping[str, str]) -> tuple[str, ...]:
    """Read the names of the console; one for all names would let anybody's name stand for it."""
    said = values.get("POLLREADY_HOSTS") or "127.0.0.1,localhost,[::1]"
    hosts = tuple(host.strip() for host in said.split(",") if host.strip())
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise WrongSetting("POLLREADY_HOSTS", said, "hosts")
    return hosts


def _secret(values: Mapping[str, str], data: Path) -> str:
    """Take the secret from the environment or its file; else from the data folder, made once."""
    given = values.get("POLLREADY_SECRET_KEY")
    if given:
        return _long_enough("POLLREADY_SECRET_KEY", "…", given)
    named = values.get("POLLREADY_SECRET_KEY_FILE")
    if named:
        secret = _secret_in_file("POLLREADY_SECRET_KEY_FILE", Path(named))
        return _long_enough("POLLREADY_SECRET_KEY_FILE", named, secret)
    kept = data / "secret.key"
    if kept.exists():
        return _long_enough("secret.key", str(kept), _secret_in_file("secret.key", kept))
    return _make_secret(kept)


def _secret_in_file(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise WrongSetting(name, str(path), "file") from None


def _long_enough(name: str, shown: str, secret: str) -> str:
    if len(secret.strip()) < SECRET_CHARS_MIN:
        raise WrongSetting(name, shown, "secret")
    return secret


def _make_secret(kept: Path) -> str:
    """Write a new secret that only its owner may read; of two processes the first one wins."""
    secret = secrets.token_urlsafe(48)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=kept.parent, delete=False) as file:
            file.write(secret)
    except OSError:
        return secret  # a read-only home: masked codes then hold for this process only
    whole = Path(file.name)
    try:
        kept.hardlink_to(whole)  # whole at once, and never over one that is there
    except FileExistsError:
        return kept.read_text().strip()
    finally:
        whole.unlink()
    return secret


def _database(values: Mapping[str, str], data: Path) -> Mapping[str, object]:
    name, url = "POLLREADY_DATABASE", values.get("POLLREADY_DATABASE", "")
    if not url and (named := values.get("POLLREADY_DATABASE_FILE")):
        name = "POLLREADY_DATABASE_FILE"
        url = _secret_in_file(name, Path(named))
        if not url:
            raise WrongSetting(name, named, "file")
    if not url:
        return sqlite(data / "register.sqlite3")
    if url.startswith(TEMPORARY):
        return sqlite(Path(url.removeprefix(TEMPORARY)), temporary=True)
    try:
        return _postgresql(url)
    except ValueError:
        # Its password may stand anywhere in an address that cannot be read: none of it is told.
        raise WrongSetting(name, "…", "database") from None


def _postgresql(url: str) -> Mapping[str, object]:
    """Take an address apart; raises `ValueError` where it is none."""
    parts = urlsplit(url)
    said = _query(parts.query)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError
    if said.keys() - _POSTGRESQL_OPTIONS - {"host"}:
        raise ValueError
    return {
        "ENGINE": _POSTGRESQL,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": said.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": said,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
    }


def _query(text: str) -> dict[str, str]:
    return {
        name: unquote(value)
        for name, _, value in (pair.partition("=") for pair in text.split("&"))
        if name
    }


def sqlite(path: Path, *, temporary: bool = False) -> Mapping[str, object]:
    """Give Django's settings of a SQLite register: WAL, one writer at a time, patient.

    What is erased (phones past their date) is overwritten, not only unlinked.
    A temporary register lives as long as one command: it need not survive a power cut.
    """
    durability = (
        "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
        if temporary
        else "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
    )
    return {
        "ENGINE": _SQLITE,
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": durability
            + "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
        },
    }
