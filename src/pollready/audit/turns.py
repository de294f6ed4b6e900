"""Writing much in short turns, so that others who write hardly wait.

SQLite has one place for writing, and looks every tenth of a second whether it is free: whoever
writes again sooner than that keeps the others out although he lets go.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models, transaction

_Row = TypeVar("_Row")
_HELD_S = 0.25  # aimed at: on a busy machine a turn lasts a few times as long
_PAUSE_S = 0.13
_FIRST, _LEAST, _MOST = 1_000, 100, 20_000  # rows in a turn


class Turns:
    """Turns of one who writes much; each tells how many rows it should write."""

    def __init__(self) -> None:
        self._rows = _FIRST
        self._wait_s = 0.0

    @property
    def rows(self) -> int:
        """How many rows the next turn should write."""
        return self._rows

    @contextmanager
    def turn(self) -> Iterator[int]:
        """Hold the place for writing for one turn; inside a transaction, it is simply a part of it.

        The next turn is made longer or shorter by how long this one took, and lets others go first.
        """
        if connection.in_atomic_block:
            yield self._rows
            return
        time.sleep(self._wait_s)
        with transaction.atomic():
            started = time.perf_counter()
            yield self._rows
        took = max(time.perf_counter() - started, 1e-4)
        factor = min(max(_HELD_S / took, 0.25), 2.0)
        self._rows = min(max(int(self._rows * factor), _LEAST), _MOST)
        self._wait_s = _PAUSE_S if connection.vendor == "sqlite" else 0.0


def in_turns(
    rows: Iterable[_Row],
    write: Callable[[list[_Row]], object],
    told: Callable[[int], object] = lambda rows: None,
    turns: Turns | None = None,
) -> None:
    """Write rows in turns; what makes them runs outside of every turn."""
    taken = turns or Turns()
    left = iter(rows)
    while part := list(islice(left, taken.rows)):
        with taken.turn():
            write(part)
        told(len(part))


def delete_in_turns(rows: models.QuerySet[Any]) -> None:
    """Take rows out in turns; nothing may hang on them, for that is not looked for."""
    turns = Turns()
    manager = rows.model._base_manager
    while True:
        with turns.turn() as number:
            chosen: Any = manager.filter(pk__in=rows.order_by().values("pk")[:number])
            gone = chosen._raw_delete(chosen.db)
        if not gone:
            return
