"""Choosing a password: one's own with the old one, or the first by a link."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.people.commands import take_link
from pollready.people.models import LinkPurpose, User
from pollready.people.sessions import end_every_session, end_other_sessions

PASSWORD_LINKS = (LinkPurpose.INVITATION, LinkPurpose.RESET)


@transaction.atomic
def choose_password_by_link(token: str, password: str, *, now: datetime) -> User:
    """Use up an invitation or a reset and set the password chosen with it.

    Raises `SignInRefused` as `take_link` does, and Django's `ValidationError` for a password
    that is too weak; then the link is not used up.
    """
    link = take_link(token, purposes=PASSWORD_LINKS, now=now)
    validate_password(password, link.user)
    _set(link.user, password, command="choose_password", now=now)
    end_every_session(link.user, actor=link.user.username, now=now)
    return link.user


@transaction.atomic
def change_password(*, by: User, password: str, keep: str, now: datetime) -> None:
    """Change the user's own password and sign him out everywhere but here.

    The face has made sure of the old one. Raises Django's `ValidationError`.
    """
    validate_password(password, by)
    _set(by, password, command="change_password", now=now)
    end_other_sessions(by=by, keep=keep, now=now)


def _set(user: User, password: str, *, command: str, now: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    record(
        actor=user.username,
        command=command,
        now=now,
        entries=[Entry("user", str(user.pk), {"password": "old"}, {"password": "new"})],
    )
