"""The session of a browser: begun at sign-in, over after twelve hours, one device each."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib.auth import logout
from django.core.cache import caches
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from pollready.people.models import User
from pollready.people.sessions import SESSION_LIFETIME, forget_session, see_session, start_session

SIGNED_IN_AT = "signed_in_at"
# Set while somebody who must have a second step has none.
STEP_DUE = "second_step_due"
# Within this time nobody is asked for his password again.
LATELY = timedelta(minutes=10)
SEEN_EVERY_S = 60
# What somebody may open who must set up a second step first.
OPEN_WHILE_DUE = (
    "/account/second-step/", "/account/confirm/", "/sign-out/", "/language/",
)  # fmt: skip

Next = Callable[[HttpRequest], HttpResponseBase]


def begin_session(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Note the device of a session that has just begun; its key was changed by signing in."""
    if not request.session.session_key:
        request.session.create()
    request.session[SIGNED_IN_AT] = now.timestamp()
    start_session(
        user,
        key=request.session.session_key or "",
        address=request.META.get("REMOTE_ADDR") or None,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        second_step=getattr(request, "second_step", ""),
        now=now,
    )


def signed_in_lately(request: HttpRequest, *, now: datetime) -> bool:
    """Say whether this session began just now."""
    began = request.session.get(SIGNED_IN_AT)
    return began is not None and now.timestamp() - began < LATELY.total_seconds()


def signed_in_devices(get_response: Next) -> Next:
    """End sessions after their time, note that a device was seen, and lead to what is due."""

    def pass_through(request: HttpRequest) -> HttpResponseBase:
        began = request.session.get(SIGNED_IN_AT)
        if began is None:
            return get_response(request)
        now = datetime.now(UTC)
        key = request.session.session_key or ""
        if now.timestamp() - began > SESSION_LIFETIME.total_seconds():
            forget_session(key)
            logout(request)
            return get_response(request)
        if caches["here"].add(f"seen:{key}", True, SEEN_EVERY_S):
            see_session(key, now=now)
        if request.session.get(STEP_DUE) and not request.path.startswith(OPEN_WHILE_DUE):
            return _lead_to_second_step(request)
        return get_response(request)

    return pass_through


def _lead_to_second_step(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(reverse("account-mfa"))
    return redirect("account-mfa")
