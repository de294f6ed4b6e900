"""What the page says of who goes now."""

from collections.abc import Mapping
from functools import cached_property

from pollready.console.context import Reading
from pollready.console.dispatch_fields import Field, Fields
from pollready.console.dispatch_page import SHOWN, DispatchPage
from pollready.console.dispatch_rows import MissedRow, SentRow, clock
from pollready.language import digits, isolate, say
from pollready.people.models import User
from pollready.planning.dispatching.asking import (
    ROWS_MAX,
    NowAsked,
    WrongAsking,
    default_free,
    default_teams,
    has_rows,
    now_asked,
)
from pollready.planning.dispatching.sending import NowPlan, send_now
from pollready.planning.dispatching.tasks import Tasks
from pollready.planning.dispatching.work import tasks_now


class NowPage(DispatchPage):
    """One viewer's question who goes now."""

    def __init__(
        self, reading: Reading, viewer: User, query: Mapping[str, str], at_h: float
    ) -> None:
        super().__init__(reading, viewer, query)
        self.asked: NowAsked
        try:
            self.asked = now_asked(query, self.ground, at_h)
        except WrongAsking as wrong:
            self.wrong, self.asked = wrong.wrong, now_asked({}, self.ground, at_h)

    @cached_property
    def tasks(self) -> Tasks:
        """The stations that wait."""
        return tasks_now(self.ground, self.asked)

    @cached_property
    def plan(self) -> NowPlan:
        """Who goes where."""
        return send_now(self.ground, self.asked, self.tasks)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing waits."""
        return not (self.tasks.tasks or self.tasks.unplaced)

    @cached_property
    def _fields(self) -> Fields:
        return Fields(self.language, self._query, self.wrong)

    @property
    def choices(self) -> list[Field]:
        """The choice of the county."""
        county = "" if self.asked.county is None else str(self.asked.county)
        return [self._fields.field("county", county, options=self.counties)]

    @property
    def numbers(self) -> list[Field]:
        """The hours and numbers of the form."""
        make, asked = self._fields, self.asked
        return [
            make.clock("at", asked.at_h), make.number("horizon_h", asked.horizon_h),
            make.number("speed_km_h", asked.speed_km_h),
            make.number("detour_ratio", asked.detour_ratio),
        ]  # fmt: skip

    @property
    def stations_field(self) -> Field:
        """The field of the codes of stations."""
        return self._fields.field("stations", "", hint=self.tell("field.stations_hint"))

    @property
    def team_rows(self) -> list[list[Field]]:
        """The rows of teams."""
        return self._fields.free_rows(default_free(self.ground, self.asked.at_h))

    @property
    def team_count(self) -> int:
        """How many teams are asked for."""
        return len(self.asked.teams)

    @property
    def teams_beyond(self) -> int | None:
        """How many teams the ledger has, where the form begins with fewer."""
        if has_rows(self._query, "place"):
            return None
        every = sum(row.teams for row in default_teams(self.ground))
        return every if every > ROWS_MAX else None

    @property
    def found_words(self) -> str:
        """Say in one sentence what comes of it."""
        return self.tell("now.sent", teams=len(self.plan.sent), stations=len(self.waiting))

    @property
    def sent(self) -> list[SentRow]:
        """Who goes where, the soonest first."""
        return [
            SentRow(
                digits(each.team.name, self.language), self.base_words(each.team.place),
                self.station(each.task.station), self.what(each.task),
                clock(each.leave_h), clock(each.arrive_h),
            )
            for each in self.plan.sent
        ]  # fmt: skip

    @cached_property
    def waiting(self) -> list[MissedRow]:
        """What waits, the heaviest first."""
        rows = [
            MissedRow(
                self.station(each.task.station), self.what(each.task),
                self.tell(f"waits.{each.why}"),
                None if each.earliest_h is None else clock(each.earliest_h),
            )
            for each in self.plan.waiting
        ]  # fmt: skip
        return rows + self.without_place(self.tasks)

    @property
    def more_waiting(self) -> int:
        """How many of them a page does not show."""
        return max(len(self.waiting) - SHOWN, 0)

    @property
    def staying(self) -> str:
        """Name the teams that stay."""
        comma = say("console.list_comma", self.language)
        names = (digits(each.name, self.language) for each in self.plan.staying)
        return comma.join(isolate(name) for name in names)
