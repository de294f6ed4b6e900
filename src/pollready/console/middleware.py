"""What every request passes through: its language, and headers that keep pages private."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from pollready.language import LANGUAGES
from pollready.people.models import User

LANGUAGE_COOKIE = "pollready_language"
# Nothing in the console asks a browser for any of these.
NO_SENSORS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

Next = Callable[[HttpRequest], HttpResponseBase]


class ConsoleRequest(HttpRequest):
    """A request as the console's views get it."""

    language: str
    htmx: HtmxDetails
    user: User  # LoginRequiredMiddleware lets nobody else through to such a view


def language(get_response: Next) -> Next:
    """Choose `request.language`: this browser's choice, the user's own, the installation's."""

    def choose(request: HttpRequest) -> HttpResponseBase:
        request.language = language_of(request)  # type: ignore[attr-defined]  # see ConsoleRequest
        return get_response(request)

    return choose


def language_of(request: HttpRequest) -> str:
    """Give the language for a request without touching the database more than needed."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    user = getattr(request, "user", None)
    own = user.language if user is not None and user.is_authenticated else ""
    return own if own in LANGUAGES else settings.LANGUAGE_CODE


def privacy_headers(get_response: Next) -> Next:
    """Keep pages out of shared and disk caches, and sensors off."""

    def add(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.setdefault("Permissions-Policy", NO_SENSORS)
        response.setdefault("Cache-Control", "private, no-store")
        return response

    return add
