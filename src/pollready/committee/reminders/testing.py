"""Trying the way by which reminders leave, and letting what failed be tried once more."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.committee.reminders.gateways import GatewayRefused, Outgoing, gateway_of
from pollready.committee.reminders.models import MessageState
from pollready.committee.reminders.queries import failed_messages
from pollready.language import LANGUAGES, say
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.project.reminder_settings import ReminderSettings

TYPE = "reminder_gateway"


def send_test_message(*, by: User, now: datetime) -> None:
    """Send somebody a message of his own by the way in use; the log says whether it left.

    Raises `NotPermitted`, and `GatewayRefused` where it did not leave or he has no address.
    """
    check(by, Permission.MANAGE_PEOPLE)
    ways: ReminderSettings = settings.POLLREADY_REMINDERS
    gateway = gateway_of(ways.gateway)
    refused: GatewayRefused | None = None
    try:
        to = gateway.address_of(by)
        if not to:
            raise GatewayRefused("no-own-address")
        gateway.deliver(_message(by, to), ways)
    except GatewayRefused as error:
        refused = error
    # Written once the message left: within a transaction a slow server would hold up all writers.
    after = {"sent": refused is None, "error": refused.code if refused else ""}
    with transaction.atomic():
        entry = Entry(TYPE, ways.gateway, None, after)
        record(actor=by.username, command="send_test_message", now=now, entries=[entry])
    if refused is not None:
        raise refused


def _message(to_user: User, to: str) -> Outgoing:
    language = to_user.language if to_user.language in LANGUAGES else LANGUAGES[0]
    words = say("reminders.text.test", language)
    return Outgoing(to, language, say("reminders.subject", language), words)


@transaction.atomic
def try_failed_again(*, by: User, now: datetime) -> int:
    """Let every message that did not leave be sent by the next run; give how many there are.

    Raises `NotPermitted`.
    """
    check(by, Permission.MANAGE_PEOPLE)
    number = failed_messages().order_by().update(state=MessageState.WAITING, tries=0)
    if number:
        ways: ReminderSettings = settings.POLLREADY_REMINDERS
        entry = Entry(TYPE, ways.gateway, None, {"messages": number})
        record(actor=by.username, command="try_reminders_again", now=now, entries=[entry])
    return number
