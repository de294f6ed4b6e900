"""Pages of allocation that read: the list of plans, one plan, two side by side, a file."""

from datetime import datetime
from functools import partial
from pathlib import Path

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from pollready.console.access import requires
from pollready.console.allocation_page import differing, page_of, pairs_of
from pollready.console.allocations import AllocationPages, PlanLine
from pollready.console.context import read
from pollready.console.imports import lines_in_file
from pollready.console.kept_plan_forms import PlanExportForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.plan_files import plan_file
from pollready.console.views.jobs import watched
from pollready.console.views.overview import nothing_assessed
from pollready.jobs.allocating import last_making, last_weighing
from pollready.jobs.allocation_export import plan_export, write_plan_export
from pollready.language import say
from pollready.people.permissions import Permission, may
from pollready.planning.allocations.keeping import is_weighed
from pollready.planning.allocations.models import AllocationPlan, PlanState
from pollready.planning.allocations.queries import plans_for

TITLE = "allocation.title"
ROWS, DIFFERING_MAX = 25, 100


def pages_or_404(request: ConsoleRequest) -> AllocationPages:
    """Give the pages of the session's round; raises `Http404` where nothing is assessed."""
    reading = read(request)
    if reading is None:
        raise Http404
    return AllocationPages(reading, request.user)


def plan_or_404(pages: AllocationPages, plan_id: int) -> AllocationPlan:
    """Give a plan that the viewer may read."""
    plans = plans_for(pages.viewer, pages.reading.round.pk).select_related("round")
    plan = plans.filter(pk=plan_id).first()
    if plan is None:
        raise Http404
    return plan


@requires(Permission.SEE_REGISTER)
@require_safe
def allocations(request: ConsoleRequest) -> HttpResponse:
    """List plans and what was decided beforehand."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    pages = AllocationPages(reading, request.user)
    context = {
        "pages": pages,
        "compared": [line.plan.pk for line in pages.plans if line.is_made][:2],
        "is_weighed": is_weighed(reading.round.pk),
        "job": watched(last_weighing(reading.round.pk), request),
    }
    return render(request, "allocations/list.html", context)


@requires(Permission.SEE_REGISTER)
@require_safe
def allocation(request: ConsoleRequest, plan_id: int) -> HttpResponse:
    """Show one plan, or how far it is."""
    pages = pages_or_404(request)
    plan = plan_or_404(pages, plan_id)
    page = page_of(pages, plan)
    context = {
        "pages": pages,
        "plan": plan,
        "line": pages.line(plan),
        "page": page,
        "job": watched(last_making(plan), request),
        "may_export": page is not None and may(request.user, Permission.EXPORT),
        "may_accept": pages.may_accept and plan.state == PlanState.MADE,
    }
    if page is not None:
        served = Paginator(page.served, ROWS).get_page(request.GET.get("page"))
        context |= {"served": served, "station_lines": [page.station_line(row) for row in served]}
    return render(request, "allocations/plan.html", context)


@requires(Permission.SEE_REGISTER)
@require_safe
def allocation_compare(request: ConsoleRequest) -> HttpResponse:
    """Show two plans side by side."""
    pages = pages_or_404(request)
    made = [line for line in pages.plans if line.is_made]
    chosen = [_chosen(request, name, made) for name in ("a", "b")]
    context: dict[str, object] = {"pages": pages, "made": made, "chosen": chosen}
    if all(chosen):
        first, second = (page_of(pages, plan_or_404(pages, key or 0)) for key in chosen)
        if first is None or second is None:
            raise Http404
        found = differing(first, second)
        context |= {
            "first": first, "second": second, "differing": found[:DIFFERING_MAX],
            "more": max(0, len(found) - DIFFERING_MAX), "count": len(found),
            "pairs": pairs_of(first, second),
        }  # fmt: skip
    return render(request, "allocations/compare.html", context)


def _chosen(request: ConsoleRequest, name: str, made: list[PlanLine]) -> int | None:
    text = request.GET.get(name, "")
    keys = {line.plan.pk for line in made}
    key = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    return key if key in keys else None


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def allocation_export(request: ConsoleRequest, plan_id: int) -> HttpResponse:
    """Give a plan as a workbook, a table or values, to who says why."""
    pages = pages_or_404(request)
    plan = plan_or_404(pages, plan_id)
    if not plan.result:
        raise Http404
    export = plan_export(plan, request.user)
    form = PlanExportForm(
        request.POST if request.method == "POST" else None, language=request.language
    )
    if form.is_valid():

        def write(path: Path, reason: str, now: datetime) -> None:
            write_plan_export(
                export, path, language=request.language, by=request.user, now=now, reason=reason,
                said=partial(lines_in_file, export, request.user, now, request.language),
            )  # fmt: skip

        return plan_file(form, f"{say(TITLE, request.language)} {plan.pk}", request.language, write)
    context = {"pages": pages, "plan": plan, "line": pages.line(plan), "form": form, "file": export}
    return render(request, "allocations/export.html", context, status=422 if form.is_bound else 200)
