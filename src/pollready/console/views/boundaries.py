"""Borders of counties and districts: which there are, sending a file, keeping what fits."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pollready.console.access import requires
from pollready.console.boundary_forms import BoundaryUploadForm, read_choices
from pollready.console.middleware import ConsoleRequest
from pollready.intake.boundaries import commands
from pollready.intake.boundaries.matching import Bordered, bordered_places, match
from pollready.intake.boundaries.models import BoundaryFile
from pollready.intake.boundaries.queries import boundaries_for, waiting_file
from pollready.intake.boundaries.reading import BoundariesUnreadable
from pollready.language import message, say
from pollready.people.permissions import Permission
from pollready.people.scopes import places_of


@dataclass(frozen=True, slots=True)
class Row:
    """A border of the waiting file, with the place that it will be kept for."""

    index: int
    name: str
    other_names: str
    positions: int
    place: int | None


@requires(Permission.IMPORT_LISTS)
@require_safe
def boundaries(request: ConsoleRequest) -> HttpResponse:
    """Show the borders that there are, and the file that waits if there is one."""
    return _page(request, BoundaryUploadForm(language=request.language))


@requires(Permission.IMPORT_LISTS)
@require_POST
def upload(request: ConsoleRequest) -> HttpResponse:
    """Take a file in, keep the borders chosen, or put the file away."""
    action = request.POST.get("action")
    if action == "keep":
        return _keep(request)
    if action == "put_away":
        commands.put_away_boundaries(by=request.user)
        messages.success(request, say("map.borders.put_away_done", request.language))
        return _back()
    return _send(request)


def _send(request: ConsoleRequest) -> HttpResponse:
    form = BoundaryUploadForm(request.POST, files=request.FILES, language=request.language)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            commands.send_boundaries(
                content=file.read(), name=file.name, by=request.user, now=_now()
            )
        except BoundariesUnreadable as error:
            form.add_error("file", error)
        else:
            return _back()
    return _page(request, form, status=422)


def _keep(request: ConsoleRequest) -> HttpResponse:
    chosen = read_choices(request.POST)
    try:
        kept = commands.keep_boundaries(
            chosen=chosen,
            source=request.POST.get("source", "").strip(),
            by=request.user,
            now=_now(),
        )
    except (
        commands.NoBoundaryFile, commands.PlaceChosenTwice, commands.NothingChosen
    ) as error:  # fmt: skip
        form = BoundaryUploadForm(language=request.language)
        wrong = message(error, request.language)
        return _page(request, form, status=422, chosen=chosen, wrong=wrong)
    messages.success(request, say("map.borders.kept", request.language, borders=kept.kept))
    return _back()


def _page(
    request: ConsoleRequest,
    form: BoundaryUploadForm,
    *,
    status: int = 200,
    chosen: dict[int, int] | None = None,
    wrong: str = "",
) -> HttpResponse:
    mine = places_of(request.user)
    waiting = waiting_file(request.user)
    places = bordered_places()
    if mine is not None:
        inside = set(mine.values_list("pk", flat=True))
        places = [place for place in places if place.id in inside]
    context: dict[str, Any] = {
        "form": form,
        "wrong": wrong,
        "waiting": waiting,
        "rows": _rows(waiting, places, chosen) if waiting else [],
        "places": places,
        "source": request.POST.get("source", waiting.name if waiting else ""),
        "kept": boundaries_for(request.user)
        .defer("geometry")
        .select_related("place__parent", "recorded_by")
        .order_by("place__level", "place__code", "place__key"),
    }
    return render(request, "map/boundaries.html", context, status=status)


def _rows(
    waiting: BoundaryFile, places: list[Bordered], chosen: dict[int, int] | None
) -> list[Row]:
    """Give the file's borders with their places: what was typed, else what fits by itself."""
    found = match([feature["texts"] for feature in waiting.features], places)
    rows = []
    for index, (feature, place) in enumerate(zip(waiting.features, found, strict=True)):
        others = [text for text in feature["texts"] if text != feature["name"]]
        positions = sum(len(ring) for polygon in feature["polygons"] for ring in polygon)
        given = place if chosen is None else chosen.get(index)
        rows.append(Row(index, feature["name"], " · ".join(others[:4]), positions, given))
    return rows


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _back() -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse("boundaries"))
    response.status_code = 303
    return response
