"""The second step of signing in: who has one, who must, and what is recorded of it."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from pollready.audit.commands import Entry, record
from pollready.people.models import User

# A recovery code stands in for one of these; alone it is no second step.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What the setting may name besides roles.
ALL, NAMES, NONE = "all", "names", "none"


def authenticators_of(user: User) -> QuerySet[Authenticator]:
    """Give the user's authenticator app, passkeys and recovery codes, oldest first."""
    steps: QuerySet[Authenticator] = Authenticator.objects.filter(user=user)
    return steps.order_by("created_at", "pk")


def has_second_step(user: User) -> bool:
    """Say whether signing in asks the user for more than the password."""
    return authenticators_of(user).filter(type__in=STEPS).exists()


def with_second_step() -> Exists:
    """Say the same in a query of users."""
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=STEPS))


def must_have_second_step(user: User) -> bool:
    """Say whether the installation asks one of this user: by role, or as he may see names."""
    asked: frozenset[str] = settings.POLLREADY_SECOND_STEP
    return ALL in asked or user.role in asked or (NAMES in asked and user.may_see_names)


@transaction.atomic
def record_second_step(*, by: User, kind: str, added: bool, now: datetime) -> None:
    """Put on record that the user set up, renewed or removed one; never its secret."""
    state = {"kind": kind}
    entry = Entry("second_step", str(by.pk), None if added else state, state if added else None)
    command = "add_second_step" if added else "remove_second_step"
    record(actor=by.username, command=command, now=now, entries=[entry])
