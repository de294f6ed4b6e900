"""How reminders leave this installation: read from `POLLREADY_*` and checked at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

GATEWAYS = ("file", "smtp", "http")
DAYS_MAX = 60
_HEADER = re.compile(r"([A-Za-z0-9-]{1,60}):\s*([^\r\n]{1,1000})")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
# What stands in the body for the receiver and the words.
PLACES = ("{to}", "{text}")
USUAL_BODY = '{"to": {to}, "text": {text}}'

Wrong = Callable[[str, str, str], Exception]
ReadFile = Callable[[str, Path], str]


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """The gateway of reminders, and what it needs; docs/reference/settings.md lists them."""

    gateway: str = "file"
    days: int = 3  # before a deadline
    console_url: str = ""  # what a message leads to; empty: it names no address
    outbox: Path = field(default=Path("outbox"))
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_security: str = ""  # empty, `starttls` or `tls`
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    mail_from: str = ""
    http_url: str = ""
    http_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    http_body: str = USUAL_BODY


def read_reminders(
    values: Mapping[str, str], data: Path, *, address: str, wrong: Wrong, read_file: ReadFile
) -> ReminderSettings:
    """Read every setting of reminders; `wrong(name, value, expected)` is what is raised.

    `address` is that of the console, to which messages lead.
    """

    def secret(name: str, in_file: str) -> str:
        named = values.get(in_file)
        if values.get(name) or not named:
            return values.get(name, "")
        return read_file(in_file, Path(named))

    gateway = values.get("POLLREADY_REMINDERS") or "file"
    if gateway not in GATEWAYS:
        raise wrong("POLLREADY_REMINDERS", gateway, "gateway")
    days = values.get("POLLREADY_REMINDER_DAYS") or "3"
    if not re.fullmatch("[0-9]{1,2}", days) or int(days) > DAYS_MAX:
        raise wrong("POLLREADY_REMINDER_DAYS", days, "days")
    host, port, security, user = _smtp(values.get("POLLREADY_SMTP", ""), wrong)
    mail_from = values.get("POLLREADY_MAIL_FROM", "")
    if mail_from and not _ADDRESS.fullmatch(mail_from):
        raise wrong("POLLREADY_MAIL_FROM", mail_from, "mail_address")
    if gateway == "smtp" and not (host and mail_from):
        missing = "POLLREADY_MAIL_FROM" if host else "POLLREADY_SMTP"
        raise wrong(missing, "", "mail_address" if host else "smtp")
    http_url = values.get("POLLREADY_SMS_URL", "")
    if (http_url or gateway == "http") and not _is_web(http_url):
        raise wrong("POLLREADY_SMS_URL", http_url, "web_address")
    body = values.get("POLLREADY_SMS_BODY") or USUAL_BODY
    if not all(place in body for place in PLACES):
        raise wrong("POLLREADY_SMS_BODY", body, "sms_body")
    outbox = values.get("POLLREADY_OUTBOX")
    return ReminderSettings(
        gateway=gateway,
        days=int(days),
        console_url=address,
        outbox=Path(outbox) if outbox else data / "outbox",
        smtp_host=host,
        smtp_port=port,
        smtp_security=security,
        smtp_user=user,
        smtp_password=secret("POLLREADY_SMTP_PASSWORD", "POLLREADY_SMTP_PASSWORD_FILE"),
        mail_from=mail_from,
        http_url=http_url,
        http_headers=_headers(secret("POLLREADY_SMS_HEADERS", "POLLREADY_SMS_HEADERS_FILE"), wrong),
        http_body=body,
    )


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _smtp(address: str, wrong: Wrong) -> tuple[str, int, str, str]:
    """Take `smtp://user@host:port` apart; `smtps://` is TLS from the start."""
    if not address:
        return "", 25, "", ""
    ways = {"smtp": ("", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
    try:
        parts = urlsplit(address)
        security, port = ways[parts.scheme]
        found = parts.hostname or "", parts.port or port, security, parts.username or ""
    except (KeyError, ValueError):
        raise wrong("POLLREADY_SMTP", "…", "smtp") from None
    if not found[0] or parts.password:
        raise wrong("POLLREADY_SMTP", "…", "smtp")
    return found


def _headers(text: str, wrong: Wrong) -> Mapping[str, str]:
    """Read headers, one a line; their values are secrets and never told."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _HEADER.fullmatch(line)
        if match is None:
            raise wrong("POLLREADY_SMS_HEADERS", "…", "headers")
        found[match[1]] = match[2]
    return found
