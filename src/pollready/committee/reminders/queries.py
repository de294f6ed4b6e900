"""How reminders leave: the ways there are, whom each reaches, and what became of messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, QuerySet

from pollready.committee.reminders.gateways import gateway_of
from pollready.committee.reminders.models import STUCK, ReminderMessage
from pollready.people.models import User
from pollready.project.reminder_settings import GATEWAYS, ReminderSettings


@dataclass(frozen=True, slots=True)
class Channel:
    """One way by which messages can leave; `leads_to` is its folder or server, never a secret."""

    name: str
    leads_to: str  # empty where nothing is set for it
    is_used: bool
    reaches: int  # of the accounts
    accounts: int


def channels() -> list[Channel]:
    """Give every way with whom it reaches, the one in use first."""
    ways: ReminderSettings = settings.POLLREADY_REMINDERS
    people = list(User.objects.filter(is_active=True))
    found = [
        Channel(
            name,
            _leads_to(name, ways),
            name == ways.gateway,
            sum(bool(gateway_of(name).address_of(each)) for each in people),
            len(people),
        )
        for name in GATEWAYS
    ]
    return sorted(found, key=lambda each: not each.is_used)


def _leads_to(name: str, ways: ReminderSettings) -> str:
    if name == "file":
        return str(ways.outbox)
    if name == "smtp":
        return f"{ways.smtp_host}:{ways.smtp_port}" if ways.smtp_host else ""
    return urlsplit(ways.http_url).hostname or ""


def last_messages() -> QuerySet[ReminderMessage]:
    """Give messages, the newest first, with whom they went to."""
    return ReminderMessage.objects.select_related("user__agency")


def failed_messages() -> QuerySet[ReminderMessage]:
    """Give those that did not leave and would be sent again: of accounts that are open."""
    return last_messages().filter(state__in=STUCK, user__is_active=True)


def messages_by_state() -> Mapping[str, int]:
    """Count messages by how far they are."""
    rows = ReminderMessage.objects.order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)
