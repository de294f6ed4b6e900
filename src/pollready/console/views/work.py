"""What the person who is signed in owes."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pollready.committee.reminders.commands import mark_seen
from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.console.work import read_work
from pollready.language import say
from pollready.people.permissions import Permission


@requires(Permission.SEE_REGISTER)
@require_safe
def work_page(request: ConsoleRequest) -> HttpResponse:
    """List what he owes: by when, for which objects, how many voters wait, and the next step."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "work.title")
    found = read_work(reading, request.user, request.GET.dict())
    return render(request, "work/work.html", {"found": found})


@requires(Permission.SEE_REGISTER)
@require_POST
def work_seen(request: ConsoleRequest) -> HttpResponse:
    """Note that he has seen what he was reminded of."""
    if mark_seen(request.user, now=datetime.now(UTC)):
        messages.success(request, say("reminders.marked", request.language))
    return redirect("work")
