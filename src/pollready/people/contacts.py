"""Where reminders reach somebody: his own e-mail address and telephone, told by himself."""

import re
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.language import latin_digits
from pollready.people.models import User
from pollready.people.rules import PersonRefused
from pollready.places.models import ElectionRound

EMAIL_MAX = 254
# A telephone is erased on the day after the election; without one, after so many days.
_KEPT_DAYS = 90
_MOBILE = re.compile(r"\+?[0-9]{8,15}")


@transaction.atomic
def set_contacts(user: User, *, email: str, mobile: str, now: datetime) -> User:
    """Keep where reminders go; empty is nowhere. The log says whether, not where.

    Raises `PersonRefused` for what is no address or number.
    """
    email, number = email.strip(), _number(mobile)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise PersonRefused("email-unread", "email") from None
    if len(email) > EMAIL_MAX:
        raise PersonRefused("email-unread", "email")
    before = _said(user)
    user.email, user.mobile = email, number
    user.mobile_purge_date = purge_date(now) if number else None
    user.save(update_fields=["email", "mobile", "mobile_purge_date"])
    entry = Entry("user", str(user.pk), before, _said(user))
    record(actor=user.username, command="set_contacts", now=now, entries=[entry])
    return user


def purge_date(now: datetime) -> date:
    """Give the day on which a telephone number goes: after the last election that is to come."""
    today = localdate(now)
    coming = ElectionRound.objects.filter(election_date__gte=today)
    last = coming.aggregate(last=Max("election_date"))["last"]
    return last + timedelta(days=1) if last else today + timedelta(days=_KEPT_DAYS)


def _number(typed: str) -> str:
    """Write a telephone number as it is kept: digits alone, a + before a country's."""
    said = re.sub(r"[\s()./-]", "", latin_digits(typed))
    if said and not _MOBILE.fullmatch(said):
        raise PersonRefused("mobile-unread", "mobile")
    return said


def _said(user: User) -> dict[str, bool]:
    return {"has_email": bool(user.email), "has_mobile": bool(user.mobile)}
