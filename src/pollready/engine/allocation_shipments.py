"""From which depot to which point: the least hours on the road, kind by kind."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pollready.engine._highs import Program, solve
from pollready.engine.allocation_frame import Floats, Frame, Indices
from pollready.engine.allocation_plan import NONE, Plan
from pollready.engine.allocation_result import Shipments


@dataclass(frozen=True, eq=False)
class _Takers:
    """Points and upgrades that take units, with what they take, int64[n, n_kinds].

    `place` numbers the points, and behind them the upgrades.
    """

    place: Indices
    units: Indices


def shipments_of(frame: Frame, plan: Plan) -> Shipments:
    """Ship what a plan gives, so that the units' hours of travel are the fewest in all."""
    takers = _takers(frame, plan)
    problem = frame.problem
    travel_h = np.concatenate([problem.travel_h, problem.all_upgrades.travel_h])[takers.place]
    rows = [
        _of_kind(frame, takers, kind, travel_h)
        for kind in range(len(problem.kinds))
        if takers.units[:, kind].any()
    ]
    source, kind, taker, units = np.concatenate([np.zeros((4, 0), np.int64), *rows], axis=1)
    depot, place = frame.sources.depot[source], takers.place[taker]
    to_point = place < len(problem.points)
    return Shipments(
        depot=depot,
        kind=kind,
        point=np.where(to_point, place, NONE),
        upgrade=np.where(to_point, NONE, place - len(problem.points)),
        units=units,
        travel_h=travel_h[taker, depot],
    )


def _takers(frame: Frame, plan: Plan) -> _Takers:
    group = np.nonzero(plan.chosen != NONE)[0]
    made = np.nonzero(plan.upgrades)[0]
    return _Takers(
        np.concatenate([frame.point[group], made + len(frame.problem.points)]),
        np.concatenate([frame.units[plan.chosen[group]], frame.upgrading.units[made]]),
    )


def _of_kind(frame: Frame, takers: _Takers, kind: int, travel_h: Floats) -> Indices:
    """Give source, kind, taker and units of each shipment of a kind, int64[4, n]."""
    sources, rows = frame.sources, np.nonzero(takers.units[:, kind])[0]
    classes = sources.reach_class[takers.place[rows]]
    row, source = np.nonzero(sources.reached[classes, :, kind])
    taken = takers.units[rows, kind].astype(np.float64)
    ones, count = np.ones(len(row)), len(rows)
    column = np.arange(len(row))
    matrix = sparse.csc_array(
        (
            np.concatenate([ones, ones]),
            (np.concatenate([row, count + source]), np.concatenate([column, column])),
        ),
        shape=(count + len(sources.depot), len(row)),
    )
    program = Program(
        -travel_h[rows[row], sources.depot[source]],
        matrix,
        np.concatenate([taken, np.full(len(sources.depot), -np.inf)]),
        np.concatenate([taken, sources.stock[:, kind]]),
        np.zeros(len(row)),
        np.full(len(row), np.inf),
        np.zeros(len(row), dtype=bool),  # a vertex of a transport problem is whole by itself
    )
    found = solve(program, alone=True)
    assert found.x is not None  # the plan is within stock and reach
    units = np.rint(found.x).astype(np.int64)
    sent = np.nonzero(units)[0]
    return np.stack([source[sent], np.full(len(sent), kind), rows[row[sent]], units[sent]])
