"""Messages as letters in a folder, from which the office's own program sends them on."""

import os
import secrets
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

from pollready.committee.reminders.gateways import GatewayRefused, Outgoing
from pollready.people.models import User
from pollready.project.reminder_settings import ReminderSettings


def address_of(user: User) -> str:
    """Give where the office's program may send it: by mail, by telephone, else by the name."""
    return user.email or user.mobile or user.username


def deliver(message: Outgoing, settings: ReminderSettings) -> None:
    """Write one letter, whole or not at all; raises `GatewayRefused`."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = message.subject
    letter["X-PollReady-To"] = message.to
    if "@" in message.to:
        letter["To"] = message.to
    letter.set_content(message.text)
    letter["Content-Language"] = message.language
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(8)}.eml"
    whole = settings.outbox / name
    part = whole.with_suffix(".part")
    try:
        settings.outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(bytes(letter))
        part.replace(whole)
    except OSError as error:
        raise GatewayRefused("outbox-unusable", why=error.strerror or "") from None
