"""Messages by telephone, through any provider that takes a request over HTTP."""

import json
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pollready.committee.reminders.gateways import GatewayRefused, Outgoing
from pollready.people.models import User
from pollready.project.reminder_settings import ReminderSettings

_TIMEOUT_S = 20
_JSON = "application/json"


class _Stay(HTTPRedirectHandler):
    """Follows no answer elsewhere: the secret of one provider is not another's."""

    def redirect_request(self, *args: object) -> None:
        """Take the answer as it is."""


def address_of(user: User) -> str:
    """Give the telephone number."""
    return user.mobile


def deliver(message: Outgoing, settings: ReminderSettings) -> None:
    """Post the body that the office wrote, filled in; raises `GatewayRefused`."""
    headers = {"Content-Type": _JSON} | dict(settings.http_headers)
    kind = next(value for name, value in headers.items() if name.lower() == "content-type")
    body = filled(settings.http_body, message, is_json=kind.startswith(_JSON))
    request = Request(
        settings.http_url, body.encode(), headers, method="POST"
    )  # checked when settings are read
    host = urlsplit(settings.http_url).hostname or ""
    try:
        with build_opener(_Stay).open(request, timeout=_TIMEOUT_S):
            pass
    except HTTPError as error:
        error.close()
        raise GatewayRefused("server-refused", status=error.code) from None
    except (OSError, HTTPException, ValueError):
        raise GatewayRefused("server-unreachable", host=host) from None


def filled(body: str, message: Outgoing, *, is_json: bool) -> str:
    r"""Put receiver and words in their places, written as the body's kind needs them.

    >>> filled('{"m": {text}, "n": {to}}', Outgoing("0912", "en", "", 'a "b"'), is_json=True)
    '{"m": "a \\"b\\"", "n": "0912"}'
    """
    write = _json if is_json else quote
    places = {"{to}": write(message.to), "{text}": write(message.text)}
    parts = body.replace("{to}", "\0to\0").replace("{text}", "\0text\0").split("\0")
    return "".join(places.get(f"{{{part}}}", part) if at % 2 else part
                   for at, part in enumerate(parts))  # fmt: skip


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
