"""Queues: one station's day and what would change it, the morning surge, the next day."""

import re
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pollready.assessment.models import StationRecord
from pollready.assessment.queries import stations_for
from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.middleware import ConsoleRequest
from pollready.console.mornings import PAIR, CarrierRow, MorningPage, Named, answer_for
from pollready.console.places import ABOVE
from pollready.console.queue_forms import (
    DEVICES_MAX,
    MorningForm,
    NextDayForm,
    QuestionForm,
    typed,
)
from pollready.console.queues import MoveRow, NextDay, StationPage, target_words
from pollready.console.second_stage import SecondStagePage
from pollready.console.views.overview import nothing_assessed
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.wait_figures import MOST_VOTERS
from pollready.obstacles.waits import WaitModel, model_of_hours
from pollready.people.permissions import Permission, may
from pollready.people.scopes import listings_for, places_of
from pollready.planning.device_moves import Placed, moves_within_counties
from pollready.planning.morning_carriers import (
    capacity_of,
    carriers_for,
    stations_behind,
)
from pollready.planning.mornings import MorningQuestion, default_question
from pollready.planning.needs import CountyOf
from pollready.planning.queues import Question, next_day
from pollready.register.models import Component
from pollready.register.queries import components_for

ROWS = 50
CARRIERS = 20
KEY = re.compile("[0-9]{1,18}")
# What is asked where nobody asks yet: 18% of stations in trouble was seen in Ghana in 2012.
HIT_PCT, OUTAGE_FROM_H, OUTAGE_H = 18, 4, 3


@requires(Permission.SEE_REGISTER)
@require_safe
def queue_station(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Show a station's waits over the day, the devices it needs and why, and what might be."""
    reading = read(request)
    if reading is None:
        raise Http404
    records = stations_for(request.user, reading.saved).select_related(
        f"listing__point__place__{ABOVE}"
    )
    record = get_object_or_404(records.defer("detail"), listing=listing_id)
    model = _model(reading)
    question = _question(record, model)
    form = QuestionForm(
        request.GET or None, language=request.language, initial=_initial(question, request.language)
    )
    asked = form.question(model) if form.is_bound and form.is_valid() else None
    page = None
    shown = question or asked
    if shown is not None:
        page = StationPage(shown, asked, reading.round, request.language)
    second = None
    if page is not None and form.is_bound and form.is_valid() and form.cleaned_data["second_min"]:
        wanted = form.cleaned_data
        second = SecondStagePage(page, wanted["second_min"], wanted["second_desks"])
    context = {"record": record, "form": form, "page": page, "second": second}
    context |= {
        "is_known": question is not None,
        "wanted": model.thresholds,
        "target": target_words(model.thresholds, request.language),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "queues/station.html", context, status=status)


def _question(record: StationRecord, model: WaitModel) -> Question | None:
    """Ask of the station as it is; None where that is not known, or cannot be."""
    voters, devices = record.listing.expected_voters, record.devices
    if voters is None or devices is None or voters > MOST_VOTERS:
        return None
    return Question(voters, devices, model) if 0 < devices <= DEVICES_MAX else None


def _initial(question: Question | None, language: str) -> dict[str, str]:
    if question is None:
        return {}
    service_min = question.model.thresholds.check_in_service_min
    shown = {"voters": question.voters, "devices": question.devices, "service_min": service_min}
    return typed(shown, language)


@requires(Permission.SEE_REGISTER)
@require_safe
def queues_morning(request: ConsoleRequest) -> HttpResponse:
    """Show what stations ask of a centre or link in the morning, and what turns would save."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "queues.morning.title")
    model, language = _model(reading), request.language
    component = _chosen(request, reading)
    question = default_question(model)
    stations = stations_for(request.user, reading.saved)
    if component is not None:
        stations = stations_behind(request.user, reading.saved, component)
        question = replace(question, capacity_per_s=capacity_of(reading.saved, component))
    form = _morning_form(request, question)
    wrong = form.is_bound and not form.is_valid()
    if form.is_bound and not wrong:
        question = form.question
    share_max = model.thresholds.surge_capacity_share_max
    answer = answer_for(stations, model, question)
    context: dict[str, Any] = {"form": form, "answer": answer, "share": round(100 * share_max)}
    context["page"] = MorningPage(answer, share_max, reading.round, language)
    context["chosen"] = component and Named(component, reading.wording.veil, language)
    context["is_bounded"] = places_of(request.user) is not None
    context |= _carriers(request, reading)
    return render(request, "queues/morning.html", context, status=422 if wrong else 200)


def _chosen(request: ConsoleRequest, reading: Reading) -> Component | None:
    """Give the component that is asked about; raises `Http404` for one that the viewer has not."""
    asked = request.GET.get("component", "")
    if not asked:
        return None
    if not may(request.user, Permission.SEE_INFRASTRUCTURE) or not KEY.fullmatch(asked):
        raise Http404
    mine = components_for(request.user).filter(round=reading.round)
    return get_object_or_404(mine, pk=int(asked))


def _morning_form(request: ConsoleRequest, question: MorningQuestion) -> MorningForm:
    """Give the form, filled with what is asked where nobody typed anything."""
    shown = {name: getattr(question, name) for name in MorningForm.base_fields}
    is_typed = not shown.keys().isdisjoint(request.GET)
    return MorningForm(
        request.GET if is_typed else None,
        language=request.language,
        initial=typed(shown, request.language),
    )


def _carriers(request: ConsoleRequest, reading: Reading) -> dict[str, Any]:
    """Give a page of the components that may be chosen, and how many are over their capacity."""
    if not may(request.user, Permission.SEE_INFRASTRUCTURE):
        return {}
    found = carriers_for(request.user, reading.saved)
    shown = Paginator(found, CARRIERS).get_page(request.GET.get("page"))
    veil = reading.wording.veil
    return {
        "carriers": shown,
        "carrier_rows": [CarrierRow(each, veil, request.language) for each in shown],
        "over": sum(each.is_over for each in found),
    }


@requires(Permission.SEE_REGISTER)
@require_safe
def queues_next_day(request: ConsoleRequest) -> HttpResponse:
    """Show how many would vote the next day if devices failed, and what that day needs."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "queues.next_day.title")
    usual = {"hit_pct": HIT_PCT, "outage_from_h": OUTAGE_FROM_H, "outage_h": OUTAGE_H}
    shown = typed(usual, request.language)
    form = NextDayForm(request.GET or shown, language=request.language)
    rows = list(_pairs(request, reading))
    known = [(v, d) for v, d in rows if v is not None and d is not None]
    found = None
    if form.is_valid() and known:
        share = form.cleaned_data["hit_pct"] / 100
        found = next_day(known, _model(reading), form.outage, share)
    context: dict[str, Any] = {"form": form, "stations": len(known)}
    context |= {"unknown": len(rows) - len(known), "found": found and NextDay(found)}
    return render(request, "queues/next_day.html", context, status=200 if form.is_valid() else 422)


@requires(Permission.SEE_REGISTER)
@require_safe
def queues_moves(request: ConsoleRequest) -> HttpResponse:
    """Show which devices could go where within each county, so that both ends keep the target."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "queues.moves.title")
    counties = CountyOf()
    columns = ("listing", "listing__point__place", "listing__point__lat", "listing__point__lon",
               "devices_needed", "devices")  # fmt: skip
    rows = stations_for(request.user, reading.saved).order_by("listing__code")
    found = moves_within_counties(
        (
            Placed(listing, counties(place), *rest)
            for listing, place, *rest in rows.values_list(*columns)
        ),
        office_thresholds().road_detour_ratio,
    )
    page = Paginator(found.moves, ROWS).get_page(request.GET.get("page"))
    wanted = {end for move in page for end in (move.source, move.target)}
    listings = listings_for(request.user).select_related(f"point__place__{ABOVE}").in_bulk(wanted)
    shown = [MoveRow(move, listings[move.source], listings[move.target]) for move in page]
    return render(request, "queues/moves.html", {"found": found, "page": page, "rows": shown})


def _model(reading: Reading) -> WaitModel:
    return model_of_hours(reading.round.polling_h, office_thresholds())


def _pairs(request: ConsoleRequest, reading: Reading) -> Any:
    return stations_for(request.user, reading.saved).order_by().values_list(*PAIR)
