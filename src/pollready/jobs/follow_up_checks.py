"""Running the rules in the background, once somebody reports a follow-up done."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from pollready.assessment.terrain_folder import open_terrain
from pollready.committee.follow_up_effects import check_effect
from pollready.duties.follow_ups.commands import FollowUpDone, report_follow_up_done
from pollready.duties.follow_ups.models import FollowUp
from pollready.duties.follow_ups.rules import is_told_by_register
from pollready.jobs.background import Progress, background, start_once
from pollready.jobs.models import Job
from pollready.people.models import User


@transaction.atomic
def report_and_check(
    follow_up_id: int, done: FollowUpDone, *, round_id: int, version: int, by: User, now: datetime
) -> FollowUp:
    """Keep the report that a follow-up is done, and have its effect worked out.

    Raises what `report_follow_up_done` raises.
    """
    follow_up = report_follow_up_done(
        follow_up_id, done, round_id=round_id, version=version, by=by, now=now
    )
    if is_told_by_register(follow_up):
        start_check(follow_up, by=by, now=now)
    return follow_up


def start_check(follow_up: FollowUp, *, by: User, now: datetime) -> Job:
    """Have the rules run; the caller has found it among those that the user reads."""
    return start_once(
        "follow-up-check",
        by=by,
        now=now,
        round_id=follow_up.round_id,
        subject=subject_of(follow_up),
        arguments={"follow_up": follow_up.pk},
    )


def subject_of(follow_up: FollowUp) -> str:
    """Give what a job on a follow-up works on."""
    return f"follow-up:{follow_up.pk}"


@background("follow-up-check", repeatable=True)
def check_follow_up(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Run the rules and verify it, or tell how far its figure moved."""
    progress.step("assessing")
    terrain = open_terrain(settings.POLLREADY_TERRAIN)
    verdict = check_effect(job.arguments["follow_up"], now=datetime.now(UTC), terrain=terrain)
    return {} if verdict is None else {"verdict": verdict.value}
