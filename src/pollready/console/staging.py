"""What the page of a staging plan says: sites, gaps, desks, and the messages of silent stations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from time import perf_counter
from typing import Any

from pollready.assessment.queries import stations_for
from pollready.console.context import Reading
from pollready.console.map_answers import Kept, key_of
from pollready.console.staging_map import Maps, draw_maps
from pollready.engine.budget import Budget
from pollready.engine.couriers import Way
from pollready.language import alphabetical, isolate, say
from pollready.people.models import User
from pollready.planning.staging.asking import (
    BOUNDS,
    NUMBERS,
    Asked,
    Candidates,
    Goal,
    WrongAsking,
    asked_from,
)
from pollready.planning.staging.facts import StagingFacts, facts_for
from pollready.planning.staging.plan import CountyMessages, Message, StagingPlan, plan_staging
from pollready.planning.staging.sites import Candidate, candidates_of
from pollready.planning.staging.staff import CountyRoster
from pollready.register.queries import components_for

LIMIT_S = 6.0  # of one plan; what it cuts off says so by its bound
SHOWN = 60  # stations of a site or gap shown by name; the table of a file has them all
H_PER_DAY = 24.0
PLANS: Kept[StagingPlan] = Kept(8)
Options = Sequence[tuple[str, str]]


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
    relay: str | None
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


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number of the form: what stands in it, and what is wrong with it."""

    name: str
    label: str
    value: str
    wrong: str


class StagingPage:
    """One viewer's staging plan; the numbers typed stay in the form even where they are wrong."""

    def __init__(self, reading: Reading, viewer: User, query: Mapping[str, str]) -> None:
        self._reading = reading
        self._viewer = viewer
        self._query = query
        self.wrong: Mapping[str, str] = {}
        try:
            self.asked = asked_from({name: query.get(name, "") for name in query})
        except WrongAsking as wrong:
            self.wrong, self.asked = wrong.wrong, Asked()

    @cached_property
    def _facts(self) -> StagingFacts:
        return facts_for(self._viewer, self._reading.saved, self._reading.wording.veil)

    @cached_property
    def facts(self) -> StagingFacts:
        """The stations asked about: all in scope, or those of a county."""
        if self.asked.county is None:
            return self._facts
        return self._facts.of_county(self.asked.county)

    @cached_property
    def plan(self) -> StagingPlan:
        """The plan, kept while nothing that it hangs on changes."""
        viewer, saved = self._viewer, self._reading.saved
        hangs_on = key_of(stations_for(viewer, saved), components_for(viewer))
        depots = [depot.code for depot in self._facts.depots]  # the veil's part of it
        key = f"{hangs_on} {saved.pk} {depots} {self.asked}"
        return PLANS.get(
            key,
            lambda: plan_staging(self.facts, self.asked, Budget.within(LIMIT_S, perf_counter)),
        )

    @cached_property
    def maps(self) -> Maps | None:
        """The maps before and after."""
        depots: list[Candidate] = [
            each for each in candidates_of(self.facts, self.asked) if each.is_depot
        ]
        return draw_maps(self.plan, depots)

    @property
    def fields(self) -> list[NumberField]:
        """The form's numbers, with what was typed or is asked."""
        return [self._field(name) for name in NUMBERS]

    def _field(self, name: str) -> NumberField:
        language, (low, high) = self._reading.wording.language, BOUNDS[name]
        asked = say("console.number", language, value=_plain(getattr(self.asked, name)))
        wrong = say("staging.wrong", language, low=low, high=high) if name in self.wrong else ""
        label = say(f"staging.field.{name}", language)
        return NumberField(name, label, self._query.get(name) or asked, wrong)

    @property
    def county_value(self) -> str:
        """The county as the form holds it."""
        return "" if self.asked.county is None else str(self.asked.county)

    @property
    def wrong_names(self) -> list[str]:
        """The labels of what could not be read, a choice among them."""
        language = self._reading.wording.language
        return [say(f"staging.field.{name}", language) for name in self.wrong]

    @property
    def located(self) -> int:
        """How many stations have a position."""
        return len(self.facts.stations) - len(self.plan.sites.unplaced)

    @property
    def more_gaps(self) -> int:
        """How many stations beyond the target are not shown by name."""
        return max(len(self.plan.sites.gaps) - SHOWN, 0)

    @property
    def options(self) -> Mapping[str, Options]:
        """What can be chosen from."""
        language = self._reading.wording.language
        counties = {each.county for each in self._facts.stations if each.county is not None}
        names = [(str(pk), self._facts.places[pk]) for pk in counties]
        return {
            "goal": [(each.value, say(f"staging.goal.{each.value}", language)) for each in Goal],
            "candidates": [
                (each.value, say(f"staging.candidates.{each.value}", language))
                for each in Candidates
            ],
            "county": sorted(names, key=lambda pair: alphabetical(pair[1])),
        }

    @property
    def unknown_voters(self) -> int:
        """How many stations have no known number of voters."""
        return sum(each.voters is None for each in self.facts.stations)

    @property
    def gap_pct(self) -> float:
        """How much of the cost is not proven to be needed, in percent."""
        siting = self.plan.sites.siting
        return 0.0 if siting is None else 100 * siting.gap

    @property
    def beyond_before(self) -> int | None:
        """How many located stations no depot reaches in time; None where no depot is known."""
        sites = self.plan.sites
        if not sites.before_known:
            return None
        located = len(self.facts.stations) - len(sites.unplaced)
        return located - int((sites.before_min <= self.asked.target_min).sum())

    @property
    def reached(self) -> int:
        """How many stations are reached in time."""
        sites = self.plan.sites
        return len(self.facts.stations) - len(sites.unplaced) - len(sites.gaps)

    @property
    def sites(self) -> list[SiteRow]:
        """The table of sites."""
        listing = {each.code: each.listing_id for each in self.facts.stations}
        return [
            SiteRow(
                number,
                site.at.name,
                site.at.code,
                None if site.at.is_depot else listing.get(site.at.code),
                len(site.serves),
                site.voters,
                None if site.farthest_min is None else round(site.farthest_min),
                self._named(site.serves[:SHOWN]),
                max(len(site.serves) - SHOWN, 0),
            )
            for number, site in enumerate(self.plan.sites.sites, start=1)
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
        listing = {each.listing_id: n for n, each in enumerate(self.facts.stations)}
        for desk in self.plan.desks:
            seat = self._named([listing[desk.seat.listing_id]])[0]
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
        return DeskRow(county, stations, rows, roster.people, len(roster.posts), short)

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
        desk = Named(seat.listing_id, seat.code, isolate(seat.name), None)
        return MessageTable(self._county(county.county), desk, rows, missed, county.bound)

    def _county(self, pk: int | None) -> str:
        if pk is None:
            return say("staging.no_county", self._reading.wording.language)
        return isolate(self.facts.places[pk])

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


def _plain(value: Any) -> Any:
    return int(value) if value == int(value) else value


def _or_far(minutes: float) -> float:
    return float("inf") if minutes != minutes else float(minutes)
