"""Orders that change the list of stations: relocate, merge, cancel, add."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pollready.audit.queries import last_batch
from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.context import wording_for
from pollready.console.corrections.forms import AddForm, MergeForm, OrderForm, RelocateForm
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.corrections import done, found, on_the_way
from pollready.language import alphabetical, date_short, say
from pollready.people.permissions import Permission
from pollready.people.scopes import is_of_agency, listings_for
from pollready.places.models import Listing, ListingStatus, PlaceLevel
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.list_changes import (
    add,
    cancel,
    mark_of,
    merge,
    places_to_add_in,
    relocate,
)
from pollready.register.corrections.subjects import OutOfReach

Act = Callable[[Any, Listing, dict[str, Any]], Listing]


def _order(
    request: ConsoleRequest, listing_id: int, kind: str, form_of: Any, act: Act,
    first: Callable[[Listing, str], dict[str, Any]] = lambda listing, language: {},
) -> HttpResponse:  # fmt: skip
    """Show the form of an order on a station, and carry it out."""
    _, thing, wording = found(request, f"listing-{listing_id}")
    assert isinstance(thing, Listing)  # asked for as one
    if is_of_agency(request.user):
        raise Http404
    if thing.status == ListingStatus.CANCELLED and request.method != "POST":
        messages.warning(
            request, say("errors.correct.not-in-the-list", request.language, station=thing.code)
        )
        return _back(thing)
    stands: list[Listing] = []
    today = date_short(timezone.localdate(), request.language)
    initial = {"effective_date": today, **first(thing, request.language)}
    form = form_of(
        request.POST if request.method == "POST" else None,
        language=request.language,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        common = {
            "order": form.order,
            "expected": form.cleaned_data["version"] or None,
            "by": request.user,
            "now": datetime.now(UTC),
        }
        try:
            shown = act(form, thing, common)
        except (CorrectionRefused, ChangedMeanwhile) as refused:
            form.refuse(refused)
            thing.refresh_from_db()
            thing.point.refresh_from_db()
            if isinstance(refused, ChangedMeanwhile):
                stands = [thing, *_named_in(form, thing, request)]
        else:
            address = reverse("station", args=[shown.pk])
            sentence = say(f"correct.done.{kind}", request.language, code=thing.code)
            return done(request, address, sentence)
    context = {
        **on_the_way(thing, wording),
        "form": form,
        "kind": kind,
        "listing": thing,
        "version": mark_of(thing),
        "seen": last.number if (last := last_batch()) else 0,
        "stands": stands,
    }
    return render(request, "register/order.html", context, status=422 if form.errors else 200)


def _named_in(form: OrderForm, listing: Listing, request: ConsoleRequest) -> list[Listing]:
    """Give the other station of a merger, as it stands now."""
    code = form.cleaned_data.get("canonical_code")
    stations = listings_for(request.user).filter(round=listing.round_id).select_related("point")
    return list(stations.filter(code=code).exclude(pk=listing.pk)) if code else []


def _back(listing: Listing) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = reverse("station", args=[listing.pk])
    return response


@requires(Permission.CHANGE_LIST)
@require_http_methods(["GET", "HEAD", "POST"])
def station_relocate(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Move a station to another place."""

    def act(form: RelocateForm, listing: Listing, common: dict[str, Any]) -> Listing:
        relocate(listing_id=listing.pk, to=form.to, **common)
        return listing

    def first(listing: Listing, language: str) -> dict[str, Any]:
        return {"name": listing.point.name, "address": listing.point.address}

    return _order(request, listing_id, "relocate", RelocateForm, act, first)


@requires(Permission.CHANGE_LIST)
@require_http_methods(["GET", "HEAD", "POST"])
def station_merge(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Merge a station into another, found by its code."""

    def act(form: MergeForm, listing: Listing, common: dict[str, Any]) -> Listing:
        code = form.cleaned_data["canonical_code"]
        stations = listings_for(request.user).filter(round=listing.round_id)
        into = stations.filter(code=code).first()
        if into is None:
            raise CorrectionRefused("no-such-station", "into", station=code)
        merge(
            listing_id=listing.pk,
            into_id=into.pk,
            expected_voters=form.cleaned_data["voters"],
            seen=form.cleaned_data["seen"],
            **common,
        )
        return into

    return _order(request, listing_id, "merge", MergeForm, act)


@requires(Permission.CHANGE_LIST)
@require_http_methods(["GET", "HEAD", "POST"])
def station_cancel(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Take a station out of the list."""

    def act(form: OrderForm, listing: Listing, common: dict[str, Any]) -> Listing:
        cancel(listing_id=listing.pk, **common)
        return listing

    return _order(request, listing_id, "cancel", OrderForm, act)


@requires(Permission.CHANGE_LIST)
@require_http_methods(["GET", "HEAD", "POST"])
def station_add(request: ConsoleRequest) -> HttpResponse:
    """Put a station on the round's list."""
    round_ = frame_of(request).round
    if round_ is None or is_of_agency(request.user):
        raise Http404
    wording_for(request, round_)  # keeps out who is not cleared for the round
    form = AddForm(
        request.POST if request.method == "POST" else None,
        places=_places(request),
        language=request.language,
        initial={"effective_date": date_short(timezone.localdate(), request.language)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = add(
                round_id=round_.pk,
                station=form.station,
                order=form.order,
                by=request.user,
                now=datetime.now(UTC),
            )
        except CorrectionRefused as refused:
            form.refuse(refused)
        except OutOfReach:
            raise Http404 from None
        else:
            sentence = say("correct.done.add", request.language, code=made.listing.code)
            return done(request, reverse("station", args=[made.listing_id]), sentence)
    context = {"form": form, "kind": "add", "round": round_}
    return render(request, "register/order.html", context, status=422 if form.errors else 200)


def _by_name(named: tuple[str, str, str, int]) -> tuple[str, str]:
    _, county, district, _ = named
    return alphabetical(county), alphabetical(district)


def _places(request: ConsoleRequest) -> list[tuple[int, str]]:
    """Name counties and districts, each district after its county."""
    places = places_to_add_in(request.user).filter(level__lte=PlaceLevel.DISTRICT)
    named = [
        (place.code or place.name, place.parent.name, place.name, place.pk)
        if place.level == PlaceLevel.DISTRICT and place.parent
        else (place.code or place.name, place.name, "", place.pk)
        for place in places.select_related("parent")
    ]
    return [
        (pk, f"{county} — {district}" if district else county)
        for _, county, district, pk in sorted(
            named, key=lambda each: [alphabetical(part) for part in each[1:3]]
        )
    ]
