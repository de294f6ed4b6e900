"""Tallies of stations: in all, by kind, county, district and agency."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from pollready.assessment.result import Readiness, StationResult, Tally

Key = TypeVar("Key", bound=Hashable)


def tally(stations: Iterable[StationResult]) -> Tally:
    """Count stations and their known voters by readiness; the three add up to all."""
    rows = list(stations)
    of = {readiness: [s for s in rows if s.readiness is readiness] for readiness in Readiness}
    return Tally(
        stations=len(rows),
        ready=len(of[Readiness.READY]),
        not_ready=len(of[Readiness.NOT_READY]),
        unknown=len(of[Readiness.UNKNOWN]),
        contradicted=sum(station.contradicted for station in rows),
        on_course=sum(station.on_course is Readiness.READY for station in rows),
        voters=known_sum(rows),
        voters_ready=known_sum(of[Readiness.READY]),
        voters_not_ready=known_sum(of[Readiness.NOT_READY]),
        voters_unknown=known_sum(of[Readiness.UNKNOWN]),
        stations_without_voters=sum(station.voters is None for station in rows),
    )


def added(tallies: Iterable[Tally]) -> Tally:
    """Add tallies of different stations up."""
    rows = list(tallies)

    def voters(name: str, of: str) -> int | None:
        counted = [getattr(row, name) for row in rows if getattr(row, of)]
        known = [value for value in counted if value is not None]
        return sum(known) if known or not counted else None

    return Tally(
        stations=sum(row.stations for row in rows),
        ready=sum(row.ready for row in rows),
        not_ready=sum(row.not_ready for row in rows),
        unknown=sum(row.unknown for row in rows),
        contradicted=sum(row.contradicted for row in rows),
        on_course=sum(row.on_course for row in rows),
        voters=voters("voters", "stations"),
        voters_ready=voters("voters_ready", "ready"),
        voters_not_ready=voters("voters_not_ready", "not_ready"),
        voters_unknown=voters("voters_unknown", "unknown"),
        stations_without_voters=sum(row.stations_without_voters for row in rows),
    )


def known_sum(stations: Iterable[StationResult]) -> int | None:
    """Sum the voters that are known; None if no station's is, never 0 for unknown."""
    rows = list(stations)
    known = [station.voters for station in rows if station.voters is not None]
    return sum(known) if known or not rows else None


def tallies(
    stations: Iterable[StationResult], keys: Callable[[StationResult], Iterable[Key]]
) -> dict[Key, Tally]:
    """Tally by every key that a station has, in the order of the keys."""
    gathered: dict[Key, list[StationResult]] = {}
    for station in stations:
        for key in keys(station):
            gathered.setdefault(key, []).append(station)
    return {key: tally(gathered[key]) for key in sorted(gathered)}  # type: ignore[type-var]  # keys are texts or tuples of texts
