"""Slow and obvious: the queue of a day as a Markov chain with a matrix exponential, and as events.

`chain` gives by slice the mean wait, share over a limit and number left of a day on which devices
stay; `chain_left` the number left with any devices. `ciw_days` and `simpy_days` play days.
"""

import ciw
import numpy as np
import simpy
from scipy.linalg import expm
from scipy.stats import poisson

STATES, STEPS = 160, 40


def chain(day, limit_min):
    """Integrate by Simpson over steps of a slice."""
    n, c = np.arange(STATES), int(day.devices[0])
    ahead_min = np.maximum(n - c + 1, 0) * day.service_min / c
    late = np.where(n >= c, poisson.cdf(n - c, c * limit_min / day.service_min), 0.0)
    rows = []
    for laws in _laws(day):
        weights = np.array([1] + [4, 2] * (STEPS // 2 - 1) + [4, 1]) / (3 * STEPS)
        mean = weights @ laws
        rows.append((mean @ ahead_min, mean @ late, laws[-1] @ n))
    return np.array(rows).T


def chain_left(day):
    return np.array([laws[-1] @ np.arange(STATES) for laws in _laws(day)])


def _laws(day):
    n = np.arange(STATES)
    law = poisson.pmf(n, day.at_doors)
    for expected, devices in zip(day.arrivals, day.devices, strict=True):
        rates = np.diag(np.full(STATES - 1, expected / day.slice_min), 1)
        rates += np.diag((np.minimum(n, devices) / day.service_min)[1:], -1)
        rates -= np.diag(rates.sum(axis=1))
        step = expm(rates * day.slice_min / STEPS)
        laws = [law]
        for _ in range(STEPS):
            laws.append(laws[-1] @ step)
        law = laws[-1]
        yield np.array(laws)


def ciw_days(arrivals, service_min, devices, seeds):
    """Give the mean wait and its number of voters for days with one rate of arrivals per slice."""
    told = []
    for seed in seeds:
        ciw.seed(seed)
        # Its Poisson intervals draw all arrivals when they are made, so anew for each day.
        run = ciw.Simulation(_ciw_network(*arrivals, service_min, devices))
        run.simulate_until_max_time(len(arrivals[0]) * arrivals[1] + 2000)
        waits = [record.waiting_time for record in run.get_all_records()]
        told.append((sum(waits), len(waits)))
    return np.array(told, np.float64).T


def _ciw_network(slices, slice_min, service_min, devices):
    ends = [float((k + 1) * slice_min) for k in range(len(slices))]
    return ciw.create_network(
        arrival_distributions=[
            ciw.dists.PoissonIntervals(
                rates=[expected / slice_min for expected in slices],
                endpoints=ends,
                max_sample_date=ends[-1],
            )
        ],
        service_distributions=[ciw.dists.Exponential(1 / service_min)],
        number_of_servers=[devices],
    )


def simpy_days(arrivals, needs, desk_needs, devices, desks, seeds):
    """Give sums of waits at both stages and voters; `needs(rng)` draws minutes of service."""
    slices, slice_min = arrivals
    told = []
    for seed in seeds:
        rng, waits = np.random.default_rng(seed), []
        world = simpy.Environment()
        stages = (
            (simpy.Resource(world, devices), needs),
            (simpy.Resource(world, desks), desk_needs),
        )
        world.process(_coming(world, rng, slices, slice_min, stages, waits))
        world.run()
        told.append((sum(waits), len(waits)))
    return np.array(told, np.float64).T


def _coming(world, rng, slices, slice_min, stages, waits):
    for k, expected in enumerate(slices):
        for moment in np.sort(rng.uniform(0, slice_min, rng.poisson(expected))):
            yield world.timeout(max(k * slice_min + moment - world.now, 0))
            world.process(_voter(world, rng, stages, waits))


def _voter(world, rng, stages, waits):
    waited = 0.0
    for place, needs in stages:
        came = world.now
        with place.request() as turn:
            yield turn
            waited += world.now - came
            yield world.timeout(needs(rng))
    waits.append(waited)
