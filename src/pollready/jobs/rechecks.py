"""Running a case's rule again in the background, once somebody claims that it is fixed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from pollready.assessment.cases.commands import claim_fixed
from pollready.assessment.cases.rechecking import recheck
from pollready.assessment.terrain_folder import open_terrain
from pollready.jobs.background import Progress, background, start_once
from pollready.jobs.models import Job
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import User


@transaction.atomic
def claim_and_recheck(
    *, case_id: int, done: str, evidence: str, version: int, by: User, now: datetime
) -> ObstacleCase:
    """Keep the claim that an obstacle is gone and have its rule run again.

    Raises what `claim_fixed` raises.
    """
    case = claim_fixed(
        case_id=case_id, done=done, evidence=evidence, version=version, by=by, now=now
    )
    start_recheck(case, by=by, now=now)
    return case


def start_recheck(case: ObstacleCase, *, by: User, now: datetime) -> Job:
    """Have the rule run again; the caller has found the case among those that the user sees."""
    return start_once(
        "recheck",
        by=by,
        now=now,
        round_id=case.round_id,
        subject=subject_of(case),
        arguments={"case": case.pk},
    )


def subject_of(case: ObstacleCase) -> str:
    """Give what a job on a case works on."""
    return f"case:{case.pk}"


@background("recheck", repeatable=True)
def recheck_case(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Run the rules and settle the case, or send it back to work."""
    progress.step("assessing")
    terrain = open_terrain(settings.POLLREADY_TERRAIN)
    checked = recheck(job.arguments["case"], now=datetime.now(UTC), terrain=terrain)
    return {} if checked is None else {"state": checked.state, "stations": checked.stations}
