"""Where sites of a staging plan may be: depots, stations, and what was decided of single ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from pollready.engine.travel import Places, travel
from pollready.planning.staging.asking import Asked, Candidates
from pollready.planning.staging.decided import Rule, code_key
from pollready.planning.staging.facts import DepotAt, StagedStation, StagingFacts


class UnknownSites(Exception):
    """Places that stay or are ruled out, but are none with a position: all of them at once."""

    code: ClassVar[str] = "planning.unknown-sites"

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        self.fields: dict[str, object] = {"codes": ", ".join(codes)}
        super().__init__(self.fields["codes"])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may become a site, or `stays` one.

    `is_depot` tells that means stand there already; of a station `listing_id` is its number.
    """

    code: str
    name: str
    lat: float
    lon: float
    is_depot: bool
    listing_id: int | None = None
    stays: bool = False


def candidates_of(facts: StagingFacts, asked: Asked) -> list[Candidate]:
    """List where sites may be: depots first, then what stays, then other places of stations.

    Raises `UnknownSites` for decisions about what has no position here, or is not here at all.
    """
    stays, ruled_out = (_keys(asked, rule) for rule in Rule)
    _check_known(facts, asked)
    found = [
        replace(each, stays=asked.keep_depots or code_key(each.code) in stays)
        for each in depots_of(facts)
        if code_key(each.code) not in ruled_out
    ]
    stations = [each for each in facts.stations if each.lat is not None]
    named = [each for each in stations if code_key(each.code) in stays]
    found += [replace(_at(each), stays=True) for each in named]
    taken: set[tuple[float | None, float | None]] = {(each.lat, each.lon) for each in found}
    for each in _others(stations, asked.candidates):
        if (each.lat, each.lon) not in taken:
            taken.add((each.lat, each.lon))
            found.append(_at(each))
    return [each for each in found if code_key(each.code) not in ruled_out]


def depots_of(facts: StagingFacts) -> list[Candidate]:
    """Give the depots that there are, ruled out or not."""
    return [Candidate(each.code, each.name, each.lat, each.lon, True) for each in facts.depots]


def _keys(asked: Asked, rule: Rule) -> set[str]:
    return {code_key(code) for code in asked.codes(rule)}


def _check_known(facts: StagingFacts, asked: Asked) -> None:
    known = {code_key(each.code) for each in facts.depots}
    known |= {code_key(each.code) for each in facts.stations if each.lat is not None}
    unknown = [each.code for each in asked.decided if code_key(each.code) not in known]
    if unknown:
        raise UnknownSites(unknown)


def _others(stations: Sequence[StagedStation], among: Candidates) -> Sequence[StagedStation]:
    if among is Candidates.DEPOTS:
        return ()
    return _centres(stations) if among is Candidates.DISTRICTS else stations


def _at(station: StagedStation) -> Candidate:
    assert station.lat is not None and station.lon is not None  # of located stations alone
    return Candidate(
        station.code, station.name, station.lat, station.lon, False, station.listing_id
    )


def _centres(stations: Sequence[StagedStation]) -> list[StagedStation]:
    """Give of each district, or county where no district is recorded, its most central station."""
    groups: dict[tuple[int | None, int | None], list[StagedStation]] = {}
    for each in stations:
        groups.setdefault((each.county, each.district), []).append(each)
    return [central(members) for members in groups.values()]


def central(
    stations: Sequence[StagedStation], among: Sequence[StagedStation] | None = None
) -> StagedStation:
    """Give the one `among` some, the stations themselves by default, to which all are nearest."""
    chosen = stations if among is None else among
    hours = travel(places_of(chosen), places_of(stations)).hours
    return chosen[int(hours.sum(axis=1).argmin())]


def places_of(places: Sequence[StagedStation] | Sequence[Candidate] | Sequence[DepotAt]) -> Places:
    """Give places as the engine takes them."""
    lat = np.array([np.nan if each.lat is None else each.lat for each in places], dtype=np.float64)
    lon = np.array([np.nan if each.lon is None else each.lon for each in places], dtype=np.float64)
    return Places([each.code for each in places], lat, lon)
