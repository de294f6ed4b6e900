"""Asking a plan with a preview while numbers change, working it out anew, accepting it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST

from pollready.console.access import requires
from pollready.console.allocation_forms import PlanForm
from pollready.console.allocation_page import PlanPage, page_of
from pollready.console.allocations import AllocationPages
from pollready.console.context import read
from pollready.console.form_writing import attempt
from pollready.console.kept_plan_forms import ReasonForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.allocations import TITLE, pages_or_404, plan_or_404
from pollready.console.views.corrections import done
from pollready.console.views.jobs import watched
from pollready.console.views.overview import nothing_assessed
from pollready.duties.follow_ups.rules import FollowUpRefused
from pollready.jobs.allocating import last_weighing, start_making, start_weighing
from pollready.language import message, say
from pollready.people.permissions import Permission
from pollready.planning.allocations.accepting import accept_plan
from pollready.planning.allocations.commands import ask_plan
from pollready.planning.allocations.given import meaning_of
from pollready.planning.allocations.inputs import Inputs, WrongInputs, check_inputs, inputs_of
from pollready.planning.allocations.keeping import Weighed, weighed
from pollready.planning.allocations.making import preview_plan
from pollready.planning.allocations.means import WrongMeans
from pollready.planning.allocations.problem import Basis
from pollready.planning.allocations.queries import (
    basis_of,
    first_inputs,
    known_of,
    plans_for,
    standing_decisions,
)
from pollready.planning.allocations.rules import AllocationRefused
from pollready.resources.rules import LedgerRefused

UNPROCESSABLE = 422


@requires(Permission.PLAN_MEANS)
@require_http_methods(["GET", "HEAD", "POST"])
def allocation_new(request: ConsoleRequest) -> HttpResponse:
    """Ask a plan; htmx gets a preview of what the numbers come to."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    pages = AllocationPages(reading, request.user)
    _check_may_plan(pages)
    found = _weighed(request, pages)
    if found is None:
        return _not_weighed(request, pages)
    basis = basis_of(reading.round.pk, found)
    first = _first(request, pages, basis)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        language=request.language,
        kinds=[(kind, pages.kind(kind)) for kind in basis.worth.kinds],
        counties=[(str(pk), name) for pk, name in pages.counties.items()],
        scenarios=pages.scenarios,
        first=first,
    )
    if request.method == "POST" and form.is_valid():
        inputs = form.inputs(first.decisions)
        if request.POST.get("do") == "make":
            return _ask(request, pages, found, basis, form, inputs)
        return _show(request, pages, form, _preview(pages, basis, form, inputs), found, inputs)
    preview = None if form.is_bound else _preview(pages, basis, form, first)
    return _show(request, pages, form, preview, found, first)


def _check_may_plan(pages: AllocationPages) -> None:
    if not pages.may_plan:
        raise PermissionDenied


def _weighed(request: ConsoleRequest, pages: AllocationPages) -> Weighed | None:
    """Give what means are worth; None where that is not worked out yet, or cannot be."""
    try:
        return weighed(pages.reading.round.pk, as_of=pages.reading.saved.as_of_date)
    except WrongMeans as wrong:
        messages.error(request, message(wrong, request.language))
        return None


def _first(request: ConsoleRequest, pages: AllocationPages, basis: Basis) -> Inputs:
    """Start from the ledger, or from an earlier plan whose number stands in the address.

    A scenario in the address is what the plan is weighed under.
    """
    scenario = request.GET.get("scenario", "")
    known = {key for key, _ in pages.scenarios}
    first = first_inputs(basis, pages.reading.round.pk)
    if scenario in known:
        first = replace(first, scenario=int(scenario))
    text = request.GET.get("from", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        return first
    plan = plans_for(request.user, pages.reading.round.pk).filter(pk=int(text)).first()
    if plan is None:
        return first
    inputs = inputs_of(plan.inputs)
    kept = inputs.scenario if str(inputs.scenario) in known else None
    return replace(inputs, decisions=first.decisions, scenario=kept)


def _preview(
    pages: AllocationPages, basis: Basis, form: PlanForm, inputs: Inputs
) -> PlanPage | None:
    try:
        check_inputs(inputs, known_of(basis))
        under = _basis_under(pages, basis, inputs)
        return None if under is None else PlanPage(pages, preview_plan(under, inputs), inputs)
    except WrongInputs as wrong:
        if form.is_bound:
            form.refuse(wrong)
        return None


def _basis_under(pages: AllocationPages, basis: Basis, inputs: Inputs) -> Basis | None:
    """Give the basis under the scenario that is asked; None where that is not weighed yet."""
    if inputs.scenario is None:
        return basis
    round_id = pages.reading.round.pk
    under = meaning_of(inputs.scenario, round_id)
    found = weighed(round_id, as_of=pages.reading.saved.as_of_date, under=under)
    return None if found is None else basis_of(round_id, found)


def _show(
    request: ConsoleRequest, pages: AllocationPages, form: PlanForm, preview: PlanPage | None,
    found: Weighed, inputs: Inputs | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "unweighed": inputs is not None and inputs.scenario is not None and preview is None,
        "pages": pages, "form": form, "page": preview, "decisions": pages.decisions,
        "is_stale": not found.is_fresh,
        "from": request.GET.get("from", ""),
    }  # fmt: skip
    template = "allocations/_preview.html" if request.htmx else "allocations/new.html"
    status = UNPROCESSABLE if form.errors and not request.htmx else 200
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _ask(
    request: ConsoleRequest, pages: AllocationPages, found: Weighed, basis: Basis, form: PlanForm,
    inputs: Inputs,
) -> HttpResponse:  # fmt: skip
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        check_inputs(inputs, known_of(basis))
    except WrongInputs as wrong:
        form.refuse(wrong)
        return _show(request, pages, form, None, found)
    try:
        plan = ask_plan(
            inputs, title=form.cleaned_data["title"], round_id=pages.reading.round.pk,
            by=request.user, now=now,
        )  # fmt: skip
    except AllocationRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused)
        return _show(request, pages, form, None, found)
    start_making(plan, by=request.user, now=now)
    response = redirect("allocation", plan.pk)
    response.status_code = 303
    return response


def _not_weighed(request: ConsoleRequest, pages: AllocationPages) -> HttpResponse:
    job = watched(last_weighing(pages.reading.round.pk), request)
    return render(request, "allocations/not_weighed.html", {"pages": pages, "job": job})


@requires(Permission.PLAN_MEANS)
@require_POST
def allocation_weigh(request: ConsoleRequest) -> HttpResponse:
    """Have worked out what means are worth at each station."""
    pages = pages_or_404(request)
    _check_may_plan(pages)
    start_weighing(pages.reading.round.pk, by=request.user, now=datetime.now(UTC))
    response = redirect("allocation-new")
    response.status_code = 303
    return response


@requires(Permission.PLAN_MEANS)
@require_POST
def allocation_again(request: ConsoleRequest, plan_id: int) -> HttpResponse:
    """Work a plan out anew over the register and the ledger as they stand."""
    pages = pages_or_404(request)
    _check_may_plan(pages)
    plan = plan_or_404(pages, plan_id)
    now = datetime.now(UTC).replace(microsecond=0)
    inputs = replace(
        inputs_of(plan.inputs), decisions=tuple(standing_decisions(pages.reading.round.pk))
    )
    try:
        anew = ask_plan(
            inputs, title=plan.title, round_id=pages.reading.round.pk, by=request.user, now=now
        )
    except AllocationRefused as refused:  # its scenario has no meaning any more
        messages.error(request, message(refused, request.language))
        return redirect("allocation", plan.pk)
    start_making(anew, by=request.user, now=now)
    return done(request, reverse("allocation", args=[anew.pk]),
                say("allocation.again.started", request.language))  # fmt: skip


@requires(Permission.PLAN_MEANS)
@require_http_methods(["GET", "HEAD", "POST"])
def allocation_accept(request: ConsoleRequest, plan_id: int) -> HttpResponse:
    """Accept a plan: its means leave the ledger, its agencies get follow-ups."""
    pages = pages_or_404(request)
    if not pages.may_accept:
        raise PermissionDenied
    plan = plan_or_404(pages, plan_id)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        language=request.language, initial={"version": plan.version},
    )  # fmt: skip
    tried = attempt(
        form,
        lambda said: accept_plan(
            plan.pk, round_id=pages.reading.round.pk, version=said["version"] or 0,
            reason=said["reason"], language=request.language, by=request.user,
            now=datetime.now(UTC).replace(microsecond=0),
        ),
        AllocationRefused, LedgerRefused, FollowUpRefused,
    )  # fmt: skip
    if tried.is_written:
        said = say("allocation.accept.done", request.language)
        return done(request, reverse("allocation", args=[plan.pk]), said)
    context: dict[str, Any] = {
        "pages": pages, "plan": plan, "line": pages.line(plan), "page": page_of(pages, plan),
        "form": tried.form,
    }  # fmt: skip
    return render(request, "allocations/accept.html", context, status=tried.status)
