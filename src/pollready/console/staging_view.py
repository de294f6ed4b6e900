"""What is said of a staging plan, just made or kept: sites, gaps, desks, messages of the silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from typing import Any

from pollready.console.context import Reading
from pollready.console.staging_map import Maps, draw_maps
from pollready.engine.couriers import Way
from pollready.language import isolate, say
from pollready.planning.staging.asking import NUMBERS, Goal
from pollready.planning.staging.candidates import depots_of
from pollready.planning.staging.decided import Rule, code_key
from pollready.planning.staging.facts import StagedStation
from pollready.planning.staging.plan import CountyMessages, Message, StagingPlan
from pollready.planning.staging.staff import CountyRoster

SHOWN = 60  # stations of a site or gap shown by name; the table of a file has them all
H_PER_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the plan as a time of day; `later` where it is the day after."""

    at: time
    later: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A station as the page names it."""

    listing_id: int
    code: str
    name: str
    minutes: float | None


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A row of the table of sites."""

    number: int
    name: str
    code: str
    listing_id: int | None
    stations: int
    voters: int
    farthest_min: int | None
    serves: Sequence[Named]
    more: int
    is_depot: bool
    stays: bool


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A place that stays or is ruled out, and why."""

    rule: Rule
    code: str
    name: str
    listing_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class DeskRow:
    """The desks of one county: how many, of how many stations, each one's seat, their posts."""

    county: str
    stations: int
    desks: Sequence[tuple[Named, int, int]]
    people: int
    posts: int
    short: Sequence[tuple[str, int]]  # by role, in words


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A station without signal: who carries its messages where, and when each is in."""

    station: Named
    way: str
    relay: StagedStation | None
    opening: Clock | None
    closing: Clock | None
    opening_late: bool
    closing_late: bool


@dataclass(frozen=True, slots=True)
class MessageTable:
    """The messages of one county, with its desk, and how many are late or nobody's."""

    county: str
    desk: Named
    rows: Sequence[MessageRow]
    missed: int
    bound: int


class StagingView:
    """What one viewer reads of one plan."""

    def __init__(self, reading: Reading, plan: StagingPlan) -> None:
        self._reading = reading
        self.plan, self.asked, self.facts = plan, plan.asked, plan.facts

    @cached_property
    def maps(self) -> Maps | None:
        """The maps before and after."""
        return draw_maps(self.plan, depots_of(self.facts))

    @property
    def asked_rows(self) -> list[tuple[str, str]]:
        """What was asked, in words."""
        language, asked = self._reading.wording.language, self.asked
        county = say("staging.every_county", language)
        choices = {
            "goal": say(f"staging.goal.{asked.goal}", language),
            "candidates": say(f"staging.candidates.{asked.candidates}", language),
            "county": county if asked.county is None else self._county(asked.county),
        }
        numbers = {
            name: say("console.number", language, value=plain(getattr(asked, name)))
            for name in NUMBERS
            if not (name == "sites" and asked.goal is Goal.FEWEST)
        }
        kept = {"keep_depots": say("staging.field.kept_depots", language)}
        told = choices | numbers | (kept if asked.keep_depots else {})
        return [(say(f"staging.field.{name}", language), words) for name, words in told.items()]

    @cached_property
    def decided(self) -> "list[DecidedRow]":
        """What was decided of places that the viewer may see."""
        stations = {code_key(each.code): each for each in self.facts.stations}
        depots = {code_key(each.code): each for each in self.facts.depots}
        found, veil = [], self._reading.wording.veil
        for each in self.asked.decided:
            key = code_key(each.code)
            place = stations.get(key) or depots.get(key)
            if place is not None:
                listing_id = stations[key].listing_id if key in stations else None
                found.append(
                    DecidedRow(each.rule, each.code, place.name, listing_id,
                               veil.text(each.reason))
                )  # fmt: skip
        return found

    @property
    def located(self) -> int:
        """How many stations have a position."""
        return len(self.facts.stations) - len(self.plan.sites.unplaced)

    @property
    def more_gaps(self) -> int:
        """How many stations beyond the target are not shown by name."""
        return max(len(self.plan.sites.gaps) - SHOWN, 0)

    @property
    def unknown_voters(self) -> int:
        """How many stations have no known number of voters."""
        return sum(each.voters is None for each in self.facts.stations)

    @property
    def gap_pct(self) -> float:
        """How much of the cost is not proven to be needed, in percent."""
        proof = self.plan.sites.proof
        return 0.0 if proof is None else 100 * proof.gap

    @property
    def beyond_before(self) -> int | None:
        """How many located stations no depot reaches in time; None where no depot is known."""
        sites = self.plan.sites
        if not sites.before_known:
            return None
        located = len(self.facts.stations) - len(sites.unplaced)
        return located - int((sites.before_min <= self.asked.target_min).sum())

    @property
    def stay(self) -> int:
        """How many sites are there whatever is chosen."""
        return sum(site.at.stays for site in self.plan.sites.sites)

    @property
    def longest_min(self) -> int | None:
        """The longest way to a station, in minutes; None where one has none that is known."""
        after = [self.plan.sites.after_min[n] for n in range(len(self.facts.stations))
                 if self.facts.stations[n].lat is not None]  # fmt: skip
        if not after or any(each != each for each in after):
            return None
        return round(float(max(after)))

    @property
    def voters_beyond(self) -> tuple[int, int]:
        """How many voters stations beyond the target have, and at how many nobody knows."""
        voters = [self.facts.stations[n].voters for n in self.plan.sites.gaps]
        return sum(each or 0 for each in voters), voters.count(None)

    @property
    def missed(self) -> int:
        """How many messages are late or nobody's."""
        return sum(
            _is_missed(each)
            for county in self.plan.messages
            for each in (*county.opening, *county.closing)
        )

    @property
    def reached(self) -> int:
        """How many stations are reached in time."""
        sites = self.plan.sites
        return len(self.facts.stations) - len(sites.unplaced) - len(sites.gaps)

    @property
    def sites(self) -> list[SiteRow]:
        """The table of sites."""
        return [
            SiteRow(
                site.number,
                site.at.name,
                site.at.code,
                site.at.listing_id,
                len(site.serves),
                site.voters,
                None if site.farthest_min is None else round(site.farthest_min),
                self._named(site.serves[:SHOWN]),
                max(len(site.serves) - SHOWN, 0),
                site.at.is_depot,
                site.at.stays,
            )
            for site in self.plan.sites.sites
        ]

    @property
    def gaps(self) -> list[Named]:
        """Stations beyond the target, the farthest first."""
        minutes = self.plan.sites.after_min
        known = sorted(self.plan.sites.gaps, key=lambda n: -_or_far(float(minutes[n])))
        return self._named(known[:SHOWN])

    @property
    def unplaced(self) -> list[Named]:
        """Stations without a position."""
        return self._named(self.plan.sites.unplaced[:SHOWN])

    @property
    def desks(self) -> list[DeskRow]:
        """Desks by county."""
        found: dict[int | None, list[tuple[Named, int, int]]] = {}
        for desk in self.plan.desks:
            seat = Named(desk.seat.listing_id, desk.seat.code, desk.seat.name, None)
            row = (seat, len(desk.stations), round(desk.farthest_min))
            found.setdefault(desk.county, []).append(row)
        return [self._desks(roster, found[roster.county]) for roster in self.plan.rosters]

    def _desks(self, roster: CountyRoster, rows: Sequence[tuple[Named, int, int]]) -> DeskRow:
        language = self._reading.wording.language
        short = [
            (say(f"staging.short.{role.value}", language, posts=posts), posts)
            for role, posts in roster.short.items()
            if posts
        ]
        stations = sum(stations for _, stations, _ in rows)
        county = self._county(roster.county)
        return DeskRow(county, stations, rows, roster.people, roster.posts, short)

    @property
    def too_few(self) -> list[tuple[str, int]]:
        """Counties whose stations no size of desk fits."""
        return [(self._county(each.county), each.stations) for each in self.plan.too_few]

    @property
    def messages(self) -> list[MessageTable]:
        """The messages of stations without signal, by county."""
        return [self._messages(each) for each in self.plan.messages]

    @property
    def silent_unplaced(self) -> list[Named]:
        """Stations without signal and without a position."""
        return self._named(self.plan.silent_unplaced)

    def _messages(self, county: CountyMessages) -> MessageTable:
        rows = [
            MessageRow(
                self._named([opening.station])[0],
                opening.way.value if opening.way is closing.way else "differs",
                opening.relay,
                _clock(opening.arrival_h),
                _clock(closing.arrival_h),
                opening.is_late,
                closing.is_late,
            )
            for opening, closing in zip(county.opening, county.closing, strict=True)
        ]
        missed = sum(_is_missed(each) for each in (*county.opening, *county.closing))
        seat = county.desk
        desk = Named(seat.listing_id, seat.code, self._place(seat.name), None)
        return MessageTable(self._county(county.county), desk, rows, missed, county.bound)

    def _county(self, pk: int | None) -> str:
        if pk is None:
            return say("staging.no_county", self._reading.wording.language)
        return isolate(self.facts.places[pk])

    def _place(self, name: str) -> str:
        """Name a place, or say that it is one that the viewer may not see."""
        return isolate(name) if name else say("staging.elsewhere", self._reading.wording.language)

    def _named(self, stations: Sequence[int]) -> list[Named]:
        minutes = self.plan.sites.after_min
        found = []
        for n in stations:
            each, at = self.facts.stations[n], float(minutes[n])
            known = None if at != at else round(at)
            found.append(Named(each.listing_id, each.code, each.name, known))
        return found


def _is_missed(message: Message) -> bool:
    return message.is_late or message.way is Way.NOBODY


def _clock(hours: float | None) -> Clock | None:
    """Give a time of day, to the minute that is not before it."""
    if hours is None:
        return None
    minutes = int(-(-round(hours * 60, 6) // 1))
    days, left = divmod(minutes, int(H_PER_DAY * 60))
    return Clock(time(left // 60, left % 60), days > 0)


def _or_far(minutes: float) -> float:
    return float("inf") if minutes != minutes else float(minutes)


def plain(value: Any) -> Any:
    """Give a number without the point that a whole one does not need."""
    return int(value) if value == int(value) else value
