"""What the map asks for: its layers, and the lines of what is selected."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from pollready.assessment.models import FindingRecord
from pollready.assessment.queries import findings_for
from pollready.audit.version import register_version
from pollready.console import map_layers as layers
from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.frame import frame_of
from pollready.console.lists.description import Matching
from pollready.console.lists.stations import StationList
from pollready.console.map_answers import (
    ANSWERS,
    Answer,
    asked,
    key_of,
    packed,
    respond,
)
from pollready.console.map_page import obstacle_of
from pollready.console.middleware import ConsoleRequest
from pollready.intake.boundaries.queries import boundaries_for
from pollready.people.permissions import Permission, may
from pollready.people.scopes import listings_for
from pollready.register.links import links_of
from pollready.register.queries import components_for


@requires(Permission.SEE_REGISTER)
@require_safe
def map_data(request: ConsoleRequest) -> HttpResponse:
    """Give one layer: stations (as the list filters them), stops, components or borders."""
    reading = read(request)
    layer = _LAYERS.get(request.GET.get("layer", "stations"))
    if reading is None or layer is None:
        raise Http404
    open_to_all = frame_of(request).classification == "normal"
    return respond(request, layer(request, reading), storable=open_to_all)


def filtered(request: ConsoleRequest, reading: Reading) -> Matching:
    """Give the stations that the filters of the address leave; all where it cannot be read."""
    return StationList(reading, request.user).matching(request.GET)


def _findings(request: ConsoleRequest, reading: Reading) -> QuerySet[FindingRecord] | None:
    """Give the findings of the obstacle by which the map is coloured, if it is by one."""
    obstacle = obstacle_of(request.GET.get("by", ""))
    if obstacle is None:
        return None
    what, value = obstacle
    chosen = Q(cause__rule=value) if what == "rule" else Q(cause=value)
    return findings_for(request.user, reading.saved).filter(chosen)


def _stations(request: ConsoleRequest, reading: Reading) -> Answer:
    matching, findings = filtered(request, reading), _findings(request, reading)
    records, falling = matching.rows, matching.filters.falling
    key = f"stations {key_of(records, findings)} {'' if falling is None else falling.key}"
    return ANSWERS.get(key, lambda: packed(layers.station_layer(records, findings, falling)))


def _stops(request: ConsoleRequest, reading: Reading) -> Answer:
    records = filtered(request, reading).rows
    key = f"stops {key_of(records)}"
    return ANSWERS.get(key, lambda: packed(layers.stop_layer(records)))


def _components(request: ConsoleRequest, reading: Reading) -> Answer:
    user = request.user
    if not may(user, Permission.SEE_INFRASTRUCTURE):
        raise PermissionDenied
    components = layers.positioned(user, reading.round.pk)
    # What the veil shows hangs on the user himself, so nobody else gets this answer.
    key = (
        f"components {register_version()} {request.language} {user.pk} {user.role} "
        f"{user.clearance} {user.may_see_names} {user.agency_id} {asked(components)}"
    )
    veil = reading.wording.veil
    return ANSWERS.get(
        key, lambda: packed(layers.component_layer(components, veil, request.language))
    )


def _borders(request: ConsoleRequest, reading: Reading) -> Answer:
    boundaries = boundaries_for(request.user)
    key = f"borders {register_version()} {asked(boundaries)}"
    return ANSWERS.get(key, lambda: packed(layers.border_layer(boundaries)))


_LAYERS: dict[str, Callable[[ConsoleRequest, Reading], Answer]] = {
    "stations": _stations,
    "stops": _stops,
    "components": _components,
    "borders": _borders,
}


@requires(Permission.SEE_INFRASTRUCTURE)
@require_safe
def map_lines(request: ConsoleRequest) -> HttpResponse:
    """Give the lines of what is selected: of a station upward, of a component to its stations."""
    reading = read(request)
    if reading is None:
        raise Http404
    if station := _number(request.GET.get("station")):
        return JsonResponse(_lines_of_station(request, reading, station))
    if component := _number(request.GET.get("component")):
        return JsonResponse(_lines_of_component(request, reading, component))
    raise Http404


def _lines_of_station(
    request: ConsoleRequest, reading: Reading, listing_id: int
) -> dict[str, object]:
    listing = get_object_or_404(
        listings_for(request.user).filter(round=reading.round).select_related("point"),
        pk=listing_id,
    )
    point, links = listing.point, links_of(reading.round.pk, register_version())
    at = (point.lon, point.lat) if point.lon is not None and point.lat is not None else None
    components = layers.positioned(request.user, reading.round.pk)
    needed = {code for _, code in links.upward(listing.pk)}
    shown = layers.shown_positions(components.filter(code__in=needed), reading.wording.veil)
    return {
        "lines": layers.lines_up(listing.pk, at, links, shown),
        "needed": len(needed),
        "shown": len(shown),
    }


def _lines_of_component(
    request: ConsoleRequest, reading: Reading, component_id: int
) -> dict[str, object]:
    component = get_object_or_404(
        components_for(request.user).filter(round=reading.round), pk=component_id
    )
    if (
        not reading.wording.veil.shows(component.code)
        or component.lon is None
        or component.lat is None
    ):
        raise Http404
    links = links_of(reading.round.pk, register_version())
    below = layers.stations_below(request.user, reading.saved, component.code, links)
    at = (component.lon, component.lat)
    return {
        "lines": [[*at, *end] for end in below.ends[: layers.LINES_MAX]],
        "needed": below.stations,
        "shown": min(len(below.ends), layers.LINES_MAX),
    }


def _number(text: str | None) -> int | None:
    """Read a primary key of the address; anything else is none."""
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > 18:
        return None
    return int(text)
