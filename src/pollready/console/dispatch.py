"""What the page of routes says: teams with their stations, who is not reached, the roster."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from time import perf_counter

from pollready.console.context import Reading
from pollready.console.dispatch_fields import Field, Fields
from pollready.console.dispatch_map import RoutesMap, draw_routes
from pollready.console.dispatch_page import SHOWN, DispatchPage
from pollready.console.dispatch_rows import MissedRow, RouteRow, ShiftRow, StopRow, clock
from pollready.console.map_answers import Kept
from pollready.engine.budget import Budget
from pollready.engine.rosters import Role
from pollready.engine.routes import RoutesNotInstalled
from pollready.language import plain_figures, say
from pollready.obstacles.due import gate_days
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.places.models import Listing
from pollready.planning.allocations.models import AllocationPlan
from pollready.planning.dispatching.asking import (
    RoutesAsked,
    Work,
    WrongAsking,
    default_teams,
    routes_asked,
)
from pollready.planning.dispatching.ground import Spot, spot_of
from pollready.planning.dispatching.rostering import DepotRoster, depot_roster
from pollready.planning.dispatching.routing import (
    RoutesPlan,
    TeamRoute,
    TooManyTasks,
    plan_dispatch,
)
from pollready.planning.dispatching.tasks import Tasks
from pollready.planning.dispatching.work import accepted_plans, chosen_plan, rows_for, tasks_of

LIMIT_S, ROSTER_LIMIT_S = 5.0, 1.0  # what they cut off says so
PLANS: Kept[RoutesPlan] = Kept(8)
_GATES = {Work.SET_UP: "set_up", Work.DELIVERIES: "delivery"}


class RoutesPage(DispatchPage):
    """One viewer's routes of a day; where anything typed is wrong nothing is planned."""

    def __init__(self, reading: Reading, viewer: User, query: Mapping[str, str]) -> None:
        super().__init__(reading, viewer, query)
        self.asked: RoutesAsked
        try:
            self.asked = routes_asked(query, self.ground)
        except WrongAsking as wrong:
            self.wrong, self.asked = wrong.wrong, routes_asked({}, self.ground)

    @cached_property
    def plans(self) -> list[AllocationPlan]:
        """The accepted allocation plans."""
        return accepted_plans(self._viewer, self._reading.round.pk)

    @cached_property
    def tasks(self) -> Tasks:
        """What is to be done."""
        plan = chosen_plan(self.plans, self.asked.plan)
        rows = None
        if self.asked.work is Work.DELIVERIES and plan is not None:
            rows = rows_for(self._viewer, plan)
        return tasks_of(self.ground, self.asked, rows)

    @cached_property
    def plan(self) -> RoutesPlan:
        """The routes, kept while what they are made from is the same."""
        spots = [spot_of(self.ground.staged.stations[each.station]) for each in self.tasks.tasks]
        made_from = repr((self.asked, self.tasks, spots)).encode()
        return PLANS.get(
            sha256(made_from).hexdigest(),
            lambda: plan_dispatch(
                self.ground, self.asked, self.tasks, Budget.within(LIMIT_S, perf_counter)
            ),
        )

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to do."""
        tasks = self.tasks
        return not (tasks.tasks or tasks.unplaced or tasks.no_depot)

    @cached_property
    def map(self) -> RoutesMap | None:
        """The map."""
        return draw_routes(self.ground, self.plan)

    @cached_property
    def _fields(self) -> Fields:
        return Fields(self.language, self._query, self.wrong)

    @property
    def choices(self) -> list[Field]:
        """The choices of the form; the plan is asked for where there is one."""
        make, asked = self._fields.field, self.asked
        works = [(each.value, self.tell(f"work.{each}")) for each in Work]
        every = [("", self.tell("all_counties"))] if asked.work is Work.DELIVERIES else []
        county = "" if asked.county is None else str(asked.county)
        found = [
            make("work", asked.work.value, options=works),
            make("county", county, options=[*every, *self.counties]),
        ]
        if asked.work is Work.DELIVERIES and self.plans:
            text = self._reading.wording.veil.text
            titles = [(str(plan.pk), text(plan.title)) for plan in self.plans]
            chosen = chosen_plan(self.plans, asked.plan)
            found.append(make("plan", str(chosen.pk) if chosen else "", options=titles))
        if len({row.base for row in asked.teams}) > 1:
            found.append(self._roster_field)
        return found

    @property
    def numbers(self) -> list[Field]:
        """The hours and numbers of the form; no hours of stations are any hour."""
        make, asked = self._fields, self.asked
        return [
            make.clock("open_from", asked.open_from_h if asked.has_window else None),
            make.clock("open_to", asked.open_to_h if asked.has_window else None),
            make.number("speed_km_h", asked.speed_km_h),
            make.number("detour_ratio", asked.detour_ratio),
        ]

    @property
    def team_rows(self) -> list[list[Field]]:
        """The rows of teams."""
        return self._fields.team_rows(default_teams(self.ground))

    @property
    def team_count(self) -> int:
        """How many teams are asked for."""
        return sum(row.teams for row in self.asked.teams)

    @property
    def day(self) -> date | None:
        """The day that the gate of the work falls on."""
        gate, election = _GATES.get(self.asked.work), self._reading.round.election_date
        if gate is None or election is None:
            return None
        return election - timedelta(days=gate_days(office_thresholds())[gate])

    @property
    def reached(self) -> int:
        """How many tasks are done."""
        return sum(len(route.stops) for route in self.plan.routes)

    @property
    def all_tasks(self) -> int:
        """How many there are, with those that cannot be planned."""
        tasks = self.tasks
        return len(tasks.tasks) + len(tasks.unplaced) + len(tasks.no_depot)

    @property
    def found_words(self) -> str:
        """Say in one sentence what comes of it."""
        key = "deliveries" if self.asked.work is Work.DELIVERIES else "reached"
        teams = len(self.plan.routes)
        return self.tell(f"found.{key}", teams=teams, reached=self.reached, stations=self.all_tasks)

    @property
    def travel_words(self) -> str:
        """Say how long the ways are, and how much shorter they could at most be."""
        plan = self.plan
        return self.tell(
            "found.travel", travel=round(plan.travel_h, 1), bound=round(plan.bound_h, 1),
            gap=round(100 * plan.gap, 1), km=round(sum(each.length_km for each in plan.routes)),
        )  # fmt: skip

    @property
    def minutes_words(self) -> str:
        """Say how long the work takes at a station."""
        visits = self.ground.visits
        if self.asked.work is Work.SET_UP:
            return self.tell("found.minutes", minutes=visits.set_up_min)
        if self.asked.work is Work.DELIVERIES:
            return self.tell("found.minutes", minutes=visits.delivery_min)
        met = sorted({rule for task in self.tasks.tasks for rule in task.what})
        named = [
            self.tell("found.rule_minutes", minutes=visits.mends[rule],
                      rule=say(f"rule.{rule}.title", self.language))
            for rule in met
        ]  # fmt: skip
        comma = say("console.list_comma", self.language)
        return self.tell("found.minutes_visits", minutes=comma.join(named))

    @cached_property
    def routes(self) -> list[RouteRow]:
        """The routes, team by team."""
        return [self._route(n, each) for n, each in enumerate(self.plan.routes, start=1)]

    def _route(self, number: int, route: TeamRoute) -> RouteRow:
        stops = [
            StopRow(
                n, self.station(stop.task.station), self.what(stop.task),
                clock(stop.arrive_h), clock(stop.begin_h), clock(stop.leave_h), stop.task.load,
            )
            for n, stop in enumerate(route.stops, start=1)
        ]  # fmt: skip
        base = self.base_words(route.base)
        return RouteRow(
            number, self.tell("team", number=route.number, base=base), base,
            clock(route.leave_h), clock(route.back_h), round(route.travel_h, 1),
            round(route.length_km), route.load, stops,
        )  # fmt: skip

    @property
    def sheets(self) -> list[RouteRow]:
        """The routes with where each station is: its address, or else its position."""
        stations = self.ground.staged.stations
        wanted = [stations[s.task.station] for route in self.plan.routes for s in route.stops]
        listings = Listing.objects.filter(pk__in=[each.listing_id for each in wanted])
        where = dict(listings.values_list("pk", "point__address"))
        for each in wanted:
            if not where[each.listing_id]:
                figures = (f"{value:.5f}" for value in (each.lat, each.lon))
                where[each.listing_id] = " / ".join(
                    plain_figures(text, self.language) for text in figures
                )
        return [
            replace(
                row, stops=[replace(s, where=where[s.station.listing_id]) for s in row.stops]
            )
            for row in self.routes
        ]  # fmt: skip

    @cached_property
    def missed(self) -> list[MissedRow]:
        """What nobody reaches, the heaviest first, then what has no place."""
        rows = [
            MissedRow(self.station(task.station), self.what(task), self.tell(f"why.{why}"))
            for task, why in self.plan.unreached
        ]
        return rows + self.without_place(self.tasks)

    @property
    def missed_counts(self) -> list[str]:
        """Count what nobody reaches by reason."""
        counts = Counter(row.why for row in self.missed)
        return [
            self.tell("missed.count", why=why, stations=stations)
            for why, stations in counts.most_common()
        ]

    @property
    def more_missed(self) -> int:
        """How many of them a page does not show."""
        return max(len(self.missed) - SHOWN, 0)

    @property
    def _roster_field(self) -> Field:
        """The choice of the depot whose roster is shown."""
        bases = {row.base.code: row.base.name or row.base.code for row in self.asked.teams}
        base = self._base
        return self._fields.field("depot", base.code if base else "", options=list(bases.items()))

    @property
    def _base(self) -> Spot | None:
        wanted = self._query.get("depot", "")
        bases = [row.base for row in self.asked.teams]
        return next((each for each in bases if each.code == wanted), next(iter(bases), None))

    @cached_property
    def roster(self) -> DepotRoster | None:
        """Who is on duty with the teams of the chosen depot."""
        base = self._base
        if base is None or self.is_empty:
            return None
        budget = Budget.within(ROSTER_LIMIT_S, perf_counter)
        county, teams = self.asked.county, self.asked.teams
        return depot_roster(self.ground, base, county, teams, budget, self._going_from(base))

    def _going_from(self, base: Spot) -> int:
        """Count the teams of a base that have a route; 0 where none has, or none can be planned."""
        try:
            return sum(route.base == base for route in self.plan.routes)
        except (RoutesNotInstalled, TooManyTasks):
            return 0

    @property
    def roster_title(self) -> str:
        """Say whose roster it is."""
        assert self.roster is not None  # asked where there is one
        return self.tell("roster.title", base=self.base_words(self.roster.base))

    @property
    def roster_words(self) -> str:
        """Say whether the people named suffice."""
        roster = self.roster
        assert roster is not None  # asked where there is one
        short = roster.short
        if not any(short.values()):
            return self.tell("roster.filled", posts=roster.posts)
        return self.tell(
            "roster.short", people=roster.people, posts=roster.posts, lead=short[Role.LEAD],
            deputy=short[Role.DEPUTY],
        )  # fmt: skip

    @property
    def shifts(self) -> list[ShiftRow]:
        """The shifts, with the teams that have anybody."""
        found = []
        for each in self.roster.shifts if self.roster else ():
            manned = [row for row in each.teams if row[1] or row[2]]
            span = clock(each.shift.starts_h), clock(each.shift.ends_h)
            found.append(ShiftRow(*span, manned, len(each.teams) - len(manned)))
        return found
