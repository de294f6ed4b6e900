"""The secret address of a person's calendar: one at a time, ended at once; its hash alone is kept.

Calendars ask by an address and can say nothing else: whoever knows it reads what its person may.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.people.models import CalendarFeed, User
from pollready.people.permissions import Permission, may

_SEEN_AGAIN_AFTER = timedelta(minutes=5)


def feed_of(user: User) -> CalendarFeed | None:
    """Give the user's feed; None where he has none, or ended it."""
    return CalendarFeed.objects.filter(user=user, ended_at=None).first()


@transaction.atomic
def make_calendar_feed(*, by: User, now: datetime) -> str:
    """Give the token of a new address, shown this once; the one before ends."""
    User.objects.select_for_update().get(pk=by.pk)  # who asks twice at once waits
    _end(by, now)
    token = secrets.token_urlsafe(32)
    made = CalendarFeed.objects.create(user=by, token_hash=_hash(token), made_at=now)
    entry = Entry("calendar_feed", str(made.pk), None, {"ended": False})
    record(actor=by.username, command="make_calendar_feed", now=now, entries=[entry])
    return token


@transaction.atomic
def end_calendar_feed(*, by: User, now: datetime) -> bool:
    """End the address at once; False where there is none."""
    ended = _end(by, now)
    if ended is None:
        return False
    entry = Entry("calendar_feed", str(ended.pk), {"ended": False}, {"ended": True})
    record(actor=by.username, command="end_calendar_feed", now=now, entries=[entry])
    return True


def user_of_feed(token: str, *, now: datetime) -> User | None:
    """Give whose calendar it is; None for what is unknown, was ended, or whose person has left."""
    found = (
        CalendarFeed.objects.select_related("user")
        .filter(token_hash=_hash(token), ended_at=None, user__is_active=True)
        .first()
    )
    if found is None or not may(found.user, Permission.SEE_REGISTER):
        return None
    if found.used_at is None or now - found.used_at > _SEEN_AGAIN_AFTER:
        # One write in some minutes: calendars that ask often must not hold up other writers.
        CalendarFeed.objects.filter(pk=found.pk).update(used_at=now)
    return found.user


def _end(user: User, now: datetime) -> CalendarFeed | None:
    feed = feed_of(user)
    if feed is not None:
        feed.ended_at = now
        feed.save(update_fields=["ended_at"])
    return feed


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
