"""Long answers about failures, worked out behind the pages and kept until the register changes."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from time import monotonic
from typing import Any

from django.db import connections, transaction

from pollready.assessment.explorations.models import Exploration, ExplorationKind, ExplorationState
from pollready.assessment.exploring import Explored, Scope
from pollready.assessment.prepared import Asked, distribution_of, worst_of
from pollready.audit.commands import Entry, record
from pollready.audit.traces import trace_of
from pollready.engine.budget import Budget
from pollready.people.models import User
from pollready.people.permissions import Permission, check

logger = logging.getLogger("pollready.jobs")

BUDGET_S = 120.0
# A round of at most so many stations is answered while its reader waits.
AT_ONCE = 600
WORK: dict[str, Callable[..., dict[str, Any]]] = {
    ExplorationKind.WORST: worst_of,
    ExplorationKind.DISTRIBUTION: distribution_of,
}


def asked_in_words(asked: Asked) -> str:
    """Write what was asked, as rows are found by it."""
    return f"{asked.measure}/{asked.duration}/{asked.unknowns}"


def find_exploration(
    kind: str, explored: Explored, scope: Scope, asked: Asked
) -> Exploration | None:
    """Find the answer of a kind for just this question and scope, of whatever version."""
    return Exploration._default_manager.filter(
        round=explored.round_id, kind=kind, scope=scope.key, asked=asked_in_words(asked)
    ).first()


def work_out(
    kind: str, explored: Explored, scope: Scope, asked: Asked, *, by: User, now: datetime
) -> Exploration:
    """Begin to work an answer out, or give the one that is being worked out for this version.

    Raises `NotPermitted`.
    """
    check(by, Permission.EXPLORE_FAILURES)
    row, is_new = _begun(kind, explored, scope, asked, by=by, now=now)
    if not is_new:
        return row
    if len(explored.listings) <= AT_ONCE:
        _run(row, explored, scope, asked)
    else:
        Thread(
            target=_run_behind,
            args=(row, explored, scope, asked),
            daemon=True,
            name=f"explore-{kind}",
        ).start()
    return row


@transaction.atomic
def _begun(
    kind: str, explored: Explored, scope: Scope, asked: Asked, *, by: User, now: datetime
) -> tuple[Exploration, bool]:
    """Write that it is being worked out, and by whom it was asked."""
    there = find_exploration(kind, explored, scope, asked)
    if (
        there is not None
        and there.state == ExplorationState.WORKING
        and there.version == explored.version
        and not is_lost(there, now)
    ):
        return there, False
    row, _ = Exploration._default_manager.update_or_create(
        round_id=explored.round_id,
        kind=kind,
        scope=scope.key,
        asked=asked_in_words(asked),
        defaults={
            "version": explored.version,
            "state": ExplorationState.WORKING,
            "asked_by": by.username,
            "asked_at": now,
            "ended_at": None,
            "result": {},
        },
    )
    after = {"prepared": kind, "asked": row.asked, "version": explored.version}
    record(
        actor=by.username,
        command="explore_failures",
        now=now,
        entries=[Entry("round", str(explored.round_id), None, after)],
    )
    return row, True


def is_lost(row: Exploration, now: datetime) -> bool:
    """Say whether the process that worked on it must have ended."""
    is_working = row.state == ExplorationState.WORKING
    return is_working and (now - row.asked_at).total_seconds() > 3 * BUDGET_S


def _run_behind(row: Exploration, explored: Explored, scope: Scope, asked: Asked) -> None:
    try:
        _run(row, explored, scope, asked)
    finally:
        connections.close_all()


def _run(row: Exploration, explored: Explored, scope: Scope, asked: Asked) -> None:
    """Work it out and keep it; what goes wrong is kept as failed, and logged."""
    result: dict[str, Any] = {}
    try:
        budget = Budget.within(BUDGET_S, monotonic)
        result = WORK[row.kind](explored, scope, asked, budget=budget)
        row.state = ExplorationState.DONE
    except Exception as error:
        logger.error("exploration %s\n%s", row.kind, trace_of(error))
        row.state = ExplorationState.FAILED
    row.result, row.ended_at = result, datetime.now(UTC)
    row.save(update_fields=["state", "result", "ended_at"])
