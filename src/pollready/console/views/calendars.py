"""One's own calendar of deadlines: its secret address, and what a calendar reads there."""

from datetime import UTC, datetime

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.console.access import requires
from pollready.console.attempts import count_refusal, has_tried_too_often
from pollready.console.duties.calendar import calendar_of
from pollready.console.middleware import ConsoleRequest
from pollready.language import say
from pollready.people.calendars import (
    end_calendar_feed,
    feed_of,
    make_calendar_feed,
    user_of_feed,
)

# Where a new address waits for the page that shows it once.
FRESH = "fresh_calendar"


@requires(None)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth is untyped
def calendar_page(request: ConsoleRequest) -> HttpResponse:
    """Tell of one's calendar, and make its address, which is shown once."""
    if request.method == "POST":
        request.session[FRESH] = make_calendar_feed(by=request.user, now=datetime.now(UTC))
        return redirect("duty-calendar")
    fresh = request.session.pop(FRESH, "")
    address = request.build_absolute_uri(reverse("calendar-feed", args=[fresh])) if fresh else ""
    context = {"address": address, "feed": feed_of(request.user)}
    return render(request, "duties/calendar.html", context)


@requires(None)
@require_POST
def calendar_end(request: ConsoleRequest) -> HttpResponse:
    """End the address of one's calendar at once."""
    if end_calendar_feed(by=request.user, now=datetime.now(UTC)):
        messages.success(request, say("duties.calendar.ended", request.language))
    return redirect("duty-calendar")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give a calendar to whoever knows its address; what is no address, too often, must wait."""
    if has_tried_too_often(request):
        return HttpResponse(status=429)
    now = datetime.now(UTC)
    user = user_of_feed(token, now=now)
    if user is None:
        count_refusal(request)
        return HttpResponse(status=404)
    text = calendar_of(user, address=request.build_absolute_uri(reverse("duties")), now=now)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return response
