"""Reminders as who keeps the installation sees them: ways, deliveries, failures, a test."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pollready.committee.reminders.gateways import GatewayRefused
from pollready.committee.reminders.models import TRIES_MAX
from pollready.committee.reminders.queries import (
    channels,
    failed_messages,
    last_messages,
    messages_by_state,
)
from pollready.committee.reminders.testing import send_test_message, try_failed_again
from pollready.console.access import requires
from pollready.console.middleware import ConsoleRequest
from pollready.console.reminders import trouble_of
from pollready.jobs.reminding import last_reminding, remind_now
from pollready.language import message, say
from pollready.people.permissions import Permission

SHOWN = 25
FAILED = "failed"


@requires(Permission.MANAGE_PEOPLE)
@require_safe
def reminder_channels(request: ConsoleRequest) -> HttpResponse:
    """Show by what way reminders leave, whom it reaches, and what became of the last ones."""
    only = FAILED if request.GET.get("only") == FAILED else ""
    found = failed_messages() if only else last_messages()
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    counts = messages_by_state()
    context = {
        "channels": channels(),
        "rows": [(each, trouble_of(each, request.language)) for each in page],
        "page": page,
        "only": only,
        "all": sum(counts.values()),
        "failed": failed_messages().count(),
        "tries_max": TRIES_MAX,
        "run": last_reminding(),
    }  # fmt: skip
    return render(request, "people/reminders.html", context)


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def reminder_test(request: ConsoleRequest) -> HttpResponse:
    """Send who asks a message by the way in use."""
    try:
        send_test_message(by=request.user, now=datetime.now(UTC))
    except GatewayRefused as refused:
        messages.error(request, message(refused, request.language))
    else:
        messages.success(request, say("reminders.channels.tested", request.language))
    return redirect("reminder-channels")


@requires(Permission.MANAGE_PEOPLE)
@require_POST
def reminder_again(request: ConsoleRequest) -> HttpResponse:
    """Let what failed be sent by the next run."""
    now = datetime.now(UTC)
    if number := try_failed_again(by=request.user, now=now):
        remind_now(by=request.user, now=now)
    messages.success(request, say("reminders.channels.again_done", request.language,
                                  messages=number))  # fmt: skip
    return redirect("reminder-channels")
