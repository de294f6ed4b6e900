"""One station's page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pollready.console.access import requires
from pollready.console.context import wording_for
from pollready.console.middleware import ConsoleRequest
from pollready.console.places import ABOVE
from pollready.console.station import read_station
from pollready.people.permissions import Permission
from pollready.people.scopes import listings_for


@requires(Permission.SEE_REGISTER)
@require_safe
def station_page(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Show one station: criteria, what it depends on, causes, claims, stops, history."""
    listing = get_object_or_404(
        listings_for(request.user).select_related("round", f"point__place__{ABOVE}"),
        pk=listing_id,
    )
    station = read_station(listing, wording_for(request, listing.round), viewer=request.user)
    return render(request, "stations/station.html", {"station": station})
