"""Queues: one station's day and what would change it, the morning surge, the next day."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.middleware import ConsoleRequest
from pollready.console.queue_answers import (
    MorningAnswered,
    MovesAnswer,
    NextDayAnswer,
    StationAnswer,
)
from pollready.console.queues import target_words
from pollready.console.views.overview import nothing_assessed
from pollready.people.permissions import Permission, may
from pollready.people.scopes import places_of

ROWS = 50
CARRIERS = 20


@requires(Permission.SEE_REGISTER)
@require_safe
def queue_station(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Show a station's waits over the day, the devices it needs and why, and what might be."""
    reading = read(request)
    if reading is None:
        raise Http404
    found = StationAnswer(reading, request.user, request.GET, request.language, listing_id)
    thresholds = found.model.thresholds
    context = {
        "record": found.record, "form": found.form, "page": found.page, "second": found.second,
        "is_known": found.question is not None,
        "wanted": thresholds,
        "target": target_words(thresholds, request.language),
    }  # fmt: skip
    return _shown(request, "queues/station.html", context, is_wrong=found.is_wrong)


@requires(Permission.SEE_REGISTER)
@require_safe
def queues_morning(request: ConsoleRequest) -> HttpResponse:
    """Show what stations ask of a centre or link in the morning, and what turns would save."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "queues.morning.title")
    found = MorningAnswered(reading, request.user, request.GET, request.language)
    context = {
        "form": found.form, "answer": found.answer, "share": round(100 * found.share_max),
        "page": found.page, "chosen": found.chosen,
        "is_bounded": places_of(request.user) is not None,
        **_carriers(request, found),
    }  # fmt: skip
    return _shown(request, "queues/morning.html", context, is_wrong=found.is_wrong)


def _carriers(request: ConsoleRequest, found: MorningAnswered) -> dict[str, Any]:
    """Give a page of the components that may be chosen, and how many are over their capacity."""
    if found.carriers is None:
        return {}
    shown = Paginator(found.carriers, CARRIERS).get_page(request.GET.get("page"))
    return {
        "carriers": shown,
        "carrier_rows": [found.carrier_row(each) for each in shown],
        "over": sum(each.is_over for each in found.carriers),
    }


@requires(Permission.SEE_REGISTER)
@require_safe
def queues_next_day(request: ConsoleRequest) -> HttpResponse:
    """Show how many would vote the next day if devices failed, and what that day needs."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "queues.next_day.title")
    found = NextDayAnswer(reading, request.user, request.GET, request.language)
    context = {
        "form": found.form, "stations": len(found.known), "unknown": found.unknown,
        "found": found.found,
    }  # fmt: skip
    is_wrong = not found.form.is_valid()
    return _shown(request, "queues/next_day.html", context, is_wrong=is_wrong)


@requires(Permission.SEE_REGISTER)
@require_safe
def queues_moves(request: ConsoleRequest) -> HttpResponse:
    """Show which devices could go where within each county, so that both ends keep the target."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "queues.moves.title")
    answer = MovesAnswer(reading, request.user, request.GET, request.language)
    page = Paginator(answer.found.moves, ROWS).get_page(request.GET.get("page"))
    context = {"found": answer.found, "page": page, "rows": answer.rows(list(page))}
    return _shown(request, "queues/moves.html", context, is_wrong=False)


def _shown(
    request: ConsoleRequest, template: str, context: dict[str, Any], *, is_wrong: bool
) -> HttpResponse:
    more = {
        "may_export": may(request.user, Permission.EXPORT),
        "asked": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    return render(request, template, context | more, status=422 if is_wrong else 200)
