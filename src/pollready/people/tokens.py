"""Tokens by which a program asks the API in a person's name; only their hashes are kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from pollready.audit.commands import Entry, record
from pollready.people.models import ApiToken, User

LIFETIME = timedelta(days=90)
_SEEN_AGAIN_AFTER = timedelta(minutes=5)


def tokens_of(user: User, *, now: datetime) -> QuerySet[ApiToken]:
    """Give the user's tokens that still work, the newest first."""
    return ApiToken.objects.filter(user=user, expires_at__gt=now).order_by("-made_at", "-pk")


@transaction.atomic
def make_api_token(*, by: User, name: str, now: datetime) -> str:
    """Give a new token of one's own; it is shown this once."""
    token = secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        user=by, name=name, token_hash=_hash(token), made_at=now, expires_at=now + LIFETIME
    )
    after = {"name": name, "expires_at": made.expires_at.isoformat()}
    record(
        actor=by.username,
        command="make_api_token",
        now=now,
        entries=[Entry("api_token", str(made.pk), None, after)],
    )
    return token


@transaction.atomic
def revoke_api_token(token: ApiToken, *, by: User, now: datetime) -> None:
    """End a token at once; one that has ended stays so."""
    if token.expires_at <= now:
        return
    before = {"expires_at": token.expires_at.isoformat()}
    token.expires_at = now
    token.save(update_fields=["expires_at"])
    record(
        actor=by.username,
        command="revoke_api_token",
        now=now,
        entries=[Entry("api_token", str(token.pk), before, {"expires_at": now.isoformat()})],
    )


def user_of_token(token: str, *, now: datetime) -> User | None:
    """Give whose token it is; None for one that is unknown, has ended, or whose person has left."""
    found = (
        ApiToken.objects.select_related("user")
        .filter(token_hash=_hash(token), expires_at__gt=now, user__is_active=True)
        .first()
    )
    if found is None:
        return None
    if found.used_at is None or now - found.used_at > _SEEN_AGAIN_AFTER:
        # One write in some minutes: a program that asks often must not hold up other writers.
        ApiToken.objects.filter(pk=found.pk).update(used_at=now)
    return found.user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
