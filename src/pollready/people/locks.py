"""Names that wait after wrong passwords: axes counts, here it is read and taken back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet, Sum

from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.people.permissions import Permission, check


@dataclass(frozen=True, slots=True)
class Lock:
    """An address from which a name cannot sign in for a while."""

    username: str
    address: str | None
    until: datetime


def locks(*, now: datetime, username: str | None = None) -> list[Lock]:
    """Give the locks that stand now, of one name or of all."""
    attempts = _attempts(now)
    if username is not None:
        attempts = attempts.filter(username=username)
    counted = (
        attempts.order_by()
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .values_list("username", "ip_address", "last")
    )
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    return [Lock(name or "", address, last + cool_off) for name, address, last in counted]


@transaction.atomic
def unlock(*, by: User, person: User, now: datetime) -> int:
    """Let somebody try again at once; gives the number of addresses that were locked."""
    check(by, Permission.MANAGE_PEOPLE)
    held = locks(now=now, username=person.username)
    AccessAttempt.objects.filter(username=person.username).delete()
    before = {"addresses": [lock.address for lock in held]}
    record(
        actor=by.username,
        command="unlock",
        now=now,
        entries=[Entry("user", str(person.pk), before, {"addresses": []})],
    )
    return len(held)


def _attempts(now: datetime) -> QuerySet[AccessAttempt]:
    since = now - settings.AXES_COOLOFF_TIME
    attempts: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(attempt_time__gte=since)
    return attempts
