"""Signed-in devices: one `UserSession` beside each session of Django's."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from pollready.audit.commands import Entry, record
from pollready.people.models import User, UserSession

# From signing in, however busy: a shift of work.
SESSION_LIFETIME = timedelta(hours=12)


def sessions_of(user: User, *, now: datetime) -> QuerySet[UserSession]:
    """Give the devices on which the user is signed in, the one seen last first."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    return UserSession.objects.filter(
        Exists(alive), user=user, signed_in_at__gt=now - SESSION_LIFETIME
    )


@transaction.atomic
def start_session(
    user: User,
    *,
    key: str,
    address: str | None,
    user_agent: str,
    second_step: str,
    now: datetime,
) -> UserSession:
    """Note that the user has signed in on a device, and clear away sessions that are over."""
    _clear_expired(now)
    session = UserSession.objects.create(
        user=user,
        session_key=key,
        address=address,
        user_agent=user_agent[:300],
        signed_in_at=now,
        last_seen_at=now,
    )
    after = {"address": address, "user_agent": session.user_agent, "second_step": second_step}
    record(
        actor=user.username,
        command="sign_in",
        now=now,
        entries=[Entry("user_session", str(session.pk), None, after)],
    )
    return session


def see_session(key: str, *, now: datetime) -> None:
    """Note that the device was seen; the log has no entry of it, as nothing is decided by it."""
    UserSession.objects.filter(session_key=key).update(last_seen_at=now)


def rebind_session(old: str, new: str) -> None:
    """Follow a session whose key was changed, as after a change of password."""
    UserSession.objects.filter(session_key=old).update(session_key=new)


@transaction.atomic
def end_session(*, by: User, session: UserSession, now: datetime) -> None:
    """Sign the user out on one of his own devices."""
    _end([session], actor=by.username, command="end_session", now=now)


@transaction.atomic
def end_other_sessions(*, by: User, keep: str, now: datetime) -> int:
    """Sign the user out everywhere but here; gives the number of devices."""
    others = list(UserSession.objects.filter(user=by).exclude(session_key=keep))
    return _end(others, actor=by.username, command="end_other_sessions", now=now)


def end_every_session(user: User, *, actor: str, now: datetime, reason: str = "") -> int:
    """Sign somebody out on all his devices, inside the transaction of what makes it needed."""
    sessions = list(UserSession.objects.filter(user=user))
    return _end(sessions, actor=actor, command="end_every_session", now=now, reason=reason)


def forget_session(key: str) -> None:
    """Forget a device whose session has ended by itself."""
    UserSession.objects.filter(session_key=key).delete()


def _end(
    sessions: Iterable[UserSession], *, actor: str, command: str, now: datetime, reason: str = ""
) -> int:
    ended = list(sessions)
    if not ended:
        return 0
    Session.objects.filter(session_key__in=[each.session_key for each in ended]).delete()
    UserSession.objects.filter(pk__in=[each.pk for each in ended]).delete()
    entries = [
        Entry("user_session", str(each.pk), {"user": each.user_id, "address": each.address}, None)
        for each in ended
    ]
    record(actor=actor, command=command, now=now, entries=entries, reason=reason)
    return len(ended)


def _clear_expired(now: datetime) -> None:
    """Take away what is over; like the session's own expiry, this is no decision of anybody."""
    Session.objects.filter(expire_date__lte=now).delete()
    UserSession.objects.filter(signed_in_at__lte=now - SESSION_LIFETIME).delete()
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(
        ~Exists(living), signed_in_at__lt=now - timedelta(minutes=1)
    ).delete()
