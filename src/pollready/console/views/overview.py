"""The overview: how many, what to decide, where, why."""

import re

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pollready.assessment.cases.queries import rechecked_since
from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.overview import read_overview
from pollready.language import say
from pollready.people.permissions import Permission

_PRIMARY_KEY = re.compile("[0-9]{1,18}")


@requires(Permission.SEE_REGISTER)
@require_safe
def overview(request: ConsoleRequest) -> HttpResponse:
    """Answer the four questions for the round's last assessment, or of one `place` of it."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "console.overview.title")
    found = read_overview(
        reading.saved, reading.wording, viewer=request.user, place=_place(request)
    )
    if found is None:
        raise Http404
    context = {"overview": found, "rechecked": rechecked_since(request.user, reading.saved)}
    return render(request, "overview/overview.html", context)


def _place(request: ConsoleRequest) -> int | None:
    """Read which place is asked for; raises `Http404` where that can be none."""
    asked = request.GET.get("place", "")
    if asked and not _PRIMARY_KEY.fullmatch(asked):
        raise Http404
    return int(asked) if asked else None


def nothing_assessed(request: ConsoleRequest, heading_key: str) -> HttpResponse:
    """Say what is still missing, and the next command."""
    heading = say(heading_key, request.language)
    empty = "no_round" if frame_of(request).round is None else "no_assessment"
    return render(request, f"overview/{empty}.html", {"heading": heading})
