"""Compiled kernels of Monte Carlo: 512 draws at once, one bit each, failures placed by skipping."""

from math import exp, log
from typing import NamedTuple

import numpy as np
from numba import njit

from pollready.engine._kernels import Ints, Number

WORDS = 8  # of 64 draws each: what is evaluated at once
WIDTH = 64 * WORDS
WITHOUT_BIT = 32  # points without voters are counted above this bit, all points below it
_TO_UNIT = 2.0**-53
_TAIL = 7.697117470131050077  # where the lowest of 256 layers under exp(-x) ends
_FAR = 4e18  # a gap that no block reaches and int64 holds
_ONE = np.uint64(1)
# Place of the only set bit of a word, by its product with a de Bruijn sequence.
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_PLACE = np.zeros(64, np.int64)
for _bit in range(64):
    _PLACE[((0x03F79D71B4CB0A89 << _bit) & (2**64 - 1)) >> 58] = _bit


def _layers() -> tuple[Ints, Ints]:
    """Give right ends and heights of 256 layers of equal area under exp(-x), the lowest first."""
    area, ends = 3.949659822581572e-3, [_TAIL]
    while len(ends) < 256:
        ends.append(-log(area / ends[-1] + exp(-ends[-1])))
    right = np.array([area / exp(-_TAIL), *ends[:-1], 0.0])
    return right, np.exp(-right)


_RIGHT, _HEIGHT = _layers()


class Plan(NamedTuple):
    """What one level's draws need, without any name; `sampling_plan` makes it.

    A pass goes through batches; in each it places failures, evaluates gates, tallies tops.
    Ranges by batch: `batch_vars`, `batch_steps`, `batch_tops` int64[n_batches + 1]. `rows`
    int64[2]: rows of bits that outlive their batch, and most rows of any batch besides, of which
    the first `batch_leaves` are leaves. A gate is one or more steps, each joining rows `join_one`
    and `join_other` into `join_row`; `join_flip` has all bits set for ANY, none for ALL.

    Variable v fails after geometric gaps (`var_scale` = -1 / log(1 - P)); its leaves by rising
    time are `step_row[var_first[v]:var_first[v + 1]]`, each with its chance given the one before.
    Group g whose reach is below 1: gaps of its event (`event_scale`, 0: always) and of its hits
    (`hit_scale`); the event lasts to each later time with `event_chance`; its hits of batch b are
    those from `hit_first[g, b]`, each with leaves `leaf_row[leaf_first[h]:leaf_first[h + 1]]`
    that need the event to reach time number `leaf_time`.
    """

    batch_vars: Ints
    batch_steps: Ints
    batch_tops: Ints
    batch_leaves: Ints
    rows: Ints
    var_scale: Ints
    var_first: Ints
    step_row: Ints
    step_chance: Ints
    event_scale: Ints
    event_first: Ints
    event_chance: Ints
    hit_scale: Ints
    hit_first: Ints
    leaf_first: Ints
    leaf_row: Ints
    leaf_time: Ints
    join_flip: Ints
    join_row: Ints
    join_one: Ints
    join_other: Ints
    top_row: Ints
    top_voters: Ints
    top_points: Ints


@njit(cache=True, nogil=True)
def depth_first(first: Ints, child: Ints, tops: Ints) -> tuple[Ints, Ints]:
    """List what is below the tops, children first, tops in turn; and how many after each top."""
    nodes = first.size - 1
    at = np.full(nodes, -1, np.int64)
    order, stack = np.empty(nodes, np.int64), np.empty(nodes + 1, np.int64)
    after = np.empty(tops.size, np.int64)
    count = 0
    for number in range(tops.size):
        depth = -1
        if at[tops[number]] < 0:
            depth, stack[0], at[tops[number]] = 0, tops[number], first[tops[number]]
        while depth >= 0:
            node = stack[depth]
            if at[node] == first[node + 1]:
                order[count] = node
                count += 1
                depth -= 1
                continue
            below = child[at[node]]
            at[node] += 1
            if at[below] < 0:
                at[below] = first[below]
                depth += 1
                stack[depth] = below
        after[number] = count
    return order[:count], after


@njit(cache=True)
def _rotated(x: Number, by: int) -> Number:
    return (x << np.uint64(by)) | (x >> np.uint64(64 - by))


@njit(cache=True)
def _next(a: Number, b: Number, c: Number, d: Number) -> tuple[Number, ...]:
    """Give 64 random bits and the next state: xoshiro256++ (Blackman and Vigna 2021)."""
    value = _rotated(a + d, 23) + a
    moved = b << np.uint64(17)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= moved
    return value, a, b, c, _rotated(d, 45)


@njit(cache=True)
def _exponential(a: Number, b: Number, c: Number, d: Number) -> tuple[Number, ...]:
    """Give an exponential number of mean 1 and the next state: ziggurat (Marsaglia, Tsang 2000)."""
    passed = 0.0
    while True:
        bits, a, b, c, d = _next(a, b, c, d)
        layer = np.int64(bits & np.uint64(255))
        x = (np.float64(bits >> np.uint64(11)) + 0.5) * _TO_UNIT * _RIGHT[layer]  # never 0
        if x < _RIGHT[layer + 1]:
            return passed + x, a, b, c, d
        if layer == 0:
            passed += _TAIL  # beyond it the law is the same again
            continue
        bits, a, b, c, d = _next(a, b, c, d)
        low, high = _HEIGHT[layer], _HEIGHT[layer + 1]
        if low + np.float64(bits >> np.uint64(11)) * _TO_UNIT * (high - low) < exp(-x):
            return passed + x, a, b, c, d


@njit(cache=True)
def _gap(exponential: float, scale: float) -> Number:
    """Give how many draws pass before the next failure: geometric."""
    return np.int64(min(exponential * scale, _FAR))


@njit(cache=True)
def _set(masks: Ints, row: int, draw: int) -> None:
    masks[row, draw >> 6] |= _ONE << np.uint64(draw & 63)


@njit(cache=True)
def _first_failures(scale: Ints, state: Ints) -> Ints:
    """Give the first draw of the block in which each variable fails."""
    a, b, c, d = state
    due = np.empty(scale.size, np.int64)
    for variable in range(due.size):
        apart, a, b, c, d = _exponential(a, b, c, d)
        due[variable] = _gap(apart, scale[variable])
    state[0], state[1], state[2], state[3] = a, b, c, d
    return due


@njit(cache=True)
def _place(plan: Plan, batch: int, start: int, due: Ints, masks: Ints, state: Ints) -> None:
    """Set the failures of a batch's variables in the draws from `start` on.

    An outage at the first time lasts to each later one with its chance: nested by making.
    """
    a, b, c, d = state
    end = start + WIDTH
    for variable in range(plan.batch_vars[batch], plan.batch_vars[batch + 1]):
        draw = due[variable]
        if draw >= end:
            continue
        scale = plan.var_scale[variable]
        first, last = plan.var_first[variable], plan.var_first[variable + 1]
        while draw < end:
            _set(masks, plan.step_row[first], draw - start)
            for step in range(first + 1, last):
                bits, a, b, c, d = _next(a, b, c, d)
                if np.float64(bits >> np.uint64(11)) * _TO_UNIT >= plan.step_chance[step]:
                    break
                _set(masks, plan.step_row[step], draw - start)
            apart, a, b, c, d = _exponential(a, b, c, d)
            draw += 1 + _gap(apart, scale)
        due[variable] = draw
    state[0], state[1], state[2], state[3] = a, b, c, d


class Events(NamedTuple):
    """Each group's event in this pass, and how far the skipping through its hits is.

    `draws` int64[n_groups, WIDTH] lists the `size` draws in which it happens (in others a hit
    changes nothing), `lasts` how many of its times it reaches there. `due` is the draw of the
    next event; `hit` the trial of the next hit, members x listed draws taken as one row.
    """

    draws: Ints
    lasts: Ints
    size: Ints
    due: Ints
    hit: Ints


@njit(cache=True)
def _no_events(plan: Plan, state: Ints) -> Events:
    groups = plan.event_scale.size
    return Events(
        np.empty((groups, WIDTH), np.int64),
        np.empty((groups, WIDTH), np.int64),
        np.zeros(groups, np.int64),
        _first_failures(plan.event_scale, state),
        np.zeros(groups, np.int64),
    )


@njit(cache=True)
def _happen(plan: Plan, start: int, events: Events, state: Ints) -> None:
    """List the draws from `start` on in which each group's event happens."""
    a, b, c, d = state
    end = start + WIDTH
    for group in range(plan.event_scale.size):
        first, last = plan.event_first[group], plan.event_first[group + 1]
        draw, count = events.due[group], 0
        while draw < end:
            step = first + 1
            while step < last:
                bits, a, b, c, d = _next(a, b, c, d)
                if np.float64(bits >> np.uint64(11)) * _TO_UNIT >= plan.event_chance[step]:
                    break
                step += 1
            events.draws[group, count], events.lasts[group, count] = draw - start, step - first
            count += 1
            apart, a, b, c, d = _exponential(a, b, c, d)
            draw += 1 + _gap(apart, plan.event_scale[group])
        events.due[group], events.size[group] = draw, count
        apart, a, b, c, d = _exponential(a, b, c, d)
        events.hit[group] = _gap(apart, plan.hit_scale[group])
    state[0], state[1], state[2], state[3] = a, b, c, d


@njit(cache=True)
def _place_hits(plan: Plan, batch: int, events: Events, masks: Ints, state: Ints) -> None:
    """Set which members of a batch are hit, for as long as their group's event lasts."""
    a, b, c, d = state
    for group in range(plan.hit_scale.size):
        start, count = plan.hit_first[group, 0], events.size[group]
        trials = (plan.hit_first[group, batch + 1] - start) * count
        trial = events.hit[group]
        while trial < trials:
            hit, place = start + trial // count, trial % count
            for leaf in range(plan.leaf_first[hit], plan.leaf_first[hit + 1]):
                if plan.leaf_time[leaf] < events.lasts[group, place]:
                    _set(masks, plan.leaf_row[leaf], events.draws[group, place])
            apart, a, b, c, d = _exponential(a, b, c, d)
            trial += 1 + _gap(apart, plan.hit_scale[group])
        events.hit[group] = trial
    state[0], state[1], state[2], state[3] = a, b, c, d


@njit(cache=True)
def _evaluate(plan: Plan, batch: int, masks: Ints) -> None:
    """Join two rows into one, step by step: "either" for ALL, "both" for ANY.

    "Both" is "either" of the opposites: nothing to branch on, so that the compiler makes a few
    wide instructions of it.
    """
    for step in range(plan.batch_steps[batch], plan.batch_steps[batch + 1]):
        flip = plan.join_flip[step]
        one, other = masks[plan.join_one[step]], masks[plan.join_other[step]]
        out = masks[plan.join_row[step]]
        for word in range(WORDS):
            out[word] = ((one[word] ^ flip) | (other[word] ^ flip)) ^ flip


@njit(cache=True)
def _tally(plan: Plan, batch: int, masks: Ints, voters: Ints, points: Ints) -> None:
    """Add what stands behind each failing top to its draws, tops in order."""
    for top in range(plan.batch_tops[batch], plan.batch_tops[batch + 1]):
        row, here, counted = plan.top_row[top], plan.top_voters[top], plan.top_points[top]
        for word in range(WORDS):
            bits = masks[row, word]
            while bits:
                lowest = bits & (~bits + _ONE)
                place = _PLACE[np.int64((lowest * _DE_BRUIJN) >> np.uint64(58))]
                voters[64 * word + place] += here
                points[64 * word + place] += counted
                bits ^= lowest


@njit(cache=True, nogil=True)
def draw_block(plan: Plan, state: Ints, size: int, voters: Ints, points: Ints) -> None:
    """Fill voters and points below of a block's first `size` draws.

    `state` uint64[4] is the block's own stream; a draw depends on nothing after it, so fewer
    draws are the first of more. `points` holds points without voters from WITHOUT_BIT up.
    """
    lasting, rows = plan.rows[0], plan.rows[0] + plan.rows[1]
    masks = np.empty((rows, WORDS), np.uint64)
    due = _first_failures(plan.var_scale, state)
    events = _no_events(plan, state)
    sum_voters, sum_points = np.empty(WIDTH, np.float64), np.empty(WIDTH, np.int64)
    for start in range(0, size, WIDTH):
        sum_voters[:] = 0.0
        sum_points[:] = 0
        masks[:lasting] = 0
        _happen(plan, start, events, state)
        for batch in range(plan.batch_vars.size - 1):
            masks[lasting : lasting + plan.batch_leaves[batch]] = 0
            _place(plan, batch, start, due, masks, state)
            _place_hits(plan, batch, events, masks, state)
            _evaluate(plan, batch, masks)
            _tally(plan, batch, masks, sum_voters, sum_points)
        end = min(start + WIDTH, size)
        voters[start:end] = sum_voters[: end - start]
        points[start:end] = sum_points[: end - start]
