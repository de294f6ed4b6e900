"""One look at a set of failures: which stations fall below which level, for how many voters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from pollready.assessment.compiling import ADMIT, CLOSE
from pollready.assessment.exploring import Bools, Explored, Scope
from pollready.audit.commands import Entry, record
from pollready.engine.network import Unknowns
from pollready.people.models import User
from pollready.people.permissions import Permission, check

# What is asked of the stations, by name: a service, and the level that must hold.
MEASURES: Mapping[str, tuple[str, str]] = {
    "closed": (ADMIT, "paper"),  # below paper nobody is admitted
    "online": (ADMIT, "online"),
    "electronic": (CLOSE, "electronic"),
    "none": (CLOSE, "courier"),  # below courier the minutes go nowhere
}


@dataclass(frozen=True, slots=True)
class Count:
    """Stations, their known voters, and how many of them have no known number."""

    stations: int = 0
    voters: int | None = 0
    without_voters: int = 0


@dataclass(frozen=True, slots=True)
class Twice:
    """A count with unknowns working, and with unknowns failed."""

    working: Count
    failed: Count

    @property
    def differs(self) -> bool:
        """Whether what nobody knows makes a difference."""
        return self.working != self.failed

    @property
    def stations_span(self) -> tuple[int, int] | None:
        """The two counts where they differ, the smaller first.

        With unknowns failed it may be the smaller one: what is below already can fall no more.
        """
        low, high = sorted((self.working.stations, self.failed.stations))
        return (low, high) if low != high else None

    @property
    def voters_span(self) -> tuple[int, int] | None:
        """The voters likewise; None also where they are not known."""
        working, failed = self.working.voters, self.failed.voters
        if working is None or failed is None or working == failed:
            return None
        return min(working, failed), max(working, failed)


@dataclass(frozen=True, eq=False)
class Look:
    """What a set of failures takes, for one duration, in one scope.

    `fallen[measure][unknowns]` bool[n_stations]: held the level before and no longer does;
    `regained` the other way, where something was repaired. `already` are those below before.
    """

    duration_h: float
    fallen: Mapping[str, Mapping[Unknowns, Bools]]
    regained: Mapping[str, Mapping[Unknowns, Bools]]
    lost: Mapping[str, Twice]
    gained: Mapping[str, Twice]
    already: Mapping[str, Twice]
    paper_possible: Twice  # of the stations closed: forms are there, once an order is given
    levels: Mapping[Unknowns, Mapping[str, NDArray[np.int8]]]

    def after(self, unknowns: Unknowns) -> Mapping[str, NDArray[np.int8]]:
        """Give the levels of all stations while it fails, by service."""
        return self.levels[unknowns]


@dataclass(frozen=True, slots=True)
class CountyLoss:
    """A county with what falls in it."""

    code: str
    name: str
    lost: Count
    of_stations: int


@dataclass(frozen=True, slots=True)
class Failures:
    """What fails and what is supposed to work, by codes of the network's elements."""

    failed: frozenset[str]
    repaired: frozenset[str] = field(default_factory=frozenset)


def look_at(explored: Explored, scope: Scope, failures: Failures, duration_h: float) -> Look:
    """Evaluate a set of failures for a duration, by both readings of what is unknown.

    Raises `engine.network.UnknownName` for a code that the network does not have, and ValueError
    for a negative duration.
    """
    fallen: dict[str, dict[Unknowns, Bools]] = {name: {} for name in MEASURES}
    regained: dict[str, dict[Unknowns, Bools]] = {name: {} for name in MEASURES}
    below: dict[str, dict[Unknowns, Bools]] = {name: {} for name in MEASURES}
    levels: dict[Unknowns, Mapping[str, NDArray[np.int8]]] = {}
    for unknowns in Unknowns:
        before = explored.before(unknowns)
        after = levels[unknowns] = explored.after(
            failures.failed, duration_h, unknowns, repaired=failures.repaired
        )
        for name, (service, level) in MEASURES.items():
            holds = _holds(explored, after, service, level)
            held = _holds(explored, before, service, level)
            served = _served(explored, before, service) & scope.stations
            fallen[name][unknowns] = held & ~holds & served
            regained[name][unknowns] = holds & ~held & served
            below[name][unknowns] = ~held & served
    return Look(
        duration_h=duration_h,
        fallen=fallen,
        regained=regained,
        lost={name: _twice(explored, found) for name, found in fallen.items()},
        gained={name: _twice(explored, found) for name, found in regained.items()},
        already={name: _twice(explored, found) for name, found in below.items()},
        paper_possible=_twice(explored, _with_forms(explored, fallen["closed"])),
        levels=levels,
    )


def _holds(
    explored: Explored, levels: Mapping[str, NDArray[np.int8]], service: str, level: str
) -> Bools:
    """Tell at which stations a level or a better one holds."""
    if service not in levels or level not in explored.network.services[service]:
        return np.ones(len(explored.listings), dtype=np.bool_)
    found: Bools = levels[service] <= explored.network.level(service, level)
    return found


def _served(explored: Explored, levels: Mapping[str, NDArray[np.int8]], service: str) -> Bools:
    if service not in levels:
        return np.zeros(len(explored.listings), dtype=np.bool_)
    found: Bools = levels[service] >= 0
    return found


def _with_forms(explored: Explored, closed: Mapping[Unknowns, Bools]) -> dict[Unknowns, Bools]:
    """Of the closed, tell those with forms; uncounted ones are there only if unknowns work."""
    has = {Unknowns.WORKING: explored.forms != 0, Unknowns.FAILED: explored.forms > 0}
    return {unknowns: closed[unknowns] & has[unknowns] for unknowns in Unknowns}


def _twice(explored: Explored, found: Mapping[Unknowns, Bools]) -> Twice:
    return Twice(*(counted(explored, found[unknowns]) for unknowns in Unknowns))


def counted(explored: Explored, stations: Bools) -> Count:
    """Count stations and their voters: known ones, None where none is known."""
    voters = explored.voters[stations]
    number, without = len(voters), int(np.isnan(voters).sum())
    known = None if number and without == number else round(float(np.nansum(voters)))
    return Count(number, known, without)


def by_county(explored: Explored, scope: Scope, stations: Bools) -> list[CountyLoss]:
    """Count by county, in the order of their codes; counties that lose nothing are left out."""
    size = len(explored.counties)
    here = explored.county[stations]
    voters = explored.voters[stations]
    number = np.bincount(here, minlength=size)
    known = np.bincount(here, np.nan_to_num(voters), minlength=size)
    without = np.bincount(here[np.isnan(voters)], minlength=size)
    of_stations = np.bincount(explored.county[scope.stations], minlength=size)
    return [
        CountyLoss(
            code,
            name,
            Count(
                int(number[place]),
                None if without[place] == number[place] else round(float(known[place])),
                int(without[place]),
            ),
            int(of_stations[place]),
        )
        for place, (code, name) in enumerate(explored.counties)
        if number[place]
    ]


def ranked_listings(explored: Explored, stations: Bools, county: str = "") -> NDArray[np.int64]:
    """List what falls by voters, the most first, unknown ones last, then in code order."""
    chosen = stations
    if county:
        places = [n for n, (code, _) in enumerate(explored.counties) if code == county]
        chosen = chosen & np.isin(explored.county, places)
    where = np.nonzero(chosen)[0]
    order = np.argsort(-np.nan_to_num(explored.voters[where], nan=-1.0), kind="stable")
    found: NDArray[np.int64] = explored.listings[where[order]]
    return found


@transaction.atomic
def record_look(asked: Mapping[str, object], *, round_id: int, by: User, now: datetime) -> None:
    """Keep in the log what was asked of a round's failures; raises `NotPermitted`."""
    check(by, Permission.EXPLORE_FAILURES)
    record(
        actor=by.username,
        command="explore_failures",
        now=now,
        entries=[Entry("round", str(round_id), None, asked)],
    )
