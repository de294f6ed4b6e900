"""The list of stations and one station's page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pollready.assessment.queries import stations_for
from pollready.console.access import requires
from pollready.console.context import Reading, read, wording_for
from pollready.console.filters import chips
from pollready.console.middleware import ConsoleRequest
from pollready.console.station import read_station
from pollready.console.station_list import PLACES_ABOVE, choices, find_stations
from pollready.console.views.overview import nothing_assessed
from pollready.people.permissions import Permission
from pollready.people.scopes import listings_for


@requires(Permission.SEE_REGISTER)
@require_safe
def station_list(request: ConsoleRequest) -> HttpResponse:
    """List the stations that the filters leave; htmx gets only the part that changes."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "console.list.title")
    response = render(request, _template(request), _list_context(request, reading))
    patch_vary_headers(response, ["HX-Request"])
    return response


def _template(request: ConsoleRequest) -> str:
    return "stations/_found.html" if request.htmx else "stations/list.html"


def _list_context(request: ConsoleRequest, reading: Reading) -> dict[str, object]:
    chosen, found = find_stations(
        stations_for(request.user, reading.saved), request.GET, request.language
    )
    values = {name: value for name, value in chosen.form.cleaned_data.items() if value}
    return {
        "found": found,
        "chosen": values,
        "chips": chips(values, reading.wording, viewer=request.user),
        "choices": choices(reading.saved, values, reading.wording, viewer=request.user),
    }


@requires(Permission.SEE_REGISTER)
@require_safe
def station_page(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Show one station: criteria, what it depends on, causes, claims, stops, history."""
    listing = get_object_or_404(
        listings_for(request.user).select_related("round", PLACES_ABOVE.removeprefix("listing__")),
        pk=listing_id,
    )
    station = read_station(listing, wording_for(request, listing.round), viewer=request.user)
    return render(request, "stations/station.html", {"station": station})
