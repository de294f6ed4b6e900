"""Queues of polling days: ours, Ciw and SimPy in one run, and the exact law for a whole nation.

Run as `python -m benchmarks.queues [STATIONS]`. Days have 1,000 voters and three desks over twelve
hours, by the default profile; all run on one thread, kernels warm. Seconds are of this process's
own time, so that whoever else uses the machine does not count; nothing fails.
"""

import sys
from collections.abc import Callable
from time import process_time
from typing import Any

import ciw
import numpy as np
import simpy

from pollready.engine.arrivals import SEEN_IN_2019
from pollready.engine.desks_needed import desks_needed
from pollready.engine.devices_needed import WaitTarget
from pollready.engine.queue_simulation import Law, SecondStage, Service, ratio_interval, simulate
from pollready.engine.time_varying_queue import PollingDay, screen, waits
from pollready.engine.warm_up import warm_up

VOTERS, DESKS, SERVICE_MIN, HOURS = 1000.0, 3, 1.5, 12.0
STATIONS = 60_000
PEER_DAYS, OUR_DAYS = 60, 40_000
Waits = tuple[np.ndarray, np.ndarray]  # sum of waits and voters, a value for each day


def rows(stations: int = STATIONS) -> list[dict[str, Any]]:
    """Measure days a second by each, and the exact law for many stations."""
    warm_up()
    day = SEEN_IN_2019.day(VOTERS, DESKS, SERVICE_MIN, HOURS)
    day = PollingDay(day.arrivals, day.devices, day.service_min)  # peers have no doors
    exact = waits(day).mean_min
    told = [
        _days("ciw", PEER_DAYS, lambda: ciw_days(day, PEER_DAYS), exact),
        _days("simpy", PEER_DAYS, lambda: simpy_days(day, PEER_DAYS), exact),
        _days("ours", OUR_DAYS, lambda: _ours(day, OUR_DAYS), exact),
    ]
    told += [_general(day, name, **more) for name, more in GENERAL.items()]
    return [*told, _desks_needed(day), _one(day), _nation(stations)]


GENERAL: dict[str, dict[str, Any]] = {
    "ours, log-normal service": {"service": Service(SERVICE_MIN, Law.LOGNORMAL, 0.6)},
    "ours, two stages": {"second": SecondStage(5, Service(3.0, Law.GAMMA, 0.5))},
}


def _days(name: str, days: int, play: Callable[[], Waits], exact: float) -> dict[str, Any]:
    start = process_time()
    sums, voters = play()
    taken = process_time() - start
    found = ratio_interval(sums, voters, 0.99)
    return {
        "what": name,
        "days": days,
        "days_per_s": round(days / taken, 1),
        "mean_wait_min": round(found.estimate, 3),
        "low_99": round(found.low, 3),
        "high_99": round(found.high, 3),
        "exact_min": round(exact, 3),
    }


def _ours(day: PollingDay, days: int, **more: Any) -> Waits:
    played = simulate(day, days, np.random.default_rng(1), curve=False, **more).days
    return played[:, 1], played[:, 0]


def _general(day: PollingDay, name: str, **more: Any) -> dict[str, Any]:
    start = process_time()
    played = simulate(day, OUR_DAYS // 4, np.random.default_rng(1), curve=False, **more)
    taken = process_time() - start
    return {
        "what": name,
        "days": OUR_DAYS // 4,
        "days_per_s": round(OUR_DAYS / 4 / taken, 1),
        "mean_wait_min": round(played.mean_min.estimate, 3),
    }


def _desks_needed(day: PollingDay) -> dict[str, Any]:
    """Time the desks of a second stage that a station needs."""
    start = process_time()
    for seed in range(5):
        found = desks_needed(
            day, Service(SERVICE_MIN), Service(3.0), WaitTarget(), seed=seed, replications=400
        )
    return {
        "what": "desks needed, one station",
        "ms": round((process_time() - start) / 5 * 1000, 1),
        "desks": found.desks,
    }


def _one(day: PollingDay) -> dict[str, Any]:
    """Time the exact law of one station of that size."""
    start = process_time()
    for _ in range(50):
        found = waits(day)
    return {
        "what": "exact, one station",
        "ms": round((process_time() - start) / 50 * 1000, 3),
        "lost_mass": found.lost_mass,
    }


def _nation(stations: int) -> dict[str, Any]:
    """Screen stations that are all different; a tenth have too few devices."""
    rng = np.random.default_rng(2028)
    voters = rng.lognormal(np.log(800), 0.5, stations).clip(60, 3500)
    devices = np.maximum(np.ceil(voters / 330), 1).astype(np.int64)
    devices = np.maximum(devices - (rng.random(stations) < 0.1), 1)
    slices = round(HOURS * 4)
    arrivals = np.outer(voters, SEEN_IN_2019.arrivals(1.0, slices))
    start = process_time()
    found = screen(arrivals, devices, SERVICE_MIN, at_doors=voters * SEEN_IN_2019.at_doors)
    taken = process_time() - start
    return {
        "what": "exact, nation",
        "stations": stations,
        "s": round(taken, 2),
        "ms_per_station": round(taken / stations * 1000, 4),
        "over_target": int((found.share_over > 0.05).sum()),
        "lost_mass": float(found.lost_mass.max()),
    }


def ciw_days(day: PollingDay, days: int) -> Waits:
    """Play days with Ciw; its network draws its arrivals when it is made, so one for each day."""
    ends = [float((k + 1) * day.slice_min) for k in range(day.arrivals.size)]
    told = []
    for seed in range(days):
        ciw.seed(seed)
        coming = ciw.dists.PoissonIntervals(
            rates=(day.arrivals / day.slice_min).tolist(),
            endpoints=ends,
            max_sample_date=ends[-1],
        )
        network = ciw.create_network(
            arrival_distributions=[coming],
            service_distributions=[ciw.dists.Exponential(1 / day.service_min)],
            number_of_servers=[int(day.devices[0])],
        )
        run = ciw.Simulation(network)
        run.simulate_until_max_time(ends[-1] + 600)
        waited = [record.waiting_time for record in run.get_all_records()]
        told.append((sum(waited), len(waited)))
    sums, voters = np.array(told, np.float64).T
    return sums, voters


def simpy_days(day: PollingDay, days: int) -> Waits:
    """Play days with SimPy."""
    told = []
    for seed in range(days):
        rng = np.random.default_rng(seed)
        waited: list[float] = []
        world = simpy.Environment()
        desks = simpy.Resource(world, int(day.devices[0]))
        world.process(_coming(world, day, rng, desks, waited))
        world.run()
        told.append((sum(waited), len(waited)))
    sums, voters = np.array(told, np.float64).T
    return sums, voters


def _coming(world: Any, day: PollingDay, rng: Any, desks: Any, waited: list[float]) -> Any:
    for k, expected in enumerate(day.arrivals):
        for moment in np.sort(rng.uniform(0, day.slice_min, rng.poisson(expected))):
            yield world.timeout(max(k * day.slice_min + moment - world.now, 0))
            world.process(_voter(world, day, rng, desks, waited))


def _voter(world: Any, day: PollingDay, rng: Any, desks: Any, waited: list[float]) -> Any:
    came = world.now
    with desks.request() as turn:
        yield turn
        waited.append(world.now - came)
        yield world.timeout(rng.exponential(day.service_min))


def main() -> None:
    """Print the rows."""
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else STATIONS):
        print("  ".join(f"{name}={value}" for name, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
