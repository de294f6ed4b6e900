"""Blocks of work on threads, processes and a cluster: the same answer, also when workers die."""

import multiprocessing
import os
import pickle
import signal
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from pollready.engine import sweep as sweeping
from pollready.engine.budget import Budget
from pollready.engine.errors import EngineError
from pollready.engine.network import Network, NetworkBuilder, Unknowns
from pollready.engine.reliability import exact
from pollready.engine.sampling import draw_block, sample
from pollready.engine.sampling_plan import Private, planned
from pollready.engine.station_blocks import exact_in_blocks
from pollready.engine.sweep import WorkersLost, sweep

SPAWN = multiprocessing.get_context("spawn")  # a worker that inherits nothing must be sent all


def town(points: int = 60) -> Network:
    builder = NetworkBuilder()
    for feeder in range(6):
        builder.component(f"feeder-{feeder}", q=0.05, mttr_h=3)
    for point in range(points):
        builder.component(f"battery-{point}", q=0.1)
        needs = f"ride(feeder-{point % 6}, 2h, battery-{point}) | feeder-{(point + 1) % 6}"
        builder.point(f"p{point}", voters=100 + point, services={"admit": {"online": needs}})
    builder.group("batch", q=0.1, reach=0.4, members=[f"battery-{p}" for p in range(points)])
    return builder.build()


def drawn(network: Network, **more) -> np.ndarray:
    return sample(network, "admit", "online", draws=12 * 4096, seed=11, **more).voters.values


def processes() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(2, mp_context=SPAWN)


def test_results_come_in_the_order_of_the_blocks_whoever_did_them():
    def slow_first(shared, block):
        time.sleep(0.02 if block == 0 else 0)
        return shared, block

    result = sweep(slow_first, "all", range(9), workers=lambda: ThreadPoolExecutor(3), in_flight=4)
    assert result.results == tuple(("all", block) for block in range(9))
    assert (result.asked, result.lost, result.is_cut) == (9, 0, False)


def test_no_blocks_are_no_results():
    assert sweep(pow, 2, [], workers=lambda: ThreadPoolExecutor(1)).results == ()
    assert sweep(pow, 2, []).results == ()


@pytest.mark.parametrize("workers", [None, lambda: ThreadPoolExecutor(2)])
def test_progress_is_told_after_each_block(workers):
    told = []
    sweep(pow, 2, range(4), workers=workers, progress=lambda *done: told.append(done))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("workers", [None, lambda: ThreadPoolExecutor(2)])
def test_a_spent_budget_leaves_the_first_blocks_and_at_least_one(workers):
    result = sweep(pow, 2, range(50), workers=workers, budget=Budget(0.0, lambda: 1.0))
    assert result.results[:1] == (1,)
    assert result.results == tuple(2**n for n in range(len(result.results)))
    assert result.is_cut


def test_an_executor_given_stays_open_and_one_made_is_closed():
    made = []

    def make():
        made.append(ThreadPoolExecutor(1))
        return made[-1]

    with ThreadPoolExecutor(1) as given:
        sweep(pow, 2, range(3), workers=given)
        assert given.submit(pow, 2, 3).result() == 8
    sweep(pow, 2, range(3), workers=make)
    with pytest.raises(RuntimeError):
        made[0].submit(pow, 2, 3)


def test_an_error_of_the_task_is_no_lost_worker():
    with pytest.raises(ZeroDivisionError):
        sweep(divmod, 1, [1, 0, 2], workers=lambda: ThreadPoolExecutor(2))


def test_what_blocks_share_is_not_sent_with_each_of_them():
    network = np.zeros(200_000)
    sent = []

    class Counting(ThreadPoolExecutor):
        def submit(self, function, *arguments):
            sent.append(len(pickle.dumps(arguments)))
            return super().submit(function, *arguments)

    sweep(_total, network, range(20), workers=lambda: Counting(2))
    assert len(sent) == 20
    assert max(sent) < 1000


def _total(shared, block):
    return float(shared.sum()) + block


def test_a_network_comes_back_from_pickling_whole_and_frozen():
    network = town(5)
    exact(network, "admit", "online")
    again = pickle.loads(pickle.dumps(network))
    assert again.derived == {}
    assert again.point_ids == network.point_ids
    assert not again.q.flags.writeable
    assert not again.graph.child.flags.writeable
    assert not again.tops["admit"].flags.writeable
    with pytest.raises(TypeError):
        again.tops["close"] = again.tops["admit"]
    found, wanted = (exact(n, "admit", "online").prob_below for n in (again, network))
    assert np.array_equal(found, wanted)


def test_exact_probabilities_in_station_blocks_are_those_of_one_run():
    network = town()
    wanted = exact(network, "admit", "online")
    for block_tops in (7, 1000):
        got = exact_in_blocks(
            network, "admit", "online", block_tops=block_tops, workers=lambda: ThreadPoolExecutor(2)
        )
        assert np.array_equal(got.prob_below, wanted.prob_below)
        assert got.expected_voters_affected == wanted.expected_voters_affected
        assert got.points_without_voters == wanted.points_without_voters


def test_processes_change_nothing():
    network = town()
    assert np.array_equal(drawn(network, workers=processes), drawn(network))


def slow_total(shared, block):
    time.sleep(0.02)
    return _total(shared, block)


def test_what_blocks_share_is_sent_about_once_to_each_process():
    sent = []

    class Counting(ProcessPoolExecutor):
        def submit(self, function, *arguments):
            sent.append(len(pickle.dumps(arguments)) > 1_000_000)
            return super().submit(function, *arguments)

    result = sweep(slow_total, np.ones(200_000), range(40), workers=lambda: Counting(2, SPAWN))
    assert result.results == tuple(200_000.0 + block for block in range(40))
    assert 1 <= sum(sent) <= 6  # twice, and a few times more where one process took both


def slow_block(plan, block):
    time.sleep(0.2)
    return draw_block(plan, block)


def test_a_process_that_is_killed_costs_time_and_not_the_result():
    network = town()
    wanted = drawn(network)
    pools = []

    def make():
        pools.append(processes())
        return pools[-1]

    def kill_one(done, asked):
        if done == 1:
            os.kill(next(iter(pools[0]._processes)), signal.SIGKILL)

    plan = planned(network, "admit", "online", Unknowns.WORKING, Private.SAMPLED).plan
    blocks = [(11, number, 4096) for number in range(12)]
    result = sweep(slow_block, plan, blocks, workers=make, progress=kill_one)
    assert len(pools) == 2
    assert result.lost > 0
    assert np.array_equal(np.concatenate([voters for voters, _, _ in result.results]), wanted)


def _die(shared, block):
    if block == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return block


def test_a_block_that_always_kills_its_worker_is_given_up_by_name():
    with pytest.raises(WorkersLost) as caught:
        sweep(_die, None, range(4), workers=processes, retries=1, in_flight=1)
    assert (caught.value.block, caught.value.losses) == (3, 2)
    assert (caught.value.done, caught.value.asked) == (3, 4)
    assert isinstance(caught.value, EngineError)


def test_a_broken_executor_that_cannot_be_made_anew_is_told():
    with processes() as pool, pytest.raises(WorkersLost) as caught:
        sweep(_die, None, range(3, 4), workers=pool)
    assert caught.value.done == 0


def test_a_worker_asks_for_what_it_was_not_sent():
    reply = sweeping._do(pow, "no such digest", None, 3, 0)
    assert reply.worker.endswith(str(os.getpid()))
    assert sweeping._do(pow, "a digest", pickle.dumps(2), 3, 0) == 8
    assert sweeping._do(pow, "a digest", None, 4, 0) == 16
