"""A staging plan as it is kept, and as somebody may read it: stations of his scope alone.

Stations are kept by their numbers with what was known of them then; codes and names are read from
the register each time, so that nobody finds in a plan what he may not see elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pollready.engine.couriers import Way
from pollready.engine.rosters import Role
from pollready.planning.staging.asking import Asked
from pollready.planning.staging.candidates import Candidate
from pollready.planning.staging.decided import Decided, code_key
from pollready.planning.staging.facts import UNSEEN, DepotAt, Heard, StagedStation, StagingFacts
from pollready.planning.staging.plan import (
    CountyMessages,
    Desk,
    Message,
    StagingPlan,
    TooFew,
)
from pollready.planning.staging.sites import (
    Proof,
    Site,
    SitesPlan,
    gaps_in,
    site_at,
    unplaced_in,
)
from pollready.planning.staging.staff import CountyRoster

Floats = NDArray[np.float64]
Names = Mapping[int, tuple[str, str]]  # code and name by the number of a station's listing
_OF_STATION = ("listing_id", "county", "lat", "lon", "voters")


def kept_of(plan: StagingPlan) -> dict[str, Any]:
    """Give a plan as values that can be kept; `plan_of` reads them."""
    sites, facts = plan.sites, plan.facts
    site_of = {n: site.number for site in sites.sites for n in site.serves}
    desk_of = {n: number for number, desk in enumerate(plan.desks, 1) for n in desk.stations}
    every = range(len(facts.stations))
    return {
        "hours": [facts.opens_h, facts.closes_h],
        "stations": {
            **{name: [getattr(each, name) for each in facts.stations] for name in _OF_STATION},
            "heard": [each.heard.value for each in facts.stations],
            "before_min": _numbers(sites.before_min), "after_min": _numbers(sites.after_min),
            "site": [site_of.get(n) for n in every], "desk": [desk_of.get(n) for n in every],
        },
        "depots": [[each.code, each.lat, each.lon] for each in facts.depots],
        "sites": [_site(site) for site in sites.sites],
        "before_known": sites.before_known, "candidates": sites.candidates,
        "proof": None if sites.proof is None else asdict(sites.proof),
        "desks": [[desk.county, desk.seat.listing_id, desk.farthest_min] for desk in plan.desks],
        "too_few": [[each.county, each.stations] for each in plan.too_few],
        "rosters": [
            [each.county, each.people, each.posts, {r.value: n for r, n in each.short.items()}]
            for each in plan.rosters
        ],
        "messages": [_messages(plan, each) for each in plan.messages],
        "total": {
            "sites": len(sites.sites), "located": len(facts.stations) - len(sites.unplaced),
            "reached": len(facts.stations) - len(sites.unplaced) - len(sites.gaps),
        },
    }  # fmt: skip


def _site(site: Site) -> dict[str, Any]:
    at = site.at
    return {"code": at.code, "lat": at.lat, "lon": at.lon, "is_depot": at.is_depot,
            "listing_id": at.listing_id, "stays": at.stays}  # fmt: skip


def _messages(plan: StagingPlan, county: CountyMessages) -> dict[str, Any]:
    def told(messages: Sequence[Message]) -> list[list[Any]]:
        return [
            [plan.facts.stations[each.station].listing_id, each.way.value,
             None if each.relay is None else each.relay.listing_id, each.arrival_h,
             each.earliest_h, each.is_late]
            for each in messages
        ]  # fmt: skip

    return {
        "county": county.county, "desk": county.desk.listing_id, "bound": county.bound,
        "opening": told(county.opening), "closing": told(county.closing),
    }  # fmt: skip


def _numbers(values: Floats) -> list[float | None]:
    """Give minutes to a tenth of a second; None where nobody knows."""
    return [None if value != value else round(value, 3) for value in values.tolist()]


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader of a plan may see: stations by number, depots by code, places by name."""

    stations: Names
    depots: Mapping[str, str]  # the name of each that he may see
    places: Mapping[int, str]


def plan_of(kept: Mapping[str, Any], asked: Asked, reader: Reader) -> StagingPlan:
    """Read a kept plan as far as the reader may see it.

    Sites are those that serve a station of his or are his own; of who sees every station, all.
    What is proven is proven of the whole plan.
    """
    return _Reading(kept, asked, reader).plan()


class _Reading:
    def __init__(self, kept: Mapping[str, Any], asked: Asked, reader: Reader) -> None:
        self._kept, self._asked, self._reader = kept, asked, reader
        listings = kept["stations"]["listing_id"]
        there = [n for n, listing in enumerate(listings) if listing in reader.stations]
        self._rows = sorted(there, key=lambda n: reader.stations[listings[n]])
        self._sees_all = len(there) == len(listings)
        self._stations = [self._station(n) for n in self._rows]
        self._at = {each.listing_id: n for n, each in enumerate(self._stations)}
        self._counties = {each.county for each in self._stations}

    def plan(self) -> StagingPlan:
        facts = StagingFacts(
            self._stations, self._depots(), self._reader.places, *self._kept["hours"]
        )
        stations = list(enumerate(self._stations))
        return StagingPlan(
            facts,
            replace(self._asked, decided=self._decided(facts)),
            self._sites(facts),
            tuple(self._desks()),
            tuple(TooFew(*each) for each in self._kept["too_few"] if self._is_mine(each[0])),
            tuple(self._rosters()),
            tuple(self._messages()),
            tuple(n for n, each in stations if each.heard is Heard.NO and each.lat is None),
            tuple(n for n, each in stations if each.heard is Heard.UNKNOWN),
        )

    def _decided(self, facts: StagingFacts) -> tuple[Decided, ...]:
        """Give what was decided of places that he may see."""
        known = {code_key(each.code) for each in facts.stations}
        known |= {code_key(each.code) for each in facts.depots}
        return tuple(each for each in self._asked.decided if code_key(each.code) in known)

    def _column(self, name: str) -> list[Any]:
        """Give a column of the stations that he may see."""
        values = self._kept["stations"][name]
        return [values[n] for n in self._rows]

    def _station(self, n: int) -> StagedStation:
        columns = self._kept["stations"]
        listing, county, lat, lon, voters = (columns[name][n] for name in _OF_STATION)
        code, name = self._reader.stations[listing]
        heard = Heard(columns["heard"][n])
        return StagedStation(listing, code, name, county, None, lat, lon, voters, heard)

    def _seen(self, listing: int) -> StagedStation:
        place = self._at.get(listing)
        return UNSEEN if place is None else self._stations[place]

    def _is_mine(self, county: int | None) -> bool:
        return county in self._counties

    def _depots(self) -> list[DepotAt]:
        seen = self._reader.depots
        return [
            DepotAt(code, seen[code], lat, lon)
            for code, lat, lon in self._kept["depots"]
            if code in seen
        ]

    def _sites(self, facts: StagingFacts) -> SitesPlan:
        kept = self._kept
        # Minutes from a depot tell where it is: they are known to who may see every depot.
        sees_depots = all(code in self._reader.depots for code, _, _ in kept["depots"])
        before_known = kept["before_known"] and sees_depots
        after = _floats(self._column("after_min"))
        before = _floats(self._column("before_min"))
        site_of, found = self._column("site"), []
        for number, each in enumerate(kept["sites"], start=1):
            serves = [n for n, site in enumerate(site_of) if site == number]
            if serves or self._sees_all or each["listing_id"] in self._at:
                found.append(site_at(facts, number, self._candidate(each), serves, after))
        return SitesPlan(
            tuple(found),
            before if before_known else np.full(len(after), np.nan),
            after,
            gaps_in(facts, after, self._asked.target_min),
            unplaced_in(facts),
            before_known,
            None if kept["proof"] is None else Proof(**kept["proof"]),
            kept["candidates"],
        )

    def _candidate(self, each: Mapping[str, Any]) -> Candidate:
        """Give where a site is; of a place that he may not see, only that it is one."""
        code, listing = each["code"], each["listing_id"]
        if each["is_depot"]:
            name = self._reader.depots.get(code)
        else:
            code, name = self._reader.stations.get(listing, ("", None))
        if name is None:
            return Candidate("", "", np.nan, np.nan, each["is_depot"], None, each["stays"])
        return Candidate(
            code, name, each["lat"], each["lon"], each["is_depot"], listing, each["stays"]
        )

    def _desks(self) -> list[Desk]:
        desk_of, found = self._column("desk"), []
        for number, (county, seat, farthest_min) in enumerate(self._kept["desks"], start=1):
            own = tuple(n for n, desk in enumerate(desk_of) if desk == number)
            if own:
                found.append(Desk(county, self._seen(seat), own, farthest_min))
        return found

    def _rosters(self) -> list[CountyRoster]:
        return [
            CountyRoster(county, people, posts, {Role(name): n for name, n in short.items()})
            for county, people, posts, short in self._kept["rosters"]
            if self._is_mine(county)
        ]

    def _messages(self) -> list[CountyMessages]:
        found = []
        for each in self._kept["messages"]:
            opening, closing = (self._told(each[wave]) for wave in ("opening", "closing"))
            if opening:
                desk = self._seen(each["desk"])
                found.append(CountyMessages(each["county"], desk, opening, closing, each["bound"]))
        return found

    def _told(self, rows: Sequence[Sequence[Any]]) -> tuple[Message, ...]:
        return tuple(
            Message(
                self._at[listing], Way(way), None if relay is None else self._seen(relay),
                arrival_h, earliest_h, is_late,
            )
            for listing, way, relay, arrival_h, earliest_h, is_late in rows
            if listing in self._at
        )  # fmt: skip


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)
