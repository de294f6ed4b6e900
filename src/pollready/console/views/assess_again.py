"""Assessing a round anew after corrections, in the background."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from pollready.console.access import requires
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.language import say
from pollready.people.permissions import Permission


@requires(Permission.ASSESS)
@require_POST
def assess_again(request: ConsoleRequest) -> HttpResponse:
    """Start an assessment of the round and go back; it can be left alone meanwhile."""
    round_ = frame_of(request).round
    if round_ is None:
        raise Http404
    _background().start_assessment(round_.pk, by=request.user, now=datetime.now(UTC))
    messages.success(request, say("correct.done.assessing", request.language))
    response = HttpResponse(status=303)
    response["Location"] = reverse("overview")
    return response


def _background() -> Any:
    """Give the runner of background work: the one place that knows where it stands."""
    return import_module("pollready.jobs.background")
