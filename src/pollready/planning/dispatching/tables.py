"""Routes and sendings as tables, in the words of a language."""

from collections.abc import Callable, Mapping, Sequence

from pollready.language import say
from pollready.planning.dispatching.ground import Ground, Spot
from pollready.planning.dispatching.routing import RoutesPlan
from pollready.planning.dispatching.sending import NowPlan
from pollready.planning.dispatching.tasks import SET_UP, Task, Tasks
from pollready.planning.means import means_word

Cell = str | int | float | None
Rows = list[list[Cell]]
COLUMNS: Mapping[str, Sequence[str]] = {
    "visits": ("team", "order", "code", "name", "county", "what", "arrive", "begin", "leave",
               "load"),
    "teams": ("team", "base", "leave", "back", "stations", "load", "travel_h", "length_km"),
    "unreached": ("code", "name", "county", "what", "why"),
    "sent": ("team", "place", "code", "name", "county", "what", "leave", "arrive"),
    "waiting": ("code", "name", "county", "what", "why", "earliest"),
}  # fmt: skip


def clock_words(hours: float | None) -> str | None:
    """Write an hour of the clock to the minute that is not before it; after midnight it goes on.

    >>> clock_words(7.51), clock_words(25.5), clock_words(None)
    ('07:31', '25:30', None)
    """
    if hours is None:
        return None
    minutes = int(-(-round(hours * 60, 6) // 1))
    return f"{minutes // 60:02}:{minutes % 60:02}"


def what_words(task: Task, language: str) -> str:
    """Say what a task is: the obstacles that it mends, the means that it brings, the set-up."""
    if not task.what:
        return say("dispatch.visit", language)
    words = [_word(each, task, language) for each in task.what]
    return say("console.list_comma", language).join(words)


def _word(what: str, task: Task, language: str) -> str:
    if task.base is not None:
        return means_word(what, language)
    return say("dispatch.set_up" if what == SET_UP else f"rule.{what}.title", language)


def spot_words(spot: Spot) -> str:
    """Name a place as its reader may: a depot that he may not name has its masked code alone."""
    return spot.name or spot.code


def routes_tables(
    ground: Ground, plan: RoutesPlan, language: str, named: Callable[[Spot], str] = spot_words
) -> dict[str, Rows]:
    """Give the rows of each table of routes, in the order of `COLUMNS`."""
    visits: Rows = [
        [
            f"{named(route.base)}/{route.number}", number, *_station(ground, stop.task),
            what_words(stop.task, language),
            clock_words(stop.arrive_h), clock_words(stop.begin_h), clock_words(stop.leave_h),
            stop.task.load,
        ]
        for route in plan.routes
        for number, stop in enumerate(route.stops, start=1)
    ]  # fmt: skip
    teams: Rows = [
        [
            f"{named(route.base)}/{route.number}", named(route.base), clock_words(route.leave_h),
            clock_words(route.back_h), len(route.stops), route.load, round(route.travel_h, 2),
            round(route.length_km, 1),
        ]
        for route in plan.routes
    ]  # fmt: skip
    unreached: Rows = [
        [
            *_station(ground, task), what_words(task, language),
            say(f"dispatch.why.{why}", language),
        ]
        for task, why in plan.unreached
    ]  # fmt: skip
    unreached += _without_place(ground, plan.tasks, language)
    return {"visits": visits, "teams": teams, "unreached": unreached}


def now_tables(
    ground: Ground, plan: NowPlan, language: str, named: Callable[[Spot], str] = spot_words
) -> dict[str, Rows]:
    """Give the rows of who goes and what waits."""
    sent: Rows = [
        [
            each.team.name, named(each.team.place),
            *_station(ground, each.task), what_words(each.task, language),
            clock_words(each.leave_h), clock_words(each.arrive_h),
        ]
        for each in plan.sent
    ]  # fmt: skip
    waiting: Rows = [
        [
            *_station(ground, each.task), what_words(each.task, language),
            say(f"dispatch.waits.{each.why}", language), clock_words(each.earliest_h),
        ]
        for each in plan.waiting
    ]  # fmt: skip
    waiting += [[*row, None] for row in _without_place(ground, plan.tasks, language)]
    return {"sent": sent, "waiting": waiting}


def _without_place(ground: Ground, tasks: Tasks, language: str) -> Rows:
    rows: Rows = []
    for n in tasks.unplaced:
        rows.append([*_named(ground, n), None, say("dispatch.why.unplaced", language)])
    for n, kind in tasks.no_depot:
        rows.append(
            [*_named(ground, n), means_word(kind, language), say("dispatch.why.no-depot", language)]
        )
    return rows


def _station(ground: Ground, task: Task) -> list[Cell]:
    return _named(ground, task.station)


def _named(ground: Ground, n: int) -> list[Cell]:
    each = ground.staged.stations[n]
    return [
        each.code,
        each.name,
        None if each.county is None else ground.staged.places[each.county],
    ]
