"""A whole staging plan: sites, desks of each county, and couriers of stations without signal."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pollready.engine.budget import Budget
from pollready.engine.couriers import DESK, CourierHours, Couriers, Wave, Way, plan_couriers
from pollready.engine.desks import NoSizeFits, group_into_desks
from pollready.engine.travel import Roads, travel
from pollready.planning.staging.asking import Asked
from pollready.planning.staging.candidates import central, places_of
from pollready.planning.staging.facts import Heard, StagedStation, StagingFacts
from pollready.planning.staging.sites import SitesPlan, TravelTable, plan_sites
from pollready.planning.staging.staff import CountyRoster, county_rosters

SITES_SHARE, DESKS_SHARE = 0.5, 0.35  # of the time; couriers have the rest
LEAVE_BEFORE_H, BACK_AFTER_H = 2.0, 10.0  # couriers, before and after a message is ready


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: where it sits and its stations, as places in the plan's stations."""

    county: int | None
    seat: StagedStation
    stations: tuple[int, ...]
    farthest_min: float


@dataclass(frozen=True, slots=True)
class TooFew:
    """A county whose stations no desk size fits."""

    county: int | None
    stations: int


@dataclass(frozen=True, slots=True)
class Message:
    """How one station's message gets out: where it is handed over, and when it is in.

    `relay` is the station with signal where that is, None for the desk itself or nobody.
    """

    station: int
    way: Way
    relay: StagedStation | None
    arrival_h: float | None
    earliest_h: float | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class CountyMessages:
    """The messages of one county's stations without signal, at opening and at closing."""

    county: int | None
    desk: StagedStation
    opening: tuple[Message, ...]
    closing: tuple[Message, ...]
    bound: int  # late or nobody's with however many couriers, of both waves


@dataclass(frozen=True, eq=False)
class StagingPlan:
    """Everything that a staging plan says, of stations in the order of their codes."""

    facts: StagingFacts
    asked: Asked
    sites: SitesPlan
    desks: tuple[Desk, ...]
    too_few: tuple[TooFew, ...]
    rosters: tuple[CountyRoster, ...]
    messages: tuple[CountyMessages, ...]
    silent_unplaced: tuple[int, ...]  # without signal and without a position: nobody can plan
    unheard: tuple[int, ...]  # of which nobody says whether there is signal


def plan_staging(
    facts: StagingFacts,
    asked: Asked,
    budget: Budget,
    table_min: TravelTable | None = None,
) -> StagingPlan:
    """Plan sites, desks and couriers; what time cuts off says so by its bound.

    Raises `TooManyWays`, `UnknownSites`, and `TooManyFixedSites` where more stay than are allowed.
    """
    first = Budget.within(budget.remaining_s() * SITES_SHARE, budget.clock)
    sites = plan_sites(facts, asked, first, table_min)
    second = Budget.within(budget.remaining_s() * DESKS_SHARE / (1 - SITES_SHARE), budget.clock)
    desks, too_few = _desks(facts, asked, second)
    counts = Counter(desk.county for desk in desks)
    rosters = county_rosters(counts, facts.staff, facts.opens_h, facts.closes_h, budget)
    stations = list(enumerate(facts.stations))
    silent = [n for n, each in stations if each.heard is Heard.NO]
    return StagingPlan(
        facts,
        asked,
        sites,
        desks,
        too_few,
        rosters,
        _messages(facts, asked, [n for n in silent if facts.stations[n].lat is not None], budget),
        tuple(n for n in silent if facts.stations[n].lat is None),
        tuple(n for n, each in stations if each.heard is Heard.UNKNOWN),
    )


def _by_county(facts: StagingFacts, among: Sequence[int]) -> dict[int | None, list[int]]:
    groups: dict[int | None, list[int]] = {}
    for n in among:
        groups.setdefault(facts.stations[n].county, []).append(n)
    return groups


def _desks(
    facts: StagingFacts, asked: Asked, budget: Budget
) -> tuple[tuple[Desk, ...], tuple[TooFew, ...]]:
    located = [n for n, each in enumerate(facts.stations) if each.lat is not None]
    groups = _by_county(facts, located)
    desks: list[Desk] = []
    too_few: list[TooFew] = []
    for done, (county, members) in enumerate(groups.items()):
        turn = Budget.within(budget.remaining_s() / (len(groups) - done), budget.clock)
        here = places_of([facts.stations[n] for n in members])
        hours = travel(here, here, roads=_roads(asked)).hours
        try:
            found = group_into_desks(hours, budget=turn)
        except NoSizeFits:
            too_few.append(TooFew(county, len(members)))
            continue
        for desk, seat in enumerate(found.seat.tolist()):
            own = np.nonzero(found.desk_of == desk)[0]
            desks.append(
                Desk(
                    county,
                    facts.stations[members[seat]],
                    tuple(members[each] for each in own.tolist()),
                    60 * float(found.hours[own].max()),
                )
            )
    return tuple(desks), tuple(too_few)


def _messages(
    facts: StagingFacts, asked: Asked, silent: Sequence[int], budget: Budget
) -> tuple[CountyMessages, ...]:
    heard = [each for each in facts.stations if each.heard is Heard.YES and each.lat is not None]
    members = _by_county(facts, [n for n, s in enumerate(facts.stations) if s.lat is not None])
    found = []
    for county, own in _by_county(facts, silent).items():
        there = [facts.stations[n] for n in members[county]]
        # A desk that hears nothing would be no use: it sits where there is signal, if anywhere is.
        desk = central(there, [each for each in there if each.heard is Heard.YES] or there)
        stations = [facts.stations[n] for n in own]
        hours, relays = _hours(stations, heard, desk, asked)
        waves = []
        for ready_h in (facts.opens_h, facts.closes_h):
            waves.append(plan_couriers(hours, _wave(len(own), ready_h, asked), budget=budget))
        opening, closing = (_told(wave, own, relays) for wave in waves)
        bound = sum(wave.bound for wave in waves)
        found.append(CountyMessages(county, desk, opening, closing, bound))
    return tuple(found)


def _hours(
    stations: Sequence[StagedStation],
    heard: Sequence[StagedStation],
    desk: StagedStation,
    asked: Asked,
) -> tuple[CourierHours, list[StagedStation]]:
    """Give the travel hours around a desk, and the relays: each station's nearest with signal."""
    here, roads = places_of(stations), _roads(asked)
    relays: list[StagedStation] = []
    if heard:
        near = travel(here, places_of(heard), roads=roads).hours.argmin(axis=1)
        relays = [heard[each] for each in sorted(set(near.tolist()))]
    there, at_desk = places_of(relays), places_of([desk])
    return CourierHours(
        travel(here, there, roads=roads).hours,
        travel(there, here, roads=roads).hours,
        travel(here, here, roads=roads).hours,
        travel(at_desk, here, roads=roads).hours[0],
        travel(here, at_desk, roads=roads).hours[:, 0],
    ), relays


def _wave(stations: int, ready_h: float, asked: Asked) -> Wave:
    ready = np.full(stations, ready_h)
    return Wave(
        ready,
        ready + asked.message_min / 60,
        ready_h - LEAVE_BEFORE_H,
        ready_h + BACK_AFTER_H,
        asked.couriers,
        asked.messenger_min / 60,
    )


def _told(
    plan: Couriers, own: Sequence[int], relays: Sequence[StagedStation]
) -> tuple[Message, ...]:
    late = set(plan.late.tolist())
    found = []
    for place, n in enumerate(own):
        relay, arrival = int(plan.relay[place]), float(plan.arrival_h[place])
        earliest = float(plan.earliest_h[place])
        found.append(
            Message(
                n,
                plan.way[place],
                relays[relay] if relay != DESK and relay >= 0 else None,
                None if np.isnan(arrival) else arrival,
                earliest if np.isfinite(earliest) else None,
                place in late,
            )
        )
    return tuple(found)


def _roads(asked: Asked) -> Roads:
    return Roads(asked.speed_km_h, asked.detour_ratio)
