"""Preparing the packs of all counties in the background: each reads a whole county."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pollready.assessment.queries import last_assessment
from pollready.committee.county_reviews.commands import check_may_prepare, prepare_reviews
from pollready.committee.county_reviews.errors import NoSuchReview
from pollready.committee.county_reviews.queries import counties_for
from pollready.jobs.background import Progress, background, start
from pollready.jobs.models import Job
from pollready.people.models import User


def start_reviews(round_id: int, *, by: User, now: datetime) -> Job:
    """Have the packs of all counties prepared; raises `NotPermitted`."""
    check_may_prepare(by)
    return start(
        "county-reviews", by=by, now=now, round_id=round_id, subject="county-reviews", arguments={}
    )


@background("county-reviews")
def prepare_in_background(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Prepare them by who asked for it, each county in a transaction of its own."""
    if job.round_id is None or job.by is None:
        raise AssertionError("packs are of a round, for somebody")
    saved = last_assessment(job.round_id)
    if saved is None:
        raise NoSuchReview
    progress.step("packing", total=len(counties_for(job.by, job.round_id)))
    prepared = prepare_reviews(
        None, saved=saved, by=job.by, now=datetime.now(UTC), done=progress.more
    )
    return {"reviews": len(prepared.reviews), "kept": len(prepared.still_with_county)}
