"""The board of obstacles: one page of cases, their counts by state, and the way here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet

from pollready.assessment.cases.queries import (
    cases_for,
    count_in_scope,
    counts_by_severity,
    day_of,
    is_mine,
    overdue_on,
)
from pollready.console.case_filters import (
    ACTIVE_STATES,
    ALL_STATES,
    SORTS,
    CaseFilter,
    case_chips,
    in_state,
    usual_filters,
)
from pollready.console.context import Reading
from pollready.console.lists.fields import Chip, FilterField
from pollready.console.lists.station_fields import place_fields
from pollready.console.wording import Wording
from pollready.language import isolate, say
from pollready.obstacles.cases import ACTIVE, CaseState, steps_from
from pollready.obstacles.due import GATES
from pollready.obstacles.finding import Severity
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import User

ROWS = 25
# The small picture of the last assessments, in units of its own.
_COLUMN, _BAR, HEIGHT = 24, 16, 64
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the board shows it."""

    id: int
    version: int
    sentence: str
    severity: str
    state: str
    stations: int
    voters: int | None
    cause: int | None  # the number by which the list of stations finds it
    owner: str
    assignee: str
    due_gate: str
    due_date: date | None
    is_overdue: bool
    age_days: int
    settled_date: date | None
    waived_until_date: date | None
    can_be_accepted: bool


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many of the cases that the other filters leave are in a state."""

    name: str
    cases: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a column of the small picture, where it is drawn."""

    severity: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One assessment in the small picture: what it found by severity, the severe at the foot."""

    as_of: date
    total: int
    x: int
    blocks: tuple[Block, ...]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """How many obstacles the last assessments found; nothing to see in fewer than two."""

    columns: tuple[Column, ...]

    @property
    def width(self) -> int:
        """The width of the picture in its own units; it ends with the last bar."""
        return (len(self.columns) - 1) * _COLUMN + _BAR

    @property
    def first(self) -> Column:
        """The oldest."""
        return self.columns[0]

    @property
    def last(self) -> Column:
        """The newest."""
        return self.columns[-1]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the board shows."""

    rows: list[CaseRow]
    page: Page[ObstacleCase]
    cases: int
    states: list[StateCount]
    state: str
    chosen: Mapping[str, Any]
    chips: list[Chip]
    choices: Mapping[str, Choices]
    places: list[FilterField]
    overdue: int
    mine: int
    sort: str
    understood: bool
    is_usual: bool  # shown as it is before anybody has chosen
    trend: Trend | None
    day: date


def read_board(reading: Reading, viewer: User, query: Any) -> Board:
    """Filter, count, sort and cut the cases of a round as the address asks."""
    day = day_of(reading.saved, reading.round)
    cases = cases_for(viewer).filter(round=reading.round)
    values = query if query else usual_filters(viewer)
    asked = CaseFilter(values, viewer=viewer, day=day, queryset=cases)
    understood = asked.is_valid()
    chosen = {
        name: value
        for name, value in (asked.form.cleaned_data if understood else {}).items()
        if value
    }
    state = str(chosen.get("state") or ACTIVE_STATES)
    others = {name: value for name, value in chosen.items() if name != "state"}
    left = CaseFilter(others, viewer=viewer, day=day, queryset=cases).qs
    sort = query.get("sort", "weight") if query else "weight"
    paginator = Paginator(_ordered(left.filter(in_state(state)), sort), ROWS)
    page = paginator.get_page(query.get("page") if query else None)
    return Board(
        rows=case_rows(page, viewer, reading.wording, day),
        page=page,
        cases=paginator.count,
        states=_states(left, state),
        state=state,
        chosen=chosen,
        chips=case_chips(chosen, reading.wording),
        choices=_choices(cases, reading.wording),
        places=place_fields(chosen, viewer, reading.wording.language),
        overdue=cases.filter(overdue_on(day)).count(),
        mine=cases.filter(is_mine(viewer), state__in=ACTIVE).count(),
        sort=sort if sort in SORTS else "weight",
        understood=understood,
        is_usual=not query,
        trend=_trend(viewer, reading),
        day=day,
    )


def _ordered(cases: QuerySet[ObstacleCase], sort: str) -> QuerySet[ObstacleCase]:
    """Sort by weight (severity, voters, stations), or by a day and then by weight."""
    first = SORTS.get(sort, SORTS["weight"])
    return cases.select_related("record", "assignee").order_by(
        *(F(name).asc(nulls_last=True) for name in first),
        "severity_rank", F("voters").desc(nulls_last=True), "-stations", "pk",
    )  # fmt: skip


def case_rows(cases: Any, viewer: User, wording: Wording, day: date) -> list[CaseRow]:
    """Say cases, counted as the viewer may know them."""
    listed = count_in_scope(viewer, cases)
    records = [case.record for case in listed if case.record is not None]
    said = {cause.id: cause.sentence for cause in wording.causes(records)}
    return [_row(case, said.get(case.record_id or 0), wording, day) for case in listed]


def _row(case: ObstacleCase, sentence: str | None, wording: Wording, day: date) -> CaseRow:
    person = case.assignee
    active = case.state in ACTIVE
    return CaseRow(
        id=case.pk,
        version=case.version,
        sentence=sentence or wording.title(case.rule),
        severity=case.severity,
        state=case.state,
        stations=case.stations,
        voters=case.voters,
        cause=case.record_id,
        owner=isolate(wording.owner(case.owner)),
        assignee=name_of(person) if person else "",
        due_gate=case.due_gate,
        due_date=case.due_date,
        is_overdue=active and case.due_date is not None and case.due_date < day,
        age_days=max((day - case.found_date).days, 0),
        settled_date=case.settled_date,
        waived_until_date=case.waived_until_date,
        can_be_accepted=CaseState.ACCEPTED in steps_from(CaseState(case.state))
        and case.state == CaseState.FOUND,
    )


def name_of(person: User) -> str:
    """Name somebody as people do, kept apart from the sentence around it."""
    return isolate(person.get_full_name() or person.username)


def _states(cases: QuerySet[ObstacleCase], chosen: str) -> list[StateCount]:
    """Count by state; those with something to do are gathered in front, all at the end."""
    counted = dict(cases.order_by().values_list("state").annotate(found=Count("pk")))
    active = sum(counted.get(state.value, 0) for state in ACTIVE)
    rows = [(ACTIVE_STATES, active)]
    rows += [(state.value, counted.get(state.value, 0)) for state in CaseState]
    rows.append((ALL_STATES, sum(counted.values())))
    return [StateCount(name, found, name == chosen) for name, found in rows]


def _choices(cases: QuerySet[ObstacleCase], wording: Wording) -> Mapping[str, Choices]:
    """Gather what each filter can be set to: what occurs among the viewer's cases."""
    language = wording.language
    occurring = set(cases.order_by().values_list("rule", "owner").distinct())
    rules = {rule for rule, _ in occurring}
    owners = {owner for _, owner in occurring}
    return {
        "severity": [(s.value, say(f"console.severity.{s.value}", language)) for s in Severity],
        "rule": _by_words((rule, wording.title(rule)) for rule in rules),
        "owner": _by_words((owner, wording.owner(owner)) for owner in owners if owner),
        "gate": [(gate, say(f"board.gate.{gate}", language)) for gate in GATES],
    }


def _by_words(pairs: Any) -> Choices:
    return sorted(pairs, key=lambda pair: str(pair[1]))


def _trend(viewer: User, reading: Reading) -> Trend | None:
    """Draw what the last assessments found, from the oldest to the newest."""
    counted = counts_by_severity(viewer, reading.round)
    highest = max((sum(counts.values()) for _, counts in counted), default=0)
    if len(counted) < 2 or not highest:
        return None
    return Trend(
        tuple(
            _column(saved.as_of_date, counts, number * _COLUMN, highest)
            for number, (saved, counts) in enumerate(counted)
        )
    )


def _column(as_of: date, counts: Mapping[str, int], x: int, highest: int) -> Column:
    blocks, foot = [], float(HEIGHT)
    by_severity = tuple((s.value, counts.get(s.value, 0)) for s in Severity)
    for severity, count in by_severity:
        height = round(HEIGHT * count / highest, 1)
        foot = round(foot - height, 1)
        if count:
            blocks.append(Block(severity, foot, height))
    total = sum(count for _, count in by_severity)
    return Column(as_of, total, x, tuple(blocks), by_severity)
