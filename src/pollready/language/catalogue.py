"""The phrases of both languages, read from `phrases/<area>.toml` when an area is first used."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("fa", "en")
PHRASES = Path(__file__).resolve().parent / "phrases"


class UnknownPhrase(KeyError):
    """No catalogue holds the key in that language."""

    code = "language.unknown-phrase"

    def __init__(self, key: str, language: str) -> None:
        self.fields: dict[str, object] = {"key": key, "language": language}
        super().__init__(f"{key} ({language})")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to be said later, with what fills it."""

    key: str
    fields: dict[str, Any]


@cache
def area(name: str) -> dict[str, dict[str, str]]:
    """Read one area's phrases: by full key, the texts by language (and `en_one`)."""
    path = PHRASES / f"{name}.toml"
    if not path.is_file():
        return {}
    found: dict[str, dict[str, str]] = {}
    _flatten(tomllib.loads(path.read_text("utf-8")), "", found)
    return found


def text_of(key: str, language: str, *, one: bool = False) -> str:
    """Give the raw text of a phrase; raises `UnknownPhrase`."""
    texts = area(key.partition(".")[0]).get(key)
    if texts is None or language not in texts:
        raise UnknownPhrase(key, language)
    return texts.get(f"{language}_one", texts[language]) if one else texts[language]


def areas() -> list[str]:
    """Name every area that has a catalogue."""
    return sorted(path.stem for path in PHRASES.glob("*.toml"))


def _flatten(table: dict[str, Any], prefix: str, found: dict[str, dict[str, str]]) -> None:
    texts = {name: value for name, value in table.items() if isinstance(value, str)}
    if texts and prefix:
        found[prefix] = texts
    for name, value in table.items():
        if isinstance(value, dict):
            _flatten(value, f"{prefix}.{name}" if prefix else name, found)
