"""Blocks of work over any executor: one machine's threads and processes, or a cluster's."""

import pickle
import sys
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass
from hashlib import blake2b
from math import inf
from os import getpid
from platform import node
from typing import Any, ClassVar, Generic, TypeVar

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.errors import EngineError

Shared = TypeVar("Shared")
Block = TypeVar("Block")
Result = TypeVar("Result")

Workers = Executor | Callable[[], Executor] | None
Progress = Callable[[int, int], None]

KEPT = 4  # how many shared inputs a worker keeps


class WorkersLost(EngineError):
    """One block's workers were lost over and over, or the only executor broke.

    `block` is its number from 0, `losses` how often, `done` of `asked` blocks were finished.
    """

    code: ClassVar[str] = "engine.workers-lost"

    def __init__(self, block: int, losses: int, done: int, asked: int) -> None:
        super().__init__(block, losses, done, asked)
        self.block, self.losses, self.done, self.asked = block, losses, done, asked


@dataclass(frozen=True, slots=True)
class Swept(Generic[Result]):
    """Results of the first blocks, in order: all `asked`, or fewer where the budget was spent.

    `lost` counts the blocks that had to be done again because a worker was lost.
    """

    results: tuple[Result, ...]
    asked: int
    lost: int

    @property
    def is_cut(self) -> bool:
        """Tell whether the budget ended the sweep before its last block."""
        return len(self.results) < self.asked


def sweep(
    task: Callable[[Shared, Block], Result],
    shared: Shared,
    blocks: Sequence[Block],
    *,
    workers: Workers = None,
    progress: Progress | None = None,
    budget: Budget = UNLIMITED,
    retries: int = 3,
    in_flight: int = 16,
) -> Swept[Result]:
    """Do `task(shared, block)` for every block, on whatever workers there are.

    Parameters
    ----------
    task : callable
        A pure function of a module that the workers can import.
    shared : object
        What all blocks need; goes to each worker process once, pickled, never with each block.
    blocks : sequence
        What each task needs besides: small.
    workers : Executor, callable giving one, or None
        A `concurrent.futures` executor, or a Dask client's, used and left open; or a callable
        that makes one, which is closed at the end and made anew if its workers are lost. None
        does one block after the other here.
    progress : callable, optional
        Told (done, asked) after each block, in the caller's thread.
    budget : Budget
        Read between blocks; the first block is always done.
    retries : int
        How often a block is done again after its worker was lost.
    in_flight : int
        Blocks handed out at once; twice the number of workers keeps them busy.

    Returns
    -------
    Swept
        Results in the order of the blocks, whoever did them.

    Raises
    ------
    WorkersLost
        If a block's worker was lost more than `retries` times, or the executor given broke.

    Notes
    -----
    An error that `task` raises ends the sweep and is raised here. `docs/guides/own-cluster.md`.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from operator import pow
    >>> sweep(pow, 2, range(5), workers=lambda: ThreadPoolExecutor(2)).results
    (1, 2, 4, 8, 16)
    """
    if workers is None:
        return _one_by_one(task, shared, blocks, progress, budget)
    sweeper = _Sweeper(task, shared, blocks, workers, retries, in_flight)
    sweeper.run(progress, budget)
    return Swept(sweeper.first_results(), len(blocks), sum(sweeper.losses))


def _one_by_one(
    task: Callable[[Shared, Block], Result],
    shared: Shared,
    blocks: Sequence[Block],
    progress: Progress | None,
    budget: Budget,
) -> Swept[Result]:
    results: list[Result] = []
    for block in blocks:
        if results and budget.is_spent():
            break
        results.append(task(shared, block))
        if progress is not None:
            progress(len(results), len(blocks))
    return Swept(tuple(results), len(blocks), 0)


class _Sweeper:
    """Hands blocks out, takes results in, and hands lost blocks out again."""

    def __init__(
        self, task: Any, shared: Any, blocks: Sequence[Any], workers: Any, retries: int,
        in_flight: int,
    ) -> None:  # fmt: skip
        self.task, self.blocks, self.workers = task, blocks, workers
        self.retries, self.in_flight = retries, in_flight
        self.packed = pickle.dumps(shared, protocol=pickle.HIGHEST_PROTOCOL)
        self.digest = blake2b(self.packed, digest_size=16).hexdigest()
        _keep(self.digest, shared)  # threads of this process, and its forks, need no sending
        self.waiting = deque(range(len(blocks)))
        self.carries: dict[int, str] = {}  # block that takes `shared` along: for which worker
        self.parked: dict[str, list[int]] = {}  # blocks that wait until that worker has it
        self.results: dict[int, Any] = {}
        self.losses = [0] * len(blocks)
        self.executor: Executor | None = None
        self.handed: dict[Future[Any], tuple[int, Executor]] = {}

    def run(self, progress: Progress | None, budget: Budget) -> None:
        """Go on until all is done, or the budget is spent and the first block done."""
        try:
            while len(self.results) < len(self.blocks):
                is_spent = budget.is_spent()
                if is_spent and 0 in self.results:
                    break
                self._hand_out(1 if is_spent else self.in_flight)
                left_s = budget.remaining_s()
                timeout_s = None if is_spent or left_s == inf else left_s
                ended, _ = wait(self.handed, timeout_s, FIRST_COMPLETED)
                for future in ended:
                    if self._take(future) and progress is not None:
                        progress(len(self.results), len(self.blocks))
        finally:
            self._end()

    def first_results(self) -> tuple[Any, ...]:
        """Give the results up to the first block that is missing.

        Which blocks were faster may depend on what was drawn in them; which come first does not.
        """
        found = []
        for number in range(len(self.blocks)):
            if number not in self.results:
                break
            found.append(self.results[number])
        return tuple(found)

    def _hand_out(self, limit: int) -> None:
        while self.waiting and len(self.handed) < limit:
            number = self.waiting.popleft()
            executor = self._executor()
            packed = self.packed if number in self.carries else None
            try:
                future = executor.submit(
                    _do, self.task, self.digest, packed, self.blocks[number], self.losses[number]
                )
            except BrokenExecutor:
                self._lose(number, executor, is_broken=True)
            else:
                self.handed[future] = (number, executor)

    def _take(self, future: Future[Any]) -> bool:
        """Take what a block's future brought; tells whether that was its result."""
        number, executor = self.handed.pop(future)
        self.waiting.extendleft(self.parked.pop(self.carries.pop(number, ""), []))
        try:
            reply = future.result()
        except Exception as error:
            if not _is_loss(error):
                raise
            self._lose(number, executor, is_broken=isinstance(error, BrokenExecutor))
            return False
        if isinstance(reply, _NotSent):
            self._send_along(number, reply.worker)
            return False
        self.results[number] = reply
        return True

    def _send_along(self, number: int, worker: str) -> None:
        """Let one block at a time take `shared` to a worker; others wait for it."""
        if worker in self.parked:
            self.parked[worker].append(number)
        else:
            self.parked[worker] = []
            self.carries[number] = worker
            self.waiting.appendleft(number)

    def _executor(self) -> Executor:
        if self.executor is None:
            given = isinstance(self.workers, Executor)
            self.executor = self.workers if given else self.workers()
        return self.executor

    def _lose(self, number: int, executor: Executor, *, is_broken: bool) -> None:
        """Put a lost block first again, and a broken executor away."""
        self.losses[number] += 1
        given = isinstance(self.workers, Executor)
        if self.losses[number] > self.retries or (is_broken and given):
            done, asked = len(self.results), len(self.blocks)
            raise WorkersLost(number, self.losses[number], done, asked)
        if is_broken and executor is self.executor:
            self.executor = None
            executor.shutdown(wait=False)
        self.waiting.appendleft(number)

    def _end(self) -> None:
        for future in self.handed:
            future.cancel()
        if self.executor is not None and not isinstance(self.workers, Executor):
            self.executor.shutdown(wait=True)


@dataclass(frozen=True, slots=True)
class _NotSent:
    """A worker's answer that it has not got what all blocks share."""

    worker: str


_kept: dict[str, Any] = {}


def _keep(digest: str, shared: Any) -> None:
    _kept[digest] = shared
    for oldest in list(_kept)[:-KEPT]:
        _kept.pop(oldest, None)


def _do(task: Any, digest: str, packed: bytes | None, block: Any, losses: int) -> Any:
    """Do one block in a worker, or ask for what all blocks share.

    `losses` only makes a repeated call differ from the one that was lost, for schedulers that
    know calls by their arguments.
    """
    if digest not in _kept:
        if packed is None:
            return _NotSent(f"{node()} {getpid()}")
        _keep(digest, pickle.loads(packed))
    return task(_kept[digest], block)


def _is_loss(error: Exception) -> bool:
    """Tell whether an error means that a worker went away, not that the task failed."""
    kinds: tuple[type[BaseException], ...] = (BrokenExecutor, CancelledError)
    distributed = sys.modules.get("distributed")  # Dask's errors exist only where Dask is in use
    if distributed is not None:
        kinds += (distributed.KilledWorker, distributed.comm.CommClosedError)
    return isinstance(error, kinds)
