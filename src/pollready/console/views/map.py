"""The map's page, and the card of what is selected on it."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pollready.audit.version import register_version
from pollready.console import map_card as cards
from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.lists.stations import StationList
from pollready.console.map_page import colouring_of, colourings, count, legends, obstacle_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.intake.boundaries.queries import boundaries_for
from pollready.people.permissions import Permission, may
from pollready.register.links import links_of
from pollready.register.queries import components_for

_IDS = re.compile("[0-9]{1,18}(,[0-9]{1,18})*")
_PRIMARY_KEY = re.compile("[0-9]{1,18}")


@requires(Permission.SEE_REGISTER)
@require_safe
def map_page(request: ConsoleRequest) -> HttpResponse:
    """Show the stations that the filters leave on a map; htmx gets the part that changes."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "map.title")
    template = "map/_found.html" if request.htmx else "map/map.html"
    response = render(request, template, _context(request, reading))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _context(request: ConsoleRequest, reading: Reading) -> dict[str, object]:
    viewer, wording = request.user, reading.wording
    listing = StationList(reading, viewer)
    matching = listing.matching(request.GET)
    fields = listing.fields(matching.chosen)
    rules = next((field.options or () for field in fields if field.name == "rule"), ())
    falling = matching.filters.falling
    by = colouring_of(request.GET.get("by", ""), falling)
    filters = request.GET.copy()
    for name in ("page", "sort", "by", "columns"):
        filters.pop(name, None)
    return {
        "counted": count(matching.rows, within=_place_of(matching.chosen)),
        "understood": matching.understood,
        "chosen": matching.chosen,
        "chips": listing.chips(matching.chosen),
        "fields": [f for f in fields if f.name in listing.primary and not f.hidden],
        "more_fields": [f for f in fields if f.name not in listing.primary and not f.hidden],
        "hidden_fields": [f for f in fields if f.hidden],
        "more_is_open": any(
            f.value for f in fields if f.name not in listing.primary and not f.hidden
        ),
        "by": by,
        "colourings": colourings(rules, by, wording, falls=falling is not None),
        "legends": legends(request.language),
        "filters": filters.urlencode(),
        "first_data": _first_data(filters, by),
        "has_borders": boundaries_for(viewer).exists(),
        "sees_infrastructure": may(viewer, Permission.SEE_INFRASTRUCTURE),
    }


def _place_of(chosen: Mapping[str, Any]) -> int | None:
    return int(chosen["place"]) if chosen.get("place") else None


def _first_data(filters: QueryDict, by: str) -> str:
    """Give the address of the stations that the page shows first, for the browser to fetch."""
    asked = filters.copy()
    asked["layer"] = "stations"
    if obstacle_of(by) is not None:
        asked["by"] = by
    return f"{reverse('map-data')}?{asked.urlencode()}"


@requires(Permission.SEE_REGISTER)
@require_safe
def map_card(request: ConsoleRequest) -> HttpResponse:
    """Show what is selected: `station`, `component`, or several `stations` at one spot."""
    reading = read(request)
    if reading is None:
        raise Http404
    if _PRIMARY_KEY.fullmatch(number := request.GET.get("station", "")):
        return _card_of_station(request, reading, int(number))
    if _PRIMARY_KEY.fullmatch(number := request.GET.get("component", "")):
        return _card_of_component(request, reading, int(number))
    if _IDS.fullmatch(numbers := request.GET.get("stations", "")):
        listings = [int(each) for each in numbers.split(",")[: cards.AT_ONE_SPOT]]
        rows = cards.stations_at_one_spot(request.user, reading.saved, listings)
        ids = ",".join(str(row.listing_id) for row in rows)
        in_view = request.GET.get("of") == "view"
        return render(request, "map/_spot.html", {"rows": rows, "ids": ids, "in_view": in_view})
    raise Http404


def _card_of_station(request: ConsoleRequest, reading: Reading, pk: int) -> HttpResponse:
    record = get_object_or_404(cards.with_place(reading.saved, request.user), listing=pk)
    card = cards.station_card(record, reading.saved, reading.wording, viewer=request.user)
    lines = may(request.user, Permission.SEE_INFRASTRUCTURE)
    return render(request, "map/_station.html", {"station": card, "may_see_lines": lines})


def _card_of_component(request: ConsoleRequest, reading: Reading, pk: int) -> HttpResponse:
    if not may(request.user, Permission.SEE_INFRASTRUCTURE):
        raise Http404
    component = get_object_or_404(
        components_for(request.user)
        .filter(round=reading.round)
        .select_related("agency", "place__parent__parent"),
        pk=pk,
    )
    links = links_of(reading.round.pk, register_version())
    card = cards.component_card(
        component, reading.saved, links, reading.wording, viewer=request.user
    )
    return render(request, "map/_component.html", {"component": card})
