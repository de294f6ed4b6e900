"""Jobs as a user may see them."""

from django.db.models import Q, QuerySet

from pollready.jobs.models import Job
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import rounds_for

# Kinds of work on a whole round, which whoever may start them may also watch.
_OF_THE_ROUND = {"assess": Permission.ASSESS, "cost-scenarios": Permission.EDIT_SCENARIOS}


def jobs_for(user: User) -> QuerySet[Job]:
    """Give the jobs that a user may look at: his own, and those on rounds that he could start."""
    seen = Q(by=user)
    kinds = [kind for kind, needed in _OF_THE_ROUND.items() if may(user, needed)]
    if kinds:
        seen |= Q(kind__in=kinds, round__in=rounds_for(user))
    return Job.objects.filter(seen).select_related("by", "round")


def may_watch(user: User, job: Job) -> bool:
    """Say whether the job's own page is the user's to open."""
    return job.by_id == user.pk or jobs_for(user).filter(pk=job.pk).exists()


def last_job(subject: str) -> Job | None:
    """Give the newest job on something, whoever started it; the caller has checked the subject."""
    return Job.objects.filter(subject=subject).order_by("-pk").first()
