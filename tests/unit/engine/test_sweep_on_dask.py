"""The same blocks on a Dask cluster of processes on loopback, one of which is killed."""

import os
import signal
import time

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from pollready.engine.network import NetworkBuilder
from pollready.engine.sampling import sample
from pollready.engine.sweep import WorkersLost, sweep


@pytest.fixture(scope="module")
def client():
    # No second chance by the scheduler itself: what is tried here is that the sweep gives one.
    settings = {"distributed.scheduler.allowed-failures": 0}
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def drawn(**more) -> np.ndarray:
    builder = NetworkBuilder()
    for feeder in range(40):
        builder.component(f"feeder-{feeder}", q=0.05)
    for point in range(400):
        needs = f"feeder-{point % 40} | feeder-{(point * 7 + 1) % 40}"
        builder.point(f"p{point}", voters=100 + point, services={"admit": {"online": needs}})
    network = builder.build()
    return sample(network, "admit", "online", draws=400_000, seed=5, **more).voters.values


def test_a_cluster_gives_the_same_answer_to_the_bit(client):
    assert np.array_equal(drawn(workers=client.get_executor()), drawn())


def slow(shared, block):
    time.sleep(1.0)  # long beside the time that killing takes
    return shared * block


def busy_worker(client) -> str | None:
    """Name a worker that holds a block: killing one between two blocks loses nothing."""
    return next((worker for worker, tasks in client.processing().items() if tasks), None)


def test_a_worker_of_the_cluster_that_is_killed_costs_time_and_not_the_result(client):
    killed = []

    def kill_one(done, asked):
        # Each worker's first block brings it what all share; only then are the others handed out,
        # and nothing is while this runs: so it looks once, and again at the next block.
        if done >= 3 and not killed and (worker := busy_worker(client)) is not None:
            (pid,) = client.run(os.getpid, workers=[worker]).values()
            os.kill(pid, signal.SIGKILL)
            killed.append(done)

    result = sweep(slow, 3, range(12), workers=client.get_executor, progress=kill_one)
    assert len(killed) == 1
    assert result.lost > 0
    assert result.results == tuple(3 * block for block in range(12))


def _die(shared, block):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_block_that_kills_every_worker_of_the_cluster_is_given_up(client):
    with pytest.raises(WorkersLost) as caught:
        sweep(_die, None, [0], workers=client.get_executor, retries=1)
    assert (caught.value.losses, caught.value.done) == (2, 0)
