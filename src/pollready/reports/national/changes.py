"""What changed in a province since its package before: figures, obstacles new and gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pollready.reports.national.models import Package

FIGURES = ("stations", "ready", "not_ready", "unknown", "contradicted")
LISTED_MAX = 200
Data = Mapping[str, Any]
Obstacle = tuple[str, str]  # rule and severity


@dataclass(frozen=True, slots=True)
class ProvinceChange:
    """The figures of a province's newest package less those of the one before.

    Obstacles are rules with a severity, with the stations that have them: those that no station
    had before, and those that none has any more.
    """

    since: datetime
    figures: Mapping[str, int]
    new: Mapping[Obstacle, int]
    gone: Mapping[Obstacle, int]

    @property
    def is_none(self) -> bool:
        """Say whether nothing changed."""
        return not (any(self.figures.values()) or self.new or self.gone)

    def as_data(self) -> dict[str, Any]:
        """Give it as the data of a report hold it."""
        return {
            "since": self.since.isoformat(),
            "figures": dict(self.figures),
            "new": _listed(self.new),
            "gone": _listed(self.gone),
        }


def change_between(before: Package, after: Package) -> ProvinceChange:
    """Tell what changed from one package of a province to another."""
    old, new = before.data, after.data
    had, has = _stations_by_obstacle(old), _stations_by_obstacle(new)
    return ProvinceChange(
        before.as_of,
        {name: new["figures"][name] - old["figures"][name] for name in FIGURES},
        {key: stations for key, stations in has.items() if key not in had},
        {key: stations for key, stations in had.items() if key not in has},
    )


def _stations_by_obstacle(data: Data) -> dict[Obstacle, int]:
    """Add the stations of causes up by rule and severity, whoever owns them."""
    found: dict[Obstacle, int] = {}
    for cause in data["causes"]:
        key = cause["rule"], cause["severity"]
        found[key] = found.get(key, 0) + cause["stations"]
    return found


def _listed(obstacles: Mapping[Obstacle, int]) -> list[list[Any]]:
    order = sorted(obstacles.items(), key=lambda each: (-each[1], each[0]))
    return [[rule, severity, stations] for (rule, severity), stations in order[:LISTED_MAX]]
