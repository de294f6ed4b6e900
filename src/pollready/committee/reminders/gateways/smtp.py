"""Messages as e-mail, through the office's mail server."""

import smtplib

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from pollready.committee.reminders.gateways import GatewayRefused, Outgoing
from pollready.people.models import User
from pollready.project.reminder_settings import ReminderSettings

_TIMEOUT_S = 20


def address_of(user: User) -> str:
    """Give the e-mail address."""
    return user.email


def deliver(message: Outgoing, settings: ReminderSettings) -> None:
    """Hand a message to the server; raises `GatewayRefused`, which tells nothing of passwords."""
    backend = EmailBackend(
        host=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user,
        password=settings.smtp_password,
        use_tls=settings.smtp_security == "starttls",
        use_ssl=settings.smtp_security == "tls",
        timeout=_TIMEOUT_S,
    )
    letter = EmailMessage(
        subject=message.subject,
        body=message.text,
        from_email=settings.mail_from,
        to=[message.to],
        headers={"Content-Language": message.language, "Auto-Submitted": "auto-generated"},
        connection=backend,
    )
    try:
        letter.send()
    except smtplib.SMTPResponseException as error:
        raise GatewayRefused("server-refused", status=error.smtp_code) from None
    except smtplib.SMTPRecipientsRefused as error:
        status = next(iter(error.recipients.values()), (0, b""))[0]
        raise GatewayRefused("server-refused", status=status) from None
    except (smtplib.SMTPException, OSError):
        raise GatewayRefused("server-unreachable", host=settings.smtp_host) from None
