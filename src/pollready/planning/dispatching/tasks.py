"""What teams have to do: visits to stations with obstacles, a set-up day, deliveries of a plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pollready.planning.allocations.rows import PlanRows
from pollready.planning.dispatching.ground import Ground, Spot

SET_UP = "set_up"
FEWEST_SHARE = 0.01  # of the mean: a station with hardly any voters still counts for so much


@dataclass(frozen=True, slots=True)
class Task:
    """Work at one station, given by its number in the ground.

    `what` are rules that the visit mends, kinds of means that it brings, or `SET_UP`; `base` is
    where means are fetched, None where any team may go. `amount` are the voters it is for, None
    if unknown.
    """

    station: int
    minutes: float
    amount: float | None
    what: Sequence[str] = ()
    load: int = 0
    base: Spot | None = None


@dataclass(frozen=True, slots=True)
class Tasks:
    """What can be planned, and what cannot: nothing is left out without a word.

    `unplaced` are stations without a position, `no_depot` deliveries whose depot nobody knows the
    place of: station and kind. `to_components` counts what goes to shared components.
    """

    tasks: Sequence[Task]
    unplaced: Sequence[int] = ()
    no_depot: Sequence[tuple[int, str]] = ()
    to_components: int = 0


def visits_due(ground: Ground, stations: Iterable[int]) -> Tasks:
    """Give a visit to each station with open obstacles that one mends."""
    mends = ground.visits.mends
    found = []
    for n in stations:
        rules = ground.due.get(ground.staged.stations[n].listing_id, ())
        if rules:
            found.append(_task(ground, n, sum(mends[rule] for rule in rules), rules))
    return _placed(ground, found)


def set_ups(ground: Ground, stations: Iterable[int]) -> Tasks:
    """Give a set-up visit to each station."""
    minutes = ground.visits.set_up_min
    return _placed(ground, [_task(ground, n, minutes, (SET_UP,)) for n in stations])


def visits_to(ground: Ground, stations: Iterable[int]) -> Tasks:
    """Give a visit to each of these stations, whatever is recorded there."""
    found = []
    for n in stations:
        rules = ground.due.get(ground.staged.stations[n].listing_id, ())
        found.append(_task(ground, n, sum(ground.visits.mends[rule] for rule in rules), rules))
    return _placed(ground, found)


def deliveries(ground: Ground, rows: PlanRows, stations: Iterable[int]) -> Tasks:
    """Give what a plan sends, by station and depot; a unit is a load of one."""
    number = {ground.staged.stations[n].listing_id: n for n in stations}
    tasks: list[Task] = []
    no_depot: list[tuple[int, str]] = []
    for row in rows.stations:
        n = number.get(row.listing)
        if n is None:
            continue
        by_depot: dict[Spot, dict[str, int]] = {}
        for sent in row.sent:
            spot = ground.depot(sent.depot)
            if spot is None:
                no_depot.append((n, sent.kind))
                continue
            kinds = by_depot.setdefault(spot, {})
            kinds[sent.kind] = kinds.get(sent.kind, 0) + sent.units
        for spot, kinds in by_depot.items():
            minutes, load = ground.visits.delivery_min, sum(kinds.values())
            amount = row.voters if row.saves is None else row.saves
            tasks.append(Task(n, minutes, amount, tuple(kinds), load, spot))
    placed = _placed(ground, tasks)
    return Tasks(placed.tasks, placed.unplaced, tuple(no_depot), len(rows.components))


def _task(ground: Ground, n: int, minutes: float, what: Sequence[str]) -> Task:
    voters = ground.staged.stations[n].voters
    return Task(n, minutes, None if voters is None else float(voters), tuple(what))


def _placed(ground: Ground, tasks: Sequence[Task]) -> Tasks:
    stations = ground.staged.stations
    there = [each for each in tasks if stations[each.station].lat is not None]
    unplaced = [each.station for each in tasks if stations[each.station].lat is None]
    return Tasks(tuple(there), tuple(dict.fromkeys(unplaced)))


def weights_of(tasks: Sequence[Task]) -> list[float]:
    """Weigh tasks by their voters, the lightest as 1; unknown weighs as the mean of the others.

    >>> weights_of([Task(0, 30, 200.0), Task(1, 30, 600.0), Task(2, 30, None)])
    [1.0, 3.0, 2.0]
    """
    known = [each.amount for each in tasks if each.amount is not None]
    mean = sum(known) / len(known) if known else 0.0
    if mean <= 0:
        return [1.0] * len(tasks)
    least = max(min(known), FEWEST_SHARE * mean)
    amounts = [mean if each.amount is None else each.amount for each in tasks]
    return [max(1.0, each / least) for each in amounts]
