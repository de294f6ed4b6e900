"""Which finding creates a need for which means: the office's table, or the one that ships."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

_SHIPPED = Path(__file__).with_name("needs.toml")
_NAMES = frozenset({"means", "rule", "count", "share", "less", "per", "only", "severity"})
STATION, COUNTY = "station", "county"


class WrongNeeds(ValueError):
    """The office's table of needs cannot be read."""

    code = "ledger.wrong-needs"

    def __init__(self, name: str, why: str) -> None:
        self.fields: dict[str, object] = {"name": name, "why": why}
        super().__init__(f"{name}: {why}")


@dataclass(frozen=True, slots=True)
class Need:
    """One line of the table; its words are those of `needs.toml`."""

    means: str
    rule: str
    count: int | str = 1
    share: str = ""
    less: str = ""
    per: str = STATION
    only: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    severity: str = ""

    @property
    def is_plain(self) -> bool:
        """Say whether every finding of the rule creates the same need."""
        return isinstance(self.count, int) and not self.less and not self.only

    def applies(self, fields: Mapping[str, Any]) -> bool:
        """Say whether a finding with these fields creates the need."""
        return all(fields.get(name) in allowed for name, allowed in self.only.items())

    def of(self, fields: Mapping[str, Any], thresholds: Any) -> int | None:
        """Work out how many a finding asks for; None where one of its fields is not known.

        >>> Need("forms", "r", count="voters", less="forms").of({"voters": 9, "forms": 4}, None)
        5
        """
        count = self.count if isinstance(self.count, int) else fields.get(self.count)
        less = fields.get(self.less) if self.less else 0
        if count is None or less is None:
            return None
        share = getattr(thresholds, self.share) if self.share else 1
        return max(0, math.ceil(count * share - less))


def office_needs() -> Sequence[Need]:
    """Give the table of this installation; raises `WrongNeeds`."""
    path: Path = settings.POLLREADY_DATA / "needs.toml"
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError:
        return _read(_SHIPPED, 0)
    return _read(path, changed_at)


@lru_cache(maxsize=4)
def _read(path: Path, changed_at: int) -> Sequence[Need]:
    return read_needs(path.read_text("utf-8"), path.name)


def read_needs(text: str, name: str) -> Sequence[Need]:
    """Read a table of needs; raises `WrongNeeds` naming the first line that cannot be."""
    try:
        rows = tomllib.loads(text).get("need", [])
    except tomllib.TOMLDecodeError as wrong:
        raise WrongNeeds(name, str(wrong)) from None
    if not isinstance(rows, list) or not rows:
        raise WrongNeeds(name, "[[need]]")
    return tuple(_need(row, name) for row in rows)


def _need(row: Any, name: str) -> Need:
    if not isinstance(row, dict) or not {"means", "rule"} <= row.keys() <= _NAMES:
        raise WrongNeeds(name, str(row))
    texts = ("means", "rule", "share", "less", "per", "severity")
    sound = (
        all(isinstance(row.get(each, ""), str) for each in texts)
        and row.get("per", STATION) in (STATION, COUNTY)
        and (type(row.get("count", 1)) is int or isinstance(row["count"], str))
        and isinstance(row.get("only", {}), dict)
        and all(isinstance(allowed, list) for allowed in row.get("only", {}).values())
    )
    if not sound:
        raise WrongNeeds(name, str(row))
    return Need(**row)
