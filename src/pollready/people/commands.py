"""Making users and letting them in by links that work once."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.people.models import LinkPurpose, Person, Role, SignInLink, User

LINK_LIFETIME = timedelta(hours=12)
LIFETIMES = {
    LinkPurpose.SIGN_IN: LINK_LIFETIME,
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=24),
}


class SignInRefused(Exception):
    """The link does not let anyone in; `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.fields: dict[str, object] = {}
        super().__init__(code)


@transaction.atomic
def ensure_administrator(*, now: datetime, may_see_names: bool, language: str) -> User:
    """Give the installation's administrator, made on first use without a password."""
    user = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
    if user is not None:
        return user
    user = User(
        username="administrator",
        role=Role.ADMINISTRATOR,
        may_see_names=may_see_names,
        language=language,
    )
    user.set_unusable_password()
    user.save()
    after = {"username": user.username, "role": user.role, "may_see_names": may_see_names}
    record(
        actor="installation",
        command="ensure_administrator",
        now=now,
        entries=[Entry("user", str(user.pk), None, after)],
    )
    return user


@transaction.atomic
def make_sign_in_link(
    user: User,
    *,
    now: datetime,
    purpose: LinkPurpose = LinkPurpose.SIGN_IN,
    actor: str = "installation",
    reason: str = "",
) -> str:
    """Give the token of a new link; only its hash is kept, and older unused ones end."""
    token = secrets.token_urlsafe(32)
    end_links(user, now=now)
    expires_at = now + LIFETIMES[purpose]
    SignInLink.objects.create(
        user=user, purpose=purpose, token_hash=_hash(token), expires_at=expires_at
    )
    after = {"expires_at": expires_at.isoformat(), "purpose": purpose.value}
    record(
        actor=actor,
        command="make_sign_in_link",
        now=now,
        entries=[Entry("sign_in_link", str(user.pk), None, after)],
        reason=reason,
    )
    return token


def end_links(user: User, *, now: datetime) -> int:
    """Let the user's unused links work no more."""
    unused = user.sign_in_links.filter(used_at__isnull=True, expires_at__gt=now)
    return unused.update(expires_at=now)


@transaction.atomic
def use_sign_in_link(token: str, *, now: datetime) -> User:
    """Use up a link that signs in by itself and give its user; raises as `take_link` does."""
    return take_link(token, purposes=(LinkPurpose.SIGN_IN,), now=now).user


@transaction.atomic
def take_link(token: str, *, purposes: Collection[LinkPurpose], now: datetime) -> SignInLink:
    """Use up the link.

    Raises `SignInRefused` with code `people.link-unknown`, `people.link-used` or
    `people.link-expired`.
    """
    link = (
        SignInLink.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(token_hash=_hash(token), purpose__in=purposes)
        .first()
    )
    if link is None or not link.user.is_active:
        raise SignInRefused("people.link-unknown")
    if link.used_at is not None:
        raise SignInRefused("people.link-used")
    if link.expires_at <= now:
        raise SignInRefused("people.link-expired")
    link.used_at = now
    link.save(update_fields=["used_at"])
    record(
        actor=link.user.username,
        command="use_sign_in_link",
        now=now,
        entries=[Entry("sign_in_link", str(link.user_id), {"used": False}, {"used": True})],
    )
    return link


def open_link(token: str, *, now: datetime) -> SignInLink | None:
    """Look at a link without using it; None where it lets nobody in."""
    return (
        SignInLink.objects.select_related("user")
        .filter(
            token_hash=_hash(token), used_at__isnull=True, expires_at__gt=now, user__is_active=True
        )
        .first()
    )


@transaction.atomic
def erase_phones(*, now: datetime) -> int:
    """Erase the phones whose day has come; gives their number. The log says whose, not which."""
    entries = []
    for kind, table in (("person", Person), ("user", User)):
        due = table._default_manager.filter(mobile_purge_date__lte=localdate(now))
        keys = list(due.exclude(mobile="").values_list("pk", flat=True))
        due.update(mobile="", mobile_purge_date=None)
        entries += [Entry(kind, str(pk), {"has_mobile": True}, {"has_mobile": False})
                    for pk in keys]  # fmt: skip
    if not entries:
        return 0
    record(actor="installation", command="erase_phones", now=now, entries=entries)
    transaction.on_commit(_empty_write_ahead_log)
    return len(entries)


def _empty_write_ahead_log() -> None:
    """Take what was overwritten out of SQLite's second file too."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def choose_language(user: User, language: str, *, now: datetime) -> None:
    """Keep the language in which the user reads the console."""
    before, user.language = user.language, language
    if before == language:
        return
    user.save(update_fields=["language"])
    record(
        actor=user.username,
        command="choose_language",
        now=now,
        entries=[Entry("user", str(user.pk), {"language": before}, {"language": language})],
    )
