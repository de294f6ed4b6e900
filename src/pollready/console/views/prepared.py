"""Pages of the answers about all failures at once."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pollready.assessment.explorations.models import ExplorationKind
from pollready.assessment.prepared import Asked
from pollready.console.access import requires
from pollready.console.asking import Asking, log_look, ready_for
from pollready.console.context import read
from pollready.console.dots import dots_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.prepared import (
    figures_of,
    pair_rows,
    read_asked,
    single_rows,
    worst_rows,
)
from pollready.console.views.jobs import watched
from pollready.console.views.overview import nothing_assessed
from pollready.jobs.explorations import find_exploration, job_of, work_out
from pollready.people.permissions import Permission


@requires(Permission.EXPLORE_FAILURES)
@require_safe
def singles_page(request: ConsoleRequest) -> HttpResponse:
    """List every single failure by what it takes."""
    return _answered(request, "singles")


@requires(Permission.EXPLORE_FAILURES)
@require_safe
def pairs_page(request: ConsoleRequest) -> HttpResponse:
    """List the worst pairs, and those that take most beyond the two alone."""
    return _answered(request, "pairs")


@requires(Permission.EXPLORE_FAILURES)
@require_http_methods(["GET", "HEAD", "POST"])
def worst_page(request: ConsoleRequest) -> HttpResponse:
    """Show the worst sets of one to five with their bounds; a POST has them worked out."""
    return _answered(request, "worst")


@requires(Permission.EXPLORE_FAILURES)
@require_http_methods(["GET", "HEAD", "POST"])
def distribution_page(request: ConsoleRequest) -> HttpResponse:
    """Show what falls together, and how often; a POST has it worked out."""
    return _answered(request, "distribution")


def _answered(request: ConsoleRequest, page: str) -> HttpResponse:
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, f"explore.{page}.title")
    readiness, asking = ready_for(request, reading)
    context: dict[str, Any] = {"readiness": readiness, "page": page}
    if asking is None:
        return render(request, f"explore/{page}.html", context)
    asked = read_asked(request.GET)
    if page in WORKED_OUT:
        if request.method == "POST":
            return _work_out(request, asking, page, asked)
        context |= _worked_out(request, asking, page, asked)
    else:
        context |= WRITTEN[page](request, asking, asked)
        log_look(request, asking, {"prepared": page, "asked": _asked(asked)})
    context |= {
        "asking": asking,
        "asked": asked,
        "hours": asking.explored.durations[asked.duration],
        "form_query": request.GET.urlencode(),
    }
    return render(request, f"explore/{page}.html", context)


def _singles(request: ConsoleRequest, asking: Asking, asked: Asked) -> dict[str, Any]:
    rows, page = single_rows(asking, asked, request.GET.get("page"))
    return {"rows": rows, "paged": page}


def _pairs(request: ConsoleRequest, asking: Asking, asked: Asked) -> dict[str, Any]:
    return {
        "worst": pair_rows(asking, asked, hidden=False),
        "hidden": pair_rows(asking, asked, hidden=True),
    }


WORKED_OUT = {
    "worst": ExplorationKind.WORST,
    "distribution": ExplorationKind.DISTRIBUTION,
}
WRITTEN = {"singles": _singles, "pairs": _pairs}


def _asked(asked: Asked) -> str:
    tier = "below" if asked.below_province else "all"
    return f"{asked.measure}/{asked.duration}/{asked.unknowns}/{tier}"


def _work_out(
    request: ConsoleRequest, asking: Asking, page: str, asked: Asked
) -> HttpResponseRedirect:
    if asking.scope.sees_all_elements:
        work_out(
            WORKED_OUT[page], asking.explored, asking.scope, asked,
            by=request.user, now=timezone.now(),
        )  # fmt: skip
    query = request.GET.urlencode()
    response = redirect(f"{reverse(f'explore-{page}')}?{query}")
    response.status_code = 303
    return response


def _worked_out(request: ConsoleRequest, asking: Asking, page: str, asked: Asked) -> dict[str, Any]:
    """Show what was worked out, of an earlier version too; and how far the next answer is."""
    # What covers everything that can fail is only for whom none of it is hidden.
    if not asking.scope.sees_all_elements:
        return {"is_partial": True}
    row = find_exploration(WORKED_OUT[page], asking.explored, asking.scope, asked)
    if row is None:
        return {"exploration": None}
    context: dict[str, Any] = {
        "exploration": row,
        "job": watched(job_of(row), request),
        "is_old": row.version != asking.explored.version,
    }
    if row.result:
        log_look(request, asking, {"prepared": page, "asked": row.asked})
        if page == "worst":
            context["runs"] = worst_rows(asking, asked, row.result)
        else:
            in_words = row.result["basis"].get("default", 0) > 0
            context |= {
                "found": row.result,
                "dots": dots_of(row.result, request.language),
                "figures": figures_of(row.result, request.language, in_words=in_words),
                "in_words": in_words,
            }
    return context
