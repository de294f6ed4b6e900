"""The waits that an assessment keeps of its stations: what lists sort and filter by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from pollready.assessment.models import SavedAssessment, StationRecord
from pollready.obstacles.devices import devices_needed
from pollready.obstacles.facts import Facts, StationFacts
from pollready.obstacles.thresholds import Thresholds, recorded
from pollready.obstacles.wait_figures import DEVICES_MAX, Pair, WaitFigures, wait_figures
from pollready.obstacles.waits import WaitModel, wait_model

# Which records are over the target, keep it, or neither for all that is known.
OVER_TARGET = Q(devices__lt=F("devices_needed"))
IN_TIME = Q(devices__gte=F("devices_needed"))
WAIT_UNKNOWN = Q(devices__isnull=True) | Q(devices_needed__isnull=True)


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits of a round's stations by voters and devices, and the model that they are of."""

    model: WaitModel
    figures: Mapping[Pair, WaitFigures]

    def figures_of(self, station: StationFacts) -> WaitFigures | None:
        """Give a station's waits; None where voters or devices are not known, or cannot be."""
        devices, voters = devices_of(station), station.voters
        return None if devices is None or voters is None else self.figures.get((voters, devices))

    def needed_at(self, station: StationFacts) -> int | None:
        """Give the devices that its voters need; None where these are not known."""
        if station.voters is None:
            return None
        return min(devices_needed(station.voters, self.model), DEVICES_MAX)

    def columns(self, station: StationFacts) -> dict[str, Any]:
        """Give the columns of a station's record; what is unknown stays so."""
        found = self.figures_of(station)
        return {
            "devices": devices_of(station),
            "wait_mean_min": found.mean_min if found else None,
            "wait_over_share": found.over_share if found else None,
            "devices_needed": self.needed_at(station),
        }


def waits_of(facts: Facts, thresholds: Thresholds) -> Waits:
    """Work out the waits of a round's stations together."""
    model = wait_model(facts, thresholds)
    pairs = (
        (station.voters, devices)
        for station in facts.stations
        if (devices := devices_of(station)) is not None and station.voters is not None
    )
    return Waits(model, wait_figures(pairs, model))


def devices_of(station: StationFacts) -> int | None:
    """Give the identity devices of a station; None where they are not known."""
    value = station.claim("id_devices").value
    return None if value is None else min(int(value), DEVICES_MAX)


@dataclass(frozen=True, slots=True)
class Shortage:
    """What all stations come to: over the target, devices that they lack, and unknown ones."""

    stations: int
    over: int
    lacking: int
    unknown: int


def shortage(stations: Iterable[tuple[int | None, int | None]]) -> Shortage:
    """Add up stations by their devices, and those that they need; None is unknown."""
    rows = list(stations)
    short = [needed - has for has, needed in rows if has is not None and needed is not None]
    return Shortage(
        stations=len(rows),
        over=sum(each > 0 for each in short),
        lacking=sum(each for each in short if each > 0),
        unknown=len(rows) - len(short),
    )


def shortage_of(records: QuerySet[StationRecord]) -> Shortage:
    """Add up the stations of an assessment, in the database."""
    found = records.order_by().aggregate(
        stations=Count("pk"),
        over=Count("pk", filter=OVER_TARGET),
        lacking=Sum(F("devices_needed") - F("devices"), filter=OVER_TARGET, default=0),
        unknown=Count("pk", filter=WAIT_UNKNOWN),
    )
    return Shortage(**found)


def thresholds_of(saved: SavedAssessment) -> Thresholds | None:
    """Give what an assessment was judged by; None where it does not say."""
    return recorded(saved.thresholds) if saved.thresholds else None
