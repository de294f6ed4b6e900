"""Deciding beforehand what a station gets or what stays where, and withdrawing that."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pollready.console.access import requires
from pollready.console.allocation_forms import KeptDecisionForm, StationDecisionForm
from pollready.console.allocations import AllocationPages, stations_coded
from pollready.console.form_writing import attempt
from pollready.console.kept_plan_forms import ReasonForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.allocations import pages_or_404
from pollready.console.views.corrections import done
from pollready.language import isolate, say
from pollready.people.permissions import Permission
from pollready.planning.allocations.commands import (
    DecisionDraft,
    decide_allocation,
    withdraw_decision,
)
from pollready.planning.allocations.keeping import kinds_now
from pollready.planning.allocations.means import office_means
from pollready.planning.allocations.rules import AllocationRefused
from pollready.planning.means import kind_of
from pollready.reports.allocation_file import kind_words
from pollready.resources.queries import lots_for


@requires(Permission.PLAN_MEANS)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_station(request: ConsoleRequest) -> HttpResponse:
    """Decide what one station gets in every plan."""
    pages = _pages(request)
    round_id = pages.reading.round.pk
    form = StationDecisionForm(
        request.POST if request.method == "POST" else None,
        language=request.language,
        kinds=[(kind.key, pages.kind(kind.key)) for kind in kinds_now(round_id, office_means())
               if kind.means.station],
        initial={"station": request.GET.get("station", "")[:60]},
    )  # fmt: skip

    def draft(said: Mapping[str, Any]) -> DecisionDraft:
        return DecisionDraft(
            listing_id=stations_coded(request.user, round_id, said["station"]),
            units=dict.fromkeys(said["kinds"], 1),
        )

    return _written(request, pages, form, draft, "allocation.decision.station_title")


@requires(Permission.PLAN_MEANS)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_kept(request: ConsoleRequest) -> HttpResponse:
    """Decide that units of a lot stay for one county."""
    pages = _pages(request)
    lots = lots_for(request.user, pages.reading.round.pk).select_related("agency")
    veil = pages.reading.wording.veil
    form = KeptDecisionForm(
        request.POST if request.method == "POST" else None,
        language=request.language,
        lots=[(str(lot.pk), say(
            "allocation.decision.lot", request.language,
            kind=kind_words(kind_of(lot.kind), {}, request.language),
            agency=isolate(lot.agency.name), depot=isolate(veil.text(lot.depot)),
        )) for lot in lots],
        counties=[(str(pk), name) for pk, name in pages.counties.items()],
    )  # fmt: skip

    def draft(said: Mapping[str, Any]) -> DecisionDraft:
        return DecisionDraft(
            lot_id=int(said["lot"]), county_id=int(said["county"]), kept=said["kept"] or 0
        )

    return _written(request, pages, form, draft, "allocation.decision.kept_title")


@requires(Permission.PLAN_MEANS)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_withdraw(request: ConsoleRequest, fixed_id: int) -> HttpResponse:
    """Let a decision stand no more, for a reason."""
    pages = _pages(request)
    line = next((each for each in pages.decisions if each.row.pk == fixed_id), None)
    if line is None:
        raise Http404
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        language=request.language, initial={"version": line.row.version},
    )  # fmt: skip
    tried = attempt(
        form,
        lambda said: withdraw_decision(
            fixed_id, round_id=pages.reading.round.pk, version=said["version"] or 0,
            reason=said["reason"], by=request.user, now=_now(),
        ),
        AllocationRefused,
    )  # fmt: skip
    if tried.is_written:
        said = say("allocation.decision.withdrawn", request.language)
        return done(request, reverse("allocations"), said)
    context = {"pages": pages, "form": tried.form, "title": "allocation.decision.withdraw_title",
               "line": line, "button": "allocation.decision.withdraw"}  # fmt: skip
    return render(request, "allocations/decision.html", context, status=tried.status)


def _pages(request: ConsoleRequest) -> AllocationPages:
    pages = pages_or_404(request)
    if not pages.may_plan:
        raise PermissionDenied
    return pages


def _written(
    request: ConsoleRequest,
    pages: AllocationPages,
    form: ReasonForm,
    draft: Callable[[Mapping[str, Any]], DecisionDraft],
    title: str,
) -> HttpResponse:
    """Keep a decision, or show its form with what is wrong."""
    tried = attempt(
        form,
        lambda said: decide_allocation(
            draft(said), round_id=pages.reading.round.pk, reason=said["reason"],
            by=request.user, now=_now(),
        ),
        AllocationRefused,
    )  # fmt: skip
    if tried.is_written:
        said = say("allocation.decision.saved", request.language)
        return done(request, reverse("allocations"), said)
    context = {"pages": pages, "form": tried.form, "title": title,
               "button": "allocation.decision.save"}  # fmt: skip
    return render(request, "allocations/decision.html", context, status=tried.status)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
