"""What scenarios cost, worked out in the background; the last costs stand until it is done."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from pollready.jobs.background import Progress, background, start_once
from pollready.jobs.models import Job
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.planning.costs import cost_scenarios

KIND = "cost-scenarios"


def start_costing(round_id: int, *, by: User, now: datetime, scenario_id: int | None = None) -> Job:
    """Have all scenarios of a round costed, or one of them; raises `NotPermitted`."""
    check(by, Permission.EDIT_SCENARIOS)
    return start_once(
        KIND,
        by=by,
        now=now,
        round_id=round_id,
        subject=_subject(round_id, scenario_id),
        arguments={"scenario": scenario_id},
    )


def last_costing(round_id: int, scenario_id: int | None = None) -> Job | None:
    """Give the newest job that costs the scenarios of a round, or one of them among these."""
    about = Q(subject=_subject(round_id, None))
    if scenario_id is not None:
        about |= Q(subject=_subject(round_id, scenario_id))
    return Job.objects.filter(about, kind=KIND, round=round_id).order_by("-pk").first()


@background(KIND, repeatable=True)
def cost(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Bind and cost the scenarios beside the round's last assessment."""
    if job.round_id is None:
        raise AssertionError("scenarios are costed in a round")
    progress.step("scenarios")
    now = datetime.now(UTC).replace(microsecond=0)
    one = job.arguments["scenario"]
    only = () if one is None else (one,)
    return {"scenarios": cost_scenarios(job.round_id, now=now, by=job.by, only=only)}


def _subject(round_id: int, scenario_id: int | None) -> str:
    return f"scenarios:{round_id}" if scenario_id is None else f"scenario:{scenario_id}"
