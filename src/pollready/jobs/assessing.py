"""Assessing a round in the background, as the console asks for it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from pollready.assessment import assess
from pollready.assessment.assessing import end_of
from pollready.assessment.commands import save_assessment
from pollready.assessment.terrain_folder import open_terrain
from pollready.jobs.assess_file import default_as_of
from pollready.jobs.background import Progress, background
from pollready.jobs.models import Job
from pollready.planning.costs import cost_scenarios


@background("assess", repeatable=True)
def assess_round(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Assess the round as it is recorded now, and keep the result."""
    if job.round_id is None:
        raise AssertionError("an assessment is of a round")
    now = datetime.now(UTC).replace(microsecond=0)
    progress.step("assessing")
    day = default_as_of(job.round_id, today=localdate(now))
    assessment = assess(
        job.round_id,
        as_of=day,
        recorded_by=max(now, end_of(day)),
        terrain=open_terrain(settings.POLLREADY_TERRAIN),
    )
    progress.step("saving")
    actor = job.by.get_username() if job.by else None
    saved = save_assessment(assessment, now=now, actor=actor)
    progress.step("scenarios")
    cost_scenarios(job.round_id, now=now)
    return {"assessment": saved.pk, "stations": assessment.total.stations}
