"""The worker: takes waiting jobs one after another, and says that it is alive."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from types import FrameType

from django.db import DatabaseError, close_old_connections, connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from pollready.jobs.background import break_off, worker_name
from pollready.jobs.lost import put_back, settle_lost
from pollready.jobs.models import BEAT, Job, JobState
from pollready.jobs.pruning import prune_queue
from pollready.jobs.reminding import remind_in_time

logger = logging.getLogger("pollready.jobs")

_LOOKS_EVERY_S = 0.5
_LOOKS_FOR_LOST_EVERY = 20  # looks
_PRUNES_EVERY = 7200  # looks: at its start, and each hour in which little is to do
_REMINDS_EVERY = 600  # looks: it is started once a day, however often it is asked for
_ASKS_EVERY_S = 1.0  # whether the job in hand is to stop
_PATIENCE_MS = 2000  # of a process that has to end, with a register that is locked
# Leaves the job in hand; a system without it stops between two steps only.
_BREAK_OFF: signal.Signals | None = getattr(signal, "SIGUSR1", None)


def work(stop: threading.Event) -> None:
    """Do what waits until told to stop; the job in hand is done first.

    Looking takes no place for writing: only where something waits is it taken.
    """
    _quiet()
    if _BREAK_OFF is not None:
        signal.signal(_BREAK_OFF, _left)
    looks = 0
    while not stop.is_set():
        with suppress(DatabaseError):  # locked for longer than is waited: look again
            if looks % _LOOKS_FOR_LOST_EVERY == 0:
                settle_lost(datetime.now(UTC))
            if looks % _PRUNES_EVERY == 0:
                prune_queue(datetime.now(UTC))
            if looks % _REMINDS_EVERY == 0:
                remind_in_time(datetime.now(UTC))
            if DBTaskResult.objects.ready().exists():
                do_what_waits()
                continue
        looks += 1
        close_old_connections()
        stop.wait(_LOOKS_EVERY_S)


def do_what_waits() -> None:
    """Do the job that has waited longest, and beat meanwhile."""
    done = threading.Event()
    beating = threading.Thread(target=_beat, args=(done,), daemon=True)
    beating.start()
    worker = Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,  # so that a worker told to stop takes no other
        worker_id=f"{os.getpid()}",
        excluded_queue_names=[],
    )
    try:
        worker.run()
    finally:
        done.set()
        beating.join()


def _beat(done: threading.Event) -> None:
    """Say that this process lives, in a connection of this thread's own; have a job stopped."""
    mine = Job.objects.filter(state=JobState.RUNNING, worker=worker_name())
    every, ticks, asked = round(BEAT.total_seconds() / _ASKS_EVERY_S), 0, False
    while not done.wait(_ASKS_EVERY_S):
        ticks += 1
        with suppress(DatabaseError):
            if ticks % every == 0:
                mine.update(beat_at=datetime.now(UTC))
            if not asked and mine.filter(stop_asked_at__isnull=False).exists():
                asked = True  # once: it must not be asked again while it cleans up
                if _BREAK_OFF is not None:
                    os.kill(os.getpid(), _BREAK_OFF)
    connection.close()


def _left(number: int, frame: FrameType | None) -> None:
    break_off()


def end_at_once() -> None:
    """End this process now; what it was doing waits for the next worker."""
    with suppress(DatabaseError):
        with connection.cursor() as cursor:
            patience = "busy_timeout = " if connection.vendor == "sqlite" else "lock_timeout = "
            word = "PRAGMA" if connection.vendor == "sqlite" else "SET"
            cursor.execute(f"{word} {patience}{_PATIENCE_MS}")
        put_back(datetime.now(UTC))
    os._exit(0)


def end_with_parent(end: Callable[[], None]) -> None:
    """Call `end` once whoever started this process, and holds its standard input, is gone."""

    def wait() -> None:
        with suppress(OSError, ValueError):
            while sys.stdin.buffer.read(1024):
                pass
        end()

    threading.Thread(target=wait, daemon=True).start()


def _quiet() -> None:
    """Keep the queue's own messages out: jobs say what came of them."""
    for name in ("django_tasks", "django_tasks_db"):
        logging.getLogger(name).setLevel(logging.ERROR)
