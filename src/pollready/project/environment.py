"""The settings of an installation, read from `POLLREADY_*` and checked at once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Before the path of a register that lives as long as one command.
TEMPORARY = "temporary:"


class WrongSetting(ValueError):
    """A setting has a value that cannot be used."""

    code = "project.wrong-setting"

    def __init__(self, name: str, value: str, expected: str) -> None:
        self.fields = {"name": name, "value": value, "expected": expected}
        super().__init__(f"{name}={value!r}: expected {expected}")


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
    ceiling: int  # highest classification that this installation may hold


def read_environment(values: Mapping[str, str] = os.environ) -> Environment:
    """Read every setting; a wrong one raises `WrongSetting` with what was expected."""
    data = Path(values.get("POLLREADY_DATA") or _default_data(values))
    return Environment(
        data=data,
        database=_database(values.get("POLLREADY_DATABASE", ""), data),
        secret_key=_secret(values, data),
        debug=_yes_no(values, "POLLREADY_DEBUG", default=False),
        hosts=tuple(values.get("POLLREADY_HOSTS", "127.0.0.1,localhost,[::1]").split(",")),
        https=_yes_no(values, "POLLREADY_HTTPS", default=False),
        language=_one_of(values, "POLLREADY_LANGUAGE", ("fa", "en")),
        ceiling=int(_one_of(values, "POLLREADY_CEILING", ("1", "0", "2", "3", "4"))),
    )


def _default_data(values: Mapping[str, str]) -> Path:
    base = values.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "pollready"


def _one_of(values: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Read a word; the first choice is the default."""
    value = values.get(name) or choices[0]
    if value not in choices:
        raise WrongSetting(name, value, " | ".join(choices))
    return value


def _yes_no(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    return _one_of(values, name, ("1", "0") if default else ("0", "1")) == "1"


def _secret(values: Mapping[str, str], data: Path) -> str:
    """Take the secret from the environment or its file; else from the data folder, made once."""
    if values.get("POLLREADY_SECRET_KEY"):
        return values["POLLREADY_SECRET_KEY"]
    named = values.get("POLLREADY_SECRET_KEY_FILE")
    if named:
        if not Path(named).is_file():
            raise WrongSetting("POLLREADY_SECRET_KEY_FILE", named, "an existing file")
        return Path(named).read_text().strip()
    kept = data / "secret.key"
    try:
        return kept.read_text().strip()
    except FileNotFoundError:
        return _make_secret(kept)


def _make_secret(kept: Path) -> str:
    """Write a new secret that only its owner may read; of two processes the first one wins."""
    secret = secrets.token_urlsafe(48)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text().strip()
    except OSError:
        return secret  # a read-only home: masked codes then hold for this process only
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    return secret


def _database(url: str, data: Path) -> Mapping[str, object]:
    if not url:
        return sqlite(data / "register.sqlite3")
    if url.startswith(TEMPORARY):
        return sqlite(Path(url.removeprefix(TEMPORARY)), temporary=True)
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise WrongSetting(
            "POLLREADY_DATABASE",
            url,
            "postgresql://user:password@host/name (or nothing, for SQLite)",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _query(parts.query).get("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
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

    A temporary register lives as long as one command: it need not survive a power cut.
    """
    durability = (
        "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
        if temporary
        else "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": durability
            + "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
        },
    }
