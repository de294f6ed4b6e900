"""The board of obstacles and one case's page."""

from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pollready.assessment.cases.queries import cases_for
from pollready.assessment.queries import cause_for
from pollready.console.access import requires
from pollready.console.board import read_board
from pollready.console.case import CasePage
from pollready.console.case_forms import CommentForm
from pollready.console.context import read, wording_for
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.obstacles.models import ObstacleCase
from pollready.people.permissions import Permission


@requires(Permission.SEE_REGISTER)
@require_safe
def board(request: ConsoleRequest) -> HttpResponse:
    """List the cases that the filters leave; htmx gets only the part that changes."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "board.title")
    template = "cases/_found.html" if request.htmx else "cases/board.html"
    context = {"board": read_board(reading, request.user, request.GET)}
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.SEE_REGISTER)
@require_safe
def case_page(request: ConsoleRequest, case_id: int) -> HttpResponse:
    """Show a case with its stations, its steps and its time line."""
    return render_case(request, case_or_404(request, case_id))


@requires(Permission.SEE_REGISTER)
@require_safe
def cause_page(request: ConsoleRequest, cause_id: int) -> HttpResponse:
    """Show the case of a cause, whichever assessment it is from."""
    record = cause_for(request.user, cause_id)
    if record is None:
        raise Http404
    case = (
        _cases(request)
        .filter(round=record.assessment.round, rule=record.rule, key=record.key)
        .first()
    )
    if case is None:
        raise Http404
    return render_case(request, case)


@requires(Permission.SEE_REGISTER)
@require_safe
def case_checking(request: ConsoleRequest, case_id: int) -> HttpResponse:
    """Give the part of the page that says how far the check is, and the rest once it is there."""
    case = case_or_404(request, case_id)
    page = CasePage(case, request.user, wording_for(request, case.round), None)
    response = render(request, "cases/_checking.html", {"page": page, "case": case})
    if not page.is_checking:
        response["HX-Refresh"] = "true"
    return response


def case_or_404(request: ConsoleRequest, case_id: int) -> ObstacleCase:
    """Give a case of the viewer's; what is out of his scope is not there."""
    case = _cases(request).filter(pk=case_id).first()
    if case is None:
        raise Http404
    return case


def _cases(request: ConsoleRequest) -> QuerySet[ObstacleCase]:
    return (
        cases_for(request.user)
        .select_related("round", "record__assessment", "assignee")
        .defer("record__assessment__summary")
        .order_by(F("record").desc(nulls_last=True))
    )


def render_case(
    request: ConsoleRequest,
    case: ObstacleCase,
    *,
    form: CommentForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    """Write a case's page; `trouble` says what could not be done."""
    wording = wording_for(request, case.round)
    context = {
        "page": CasePage(case, request.user, wording, request.GET.get("page")),
        "case": case,
        "form": form or CommentForm(language=request.language),
        "trouble": trouble,
    }
    return render(request, "cases/case.html", context, status=status)
