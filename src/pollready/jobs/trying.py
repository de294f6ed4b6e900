"""A suggestion tried in the model in the background: the round is assessed before and after."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from pollready.assessment.terrain_folder import open_terrain
from pollready.committee.meetings.errors import MeetingRefused
from pollready.committee.meetings.models import Suggestion
from pollready.committee.meetings.saying import found_suggestion, may_try
from pollready.committee.meetings.trying import try_out
from pollready.jobs.background import Progress, background, start_once
from pollready.jobs.models import Job
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission

KIND = "try-suggestion"


def start_trying(suggestion_id: int, *, by: User, now: datetime) -> Job:
    """Have a suggestion tried; raises `NotPermitted`, `NoSuchThing`, `MeetingRefused`."""
    suggestion = found_suggestion(suggestion_id, by)
    if not may_try(by, suggestion):
        raise NotPermitted(Permission.EXPLORE_FAILURES)
    if not suggestion.changes:
        raise MeetingRefused("nothing-to-try")
    return start_once(
        KIND,
        by=by,
        now=now,
        round_id=suggestion.round_id,
        subject=subject_of(suggestion),
        arguments={"suggestion": suggestion.pk},
    )


def subject_of(suggestion: Suggestion) -> str:
    """Give what a job on a suggestion works on."""
    return f"suggestion:{suggestion.pk}"


@background(KIND, repeatable=True)
def try_suggestion(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Work the effect out over the register as it stands, and keep it with the suggestion."""
    if job.by is None:
        raise AssertionError("somebody has a suggestion tried")
    progress.step("trying")
    terrain = open_terrain(settings.POLLREADY_TERRAIN)
    effect = try_out(job.arguments["suggestion"], by=job.by, now=datetime.now(UTC), terrain=terrain)
    return {"stations": effect["stations_ready"]}
