"""The queues of an office's file: its stations imported, and the waits of each."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from pollready.engine.intervals import Interval
    from pollready.planning.second_stage import SecondStageAnswer

DAYS = 200  # played at every station of a list, for each number of desks


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
    second: "SecondStageAnswer | None" = None

    @property
    def mean_min(self) -> float | None:
        """The mean wait in minutes; None where it has no end, too."""
        known = self.figures is not None and isfinite(self.figures.mean_min)
        return self.figures.mean_min if self.figures and known else None


@dataclass(frozen=True, slots=True)
class SecondStageAsked:
    """A second stage at every station: minutes at a desk, and desks; None: as many as needed."""

    service_min: float
    desks: int | None = None


@dataclass(frozen=True, slots=True)
class QueuesOfFile:
    """Stations, the longest wait first and the unknown last, and what they come to."""

    model: WaitModel
    stations: tuple[StationWaits, ...]
    shortage: Shortage
    second: SecondStageAsked | None = None


def queues_of_file(
    path: Path,
    *,
    now: datetime,
    mapping: Mapping[str, str],
    thresholds_path: Path | None = None,
    second: SecondStageAsked | None = None,
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
    if second is not None:
        progress("second_stage")
    rows = [_row(station, waits, second) for station in facts.stations]
    rows.sort(key=lambda row: (row.figures is None, -row.figures.mean_min if row.figures else 0.0))
    short = shortage((row.devices, row.needed) for row in rows)
    return QueuesOfFile(waits.model, tuple(rows), short, second)


def _row(station: StationFacts, waits: Waits, second: SecondStageAsked | None) -> StationWaits:
    return StationWaits(
        station.code,
        station.name,
        station.county,
        station.voters,
        devices_of(station),
        waits.figures_of(station),
        waits.needed_at(station),
        _second_stage(station, waits, second) if second is not None else None,
    )


def _second_stage(
    station: StationFacts, waits: Waits, second: SecondStageAsked
) -> "SecondStageAnswer | None":
    """Play days of both stages; None where waits at the devices are unknown, or without end."""
    from pollready.planning.queues import Question
    from pollready.planning.second_stage import SecondStageQuestion, second_stage

    voters, devices = station.voters, devices_of(station)
    if waits.figures_of(station) is None or voters is None or not devices:
        return None
    first = Question(voters, devices, waits.model)
    asked = SecondStageQuestion(first, second.service_min, second.desks, days_most=DAYS)
    return second_stage(asked)


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
        **({"second_stage": asdict(found.second)} if found.second else {}),
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
                **({"second_stage": _second_as_json(row.second)} if found.second else {}),
            }
            for row in found.stations
        ],
    }


def _second_as_json(found: "SecondStageAnswer | None") -> dict[str, Any] | None:
    if found is None:
        return None
    told: dict[str, Any] = {
        "desks": found.desks,
        "desks_needed": found.needed.desks,
        "sure": found.needed.sure,
        "days": found.asked.days,
    }
    if found.played is not None:
        told["mean_wait_min"] = _interval(found.played.mean_min)
        told["over_share"] = _interval(found.played.share_over)
    return told


def _interval(found: "Interval") -> dict[str, float]:
    return {"low": found.low, "estimate": found.estimate, "high": found.high}
