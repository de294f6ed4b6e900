"""The networks that this process keeps ready, made behind the pages and bounded in number."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock, Thread

from django.db import connections

from pollready.assessment.exploring import Explored, explore_round
from pollready.audit.version import register_version
from pollready.engine.network import InvalidNetwork
from pollready.places.models import Listing

ROUNDS_KEPT = 2
# A round of at most so many stations is compiled while its reader waits: less than half a second.
AT_ONCE = 600


@dataclass(frozen=True, slots=True)
class Readiness:
    """What can be answered now: the network, perhaps of an earlier version of the register.

    `explored` is None while the first is being made, where no component is known (`is_empty`),
    and where requirements form a circle (`fault`).
    """

    explored: Explored | None = None
    is_stale: bool = False
    is_empty: bool = False
    fault: InvalidNetwork | None = None


class Explorers:
    """Networks by round; the one used longest ago gives way."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[tuple[int, date], Readiness]] = OrderedDict()
        self._making: set[int] = set()
        self._lock = Lock()

    def ask(self, round_id: int, as_of: date) -> Readiness:
        """Give what is ready, and have the network made anew where the register has changed."""
        wanted = (register_version(), as_of)
        with self._lock:
            kept = self._kept.get(round_id)
            if kept is not None:
                self._kept.move_to_end(round_id)
                if kept[0] == wanted:
                    return kept[1]
            is_making = round_id in self._making
        if Listing.objects.filter(round_id=round_id)[: AT_ONCE + 1].count() <= AT_ONCE:
            return self.make(round_id, wanted)
        if not is_making:
            self._make_behind(round_id, wanted)
        if kept is None or kept[1].explored is None:
            return Readiness()
        return Readiness(kept[1].explored, is_stale=True)

    def make(self, round_id: int, wanted: tuple[int, date]) -> Readiness:
        """Compile a round now and keep it."""
        version, as_of = wanted
        try:
            explored = explore_round(round_id, as_of=as_of, version=version)
            made = Readiness(explored, is_empty=explored is None)
        except InvalidNetwork as fault:
            made = Readiness(fault=fault)
        with self._lock:
            self._kept[round_id] = (wanted, made)
            self._kept.move_to_end(round_id)
            while len(self._kept) > ROUNDS_KEPT:
                self._kept.popitem(last=False)
        return made

    def forget(self) -> None:
        """Forget everything; for tests, whose registers come and go under one number."""
        with self._lock:
            self._kept.clear()

    def _make_behind(self, round_id: int, wanted: tuple[int, date]) -> None:
        with self._lock:
            if round_id in self._making:
                return
            self._making.add(round_id)
        Thread(target=self._run, args=(round_id, wanted), daemon=True, name="explorer").start()

    def _run(self, round_id: int, wanted: tuple[int, date]) -> None:
        try:
            made = self.make(round_id, wanted)
            if made.explored is not None:
                _ = made.explored.masks, made.explored.position
        finally:
            with self._lock:
                self._making.discard(round_id)
            connections.close_all()


EXPLORERS = Explorers()
