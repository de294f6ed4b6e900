"""Exploring failures: what is picked, what it takes, and the stations for the map."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pollready.assessment.falling import LOGGED, OWN, SERVICE
from pollready.assessment.looks import MEASURES
from pollready.assessment.picks import Pick, codes_of, read_pick
from pollready.console.access import requires
from pollready.console.asking import Asking, ready_for
from pollready.console.context import Reading, read
from pollready.console.explore import (
    choices,
    fallen_query,
    find,
    looks,
    picked,
    refusals,
    result_of,
)
from pollready.console.middleware import ConsoleRequest
from pollready.console.scenario_of_pick import scenario_url
from pollready.console.views.overview import nothing_assessed
from pollready.engine.network import Unknowns
from pollready.people.permissions import Permission


@requires(Permission.EXPLORE_FAILURES)
@require_safe
def explore(request: ConsoleRequest) -> HttpResponse:
    """Show the pick, what can be picked, and what the pick takes; htmx gets the part below."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "explore.title")
    response = render(request, "explore/explore.html", _context(request, reading))
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.EXPLORE_FAILURES)
@require_safe
def explore_result(request: ConsoleRequest) -> HttpResponse:
    """Give only the part of the page that changes with the pick."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "explore.title")
    return render(request, "explore/_work.html", _context(request, reading))


@requires(Permission.EXPLORE_FAILURES)
@require_safe
def explore_stations(request: ConsoleRequest) -> JsonResponse:
    """Give the stations that a pick takes below each level, for the map: keys of listings."""
    reading = read(request)
    asking = ready_for(request, reading)[1] if reading is not None else None
    if asking is None:
        return JsonResponse({"ready": False, "stations": {}}, status=202)
    pick = _pick(request, asking)
    failed = codes_of(pick, asking.explored, asking.scope, by=request.user)
    _log(request, asking, pick, failed)
    found = looks(asking.explored, asking.scope, pick, failed)
    duration = request.GET.get("t", "")
    look = found.get(duration) or found.get(OWN) or found[SERVICE]
    listings = asking.explored.listings
    stations = {name: listings[look.fallen[name][Unknowns.WORKING]].tolist() for name in MEASURES}
    return JsonResponse(
        {"ready": True, "hours": look.duration_h, "failed": len(failed), "stations": stations}
    )


def _pick(request: ConsoleRequest, asking: Asking) -> Pick:
    return read_pick(request.GET, asking.explored, asking.scope, asking.things.veil)


def _context(request: ConsoleRequest, reading: Reading) -> dict[str, object]:
    readiness, asking = ready_for(request, reading)
    if asking is None:
        return {"readiness": readiness, "query": request.GET.urlencode()}
    pick = _pick(request, asking)
    things = asking.things
    searched = request.GET.get("find", "")[:100]
    context: dict[str, object] = {
        "readiness": readiness,
        "asking": asking,
        "pick": pick,
        "tokens": [things.veil.code(code) for code in pick.codes],
        "picked": picked(pick, things, request.GET),
        "refusals": refusals(pick, request.language),
        "searched": searched,
        "candidates": find(searched, pick, things, request.GET),
        "choices": choices(things, asking.scope, pick.selector.place),
        "address": pick.address(things.veil),
        "query": request.GET.urlencode(),
        "result_url": reverse("explore-result"),
    }
    if not pick.is_empty:
        failed = codes_of(pick, asking.explored, asking.scope, by=request.user)
        _log(request, asking, pick, failed)
        result = result_of(
            asking.explored, asking.scope, pick, request.GET, viewer=request.user, failed=failed
        )
        context["result"] = result
        context["fallen_query"] = fallen_query(pick, things, result)
        context["scenario_url"] = scenario_url(pick, failed, things.veil, hours=result.hours)
    return context


def _log(request: ConsoleRequest, asking: Asking, pick: Pick, failed: frozenset[str]) -> None:
    if failed:
        LOGGED.log(asking.explored, failed, pick.hours, by=request.user, now=timezone.now())
