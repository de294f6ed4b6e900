"""What the map's page says: how stations can be coloured, the legend's words, the counties."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from pollready.assessment.falling import Falling
from pollready.assessment.models import StationRecord
from pollready.assessment.positions import LEVEL_LETTERS
from pollready.assessment.result import CRITERIA
from pollready.console.lists.fields import Options
from pollready.console.where import Tally, Where, count_kept, read_tree
from pollready.console.wording import Wording
from pollready.language import say
from pollready.obstacles.catalogue import RULES

# Each letter of a column with the sign that it is drawn as and its word; `plain` is no state.
READINESS = {
    "r": ("ready", "console.sign.ready"),
    "n": ("not_ready", "console.sign.not_ready"),
    "u": ("unknown", "console.sign.unknown"),
    "c": ("contradicted", "console.sign.contradicted"),
}
CRITERION = {
    "m": ("ready", "console.sign.met"),
    "u": ("not_ready", "console.sign.unmet"),
    "?": ("unknown", "console.sign.unknown"),
    "c": ("contradicted", "console.sign.contradicted"),
}
_LEVEL_SIGNS = {
    "online": "ready", "offline": "offline", "paper": "not_ready", "closed": "closed",
    "electronic": "ready", "relay": "offline", "courier": "not_ready", "none": "closed",
}  # fmt: skip
_ADMIT = ("online", "offline", "paper", "closed")
_CLOSE = ("electronic", "relay", "courier", "none")
OBSTACLE = {
    "1": ("not_ready", "map.found.yes"),
    "?": ("unknown", "map.found.missing"),
    "0": ("plain", "map.found.no"),
}
DEFAULT = "readiness"
FALL, MEASURED = "fall", ("admit", "close")
_RULES = frozenset(rule.code for rule in RULES)
_CAUSE = re.compile("[0-9]{1,18}")


def _levels(names: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    said = {LEVEL_LETTERS[name]: (_LEVEL_SIGNS[name], f"console.level.{name}") for name in names}
    return said | {"?": ("unknown", "console.sign.unknown")}


def obstacle_of(by: str) -> tuple[str, str | int] | None:
    """Read a colouring by an obstacle: `rule.<code>` or `cause.<number>`; None for any other."""
    what, _, value = by.partition(".")
    if what == "rule" and value in _RULES:
        return "rule", value
    if what == "cause" and _CAUSE.fullmatch(value):
        return "cause", int(value)
    return None


def colouring_of(by: str, falling: Falling | None = None) -> str:
    """Give what the address asks to colour by; where that is nothing known, readiness.

    Stations that a pick of failures takes are coloured by the level that they fall to.
    """
    what, _, value = by.partition(".")
    if falling is not None:
        if what == FALL and value in MEASURED:
            return by
        if not by:
            return f"{FALL}.{falling.service}"
    known = (
        by in (DEFAULT, "admit", "close")
        or (what == "criterion" and value in CRITERIA)
        or obstacle_of(by) is not None
    )
    return by if known else DEFAULT


def colourings(
    rules: Options, chosen: str, wording: Wording, *, falls: bool = False
) -> list[tuple[str, list[tuple[str, str]]]]:
    """List what stations can be coloured by, in groups; a chosen cause stands among obstacles."""
    language = wording.language
    plain = [(name, say(f"map.by.{name}", language)) for name in (DEFAULT, "admit", "close")]
    criteria = [
        (f"criterion.{name}", say(f"console.criterion.{name}", language)) for name in CRITERIA
    ]
    obstacles = [(f"rule.{code}", title) for code, title in rules]
    if chosen.startswith("cause."):
        obstacles.insert(0, (chosen, say("map.by.cause", language)))
    fallen = [(f"{FALL}.{name}", say(f"map.by.fall_{name}", language)) for name in MEASURED]
    return [
        (say("map.by.fall", language), fallen if falls else []),
        (say("map.by.state", language), plain),
        (say("map.by.criterion", language), criteria),
        (say("map.by.obstacle", language), obstacles),
    ]


def legends(language: str) -> dict[str, dict[str, dict[str, str]]]:
    """Give, by column, each letter's sign and word, for the page's script."""
    tables: Mapping[str, Mapping[str, tuple[str, str]]] = {
        "readiness": READINESS,
        "admit": _levels(_ADMIT),
        "close": _levels(_CLOSE),
        "criterion": CRITERION,
        "found": OBSTACLE,
    }
    return {
        column: {
            letter: {"sign": sign, "word": say(key, language)}
            for letter, (sign, key) in table.items()
        }
        for column, table in tables.items()
    }


@dataclass(frozen=True, slots=True)
class Counted:
    """The stations that the filters leave, counted in all and by place."""

    total: Tally
    where: Where


def count(records: QuerySet[StationRecord], *, within: int | None = None) -> Counted:
    """Count the stations by place, in the order of the places' codes."""
    found = count_kept(records)
    return Counted(found.total, read_tree().where(found.by_place, within=within))
