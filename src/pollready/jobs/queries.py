"""Jobs as a user may see them."""

from django.db.models import Q, QuerySet

from pollready.jobs.models import Job
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import rounds_for


def jobs_for(user: User) -> QuerySet[Job]:
    """Give the jobs that a user may look at: his own, and the assessments of his rounds."""
    seen = Q(by=user)
    if may(user, Permission.ASSESS):
        seen |= Q(kind="assess", round__in=rounds_for(user))
    return Job.objects.filter(seen).select_related("by", "round")


def last_job(subject: str) -> Job | None:
    """Give the newest job on something, whoever started it; the caller has checked the subject."""
    return Job.objects.filter(subject=subject).order_by("-pk").first()
