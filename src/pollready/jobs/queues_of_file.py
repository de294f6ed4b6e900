"""The queues of an office's file: its stations imported, and the waits of each."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

from django.utils.timezone import localdate

from pollready.assessment import assess
from pollready.assessment.waits import Shortage, Waits, devices_of, shortage, waits_of
from pollready.intake.commands import import_file
from pollready.jobs.assess_file import Progress, default_as_of, round_of
from pollready.obstacles.facts import StationFacts
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.thresholds import load
from pollready.obstacles.wait_figures import WaitFigures
from pollready.obstacles.waits import WaitModel


@dataclass(frozen=True, slots=True)
class StationWaits:
    """A station's waits; None where voters or devices are not known, or cannot be."""

    code: str
    name: str
    county: str
    voters: int | None
    devices: int | None
    figures: WaitFigures | None
    needed: int | None

    @property
    def mean_min(self) -> float | None:
        """The mean wait in minutes; None where it has no end, too."""
        known = self.figures is not None and isfinite(self.figures.mean_min)
        return self.figures.mean_min if self.figures and known else None


@dataclass(frozen=True, slots=True)
class QueuesOfFile:
    """Stations, the longest wait first and the unknown last, and what they come to."""

    model: WaitModel
    stations: tuple[StationWaits, ...]
    shortage: Shortage


def queues_of_file(
    path: Path,
    *,
    now: datetime,
    mapping: Mapping[str, str],
    thresholds_path: Path | None = None,
    progress: Progress = lambda stage: None,
) -> QueuesOfFile:
    """Import a file into the register that is open, and work its queues out.

    Raises the typed errors of `intake` where nothing can be used, and `WrongThresholds`.
    """
    thresholds = load(thresholds_path) if thresholds_path else office_thresholds()
    progress("reading")
    imported = import_file(path, mapping=mapping, by=None, now=now)
    progress("assessing")
    round_id = round_of(imported)
    day = default_as_of(round_id, today=localdate(now))
    facts = assess(round_id, as_of=day, thresholds=thresholds).facts
    waits = waits_of(facts, thresholds)
    rows = [_row(station, waits) for station in facts.stations]
    rows.sort(key=lambda row: (row.figures is None, -row.figures.mean_min if row.figures else 0.0))
    return QueuesOfFile(
        waits.model, tuple(rows), shortage((row.devices, row.needed) for row in rows)
    )


def _row(station: StationFacts, waits: Waits) -> StationWaits:
    return StationWaits(
        station.code,
        station.name,
        station.county,
        station.voters,
        devices_of(station),
        waits.figures_of(station),
        waits.needed_at(station),
    )


def as_json(found: QueuesOfFile) -> dict[str, Any]:
    """Give the queues as data; what is unknown, or has no end, is null."""
    wanted = found.model.thresholds
    return {
        "polling_h": found.model.polling_h,
        "target": {
            "mean_min": wanted.wait_mean_max_min,
            "limit_min": wanted.wait_target_min,
            "over_share": wanted.wait_over_share_max,
            "service_min": wanted.check_in_service_min,
        },
        "shortage": asdict(found.shortage),
        "stations": [
            {
                "code": row.code,
                "name": row.name,
                "county": row.county,
                "voters": row.voters,
                "devices": row.devices,
                "mean_wait_min": row.mean_min,
                "over_share": row.figures.over_share if row.figures else None,
                "devices_needed": row.needed,
            }
            for row in found.stations
        ],
    }
