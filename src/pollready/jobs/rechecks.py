"""Running a case's rule again in the background, once somebody claims that it is fixed."""

from datetime import UTC, datetime

from django.conf import settings
from django_tasks import task

from pollready.assessment.cases.rechecking import recheck
from pollready.assessment.terrain_folder import open_terrain


@task()
def recheck_case(case_id: int) -> str:
    """Run the rules and settle the case, or send it back to work; gives its state."""
    terrain = open_terrain(settings.POLLREADY_TERRAIN)
    checked = recheck(case_id, now=datetime.now(UTC), terrain=terrain)
    return "" if checked is None else checked.state


def start_recheck(case_id: int) -> None:
    """Ask for the check; the case's page shows it as running until its result is written."""
    recheck_case.enqueue(case_id)
