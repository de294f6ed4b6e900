"""Pages of dispatch: routes of a day, who goes now, sheets to print, a file."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.dispatch import LIMIT_S, RoutesPage
from pollready.console.dispatch_now import NowPage
from pollready.console.middleware import ConsoleRequest
from pollready.console.table_files import Leaving, answer_with_tables
from pollready.console.views.overview import nothing_assessed
from pollready.engine.routes import RoutesNotInstalled
from pollready.jobs.table_export import table_export
from pollready.language import message, say
from pollready.people.permissions import Permission, may
from pollready.planning.dispatching.routing import TooManyTasks
from pollready.planning.dispatching.tables import COLUMNS, now_tables, routes_tables

TITLE = "dispatch.title"


@requires(Permission.SEE_REGISTER)
@require_safe
def dispatch(request: ConsoleRequest) -> HttpResponse:
    """Show the routes that the address asks for; what cannot be read is said beside its field."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    page = RoutesPage(reading, request.user, request.GET.dict())
    return _shown(request, "dispatch/routes.html", page)


@requires(Permission.SEE_REGISTER)
@require_safe
def dispatch_now(request: ConsoleRequest) -> HttpResponse:
    """Show which free team goes to which waiting station."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    return _shown(request, "dispatch/now.html", _now_page(request, reading))


@requires(Permission.SEE_REGISTER)
@require_safe
def dispatch_sheets(request: ConsoleRequest) -> HttpResponse:
    """Show a sheet for each team, to be printed and taken along."""
    reading = read(request)
    if reading is None:
        raise Http404
    page = RoutesPage(reading, request.user, request.GET.dict())
    return _shown(request, "dispatch/sheets.html", page)


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def dispatch_export(request: ConsoleRequest) -> HttpResponse:
    """Give the routes that the address asks for as a workbook or a table, to who says why."""
    return _exported(request, "routes")


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def dispatch_now_export(request: ConsoleRequest) -> HttpResponse:
    """Give who goes now as a workbook or a table, to who says why."""
    return _exported(request, "now")


def _exported(request: ConsoleRequest, question: str) -> HttpResponse:
    reading = read(request)
    if reading is None:
        raise Http404
    page = _asked(request, reading, question)
    if page.wrong or _refusal(page, request.language):
        raise Http404  # its own page says what is wrong; no link leads here
    write = routes_tables if isinstance(page, RoutesPage) else now_tables
    export = table_export(
        "dispatch", COLUMNS, partial(_tables, write, page, request.language), question=question,
        election_round=reading.round, by=request.user,
    )  # fmt: skip
    leaving = Leaving(
        say(f"dispatch.tab.{question}", request.language),
        say("dispatch.export.holds", request.language, rows=export.rows),
        reverse({"routes": "dispatch", "now": "dispatch-now"}[question]) + _query(request),
        () if export.with_names else (say("dispatch.export.masked", request.language),),
    )
    return answer_with_tables(request, export, leaving)


def _asked(request: ConsoleRequest, reading: Reading, question: str) -> RoutesPage | NowPage:
    if question == "routes":
        return RoutesPage(reading, request.user, request.GET.dict())
    return _now_page(request, reading)


def _now_page(request: ConsoleRequest, reading: Reading) -> NowPage:
    now = localtime(timezone.now())
    at_h = now.hour + now.minute / 60
    return NowPage(reading, request.user, request.GET.dict(), at_h)


def _tables(write: Any, page: Any, language: str, named: Any) -> Any:
    return write(page.ground, page.plan, language, named)


def _refusal(page: RoutesPage | NowPage, language: str) -> str:
    """Work the plan out; say why it cannot be."""
    try:
        _ = page.plan
    except (TooManyTasks, RoutesNotInstalled) as refused:
        return message(refused, language)
    return ""


def _query(request: ConsoleRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""


def _shown(request: ConsoleRequest, template: str, page: RoutesPage | NowPage) -> HttpResponse:
    refusal = "" if page.wrong else _refusal(page, request.language)
    context = {
        "page": page, "refusal": refusal, "limit": LIMIT_S, "asked": _query(request),
        "may_export": may(request.user, Permission.EXPORT),
        "export_url": reverse(
            "dispatch-export" if isinstance(page, RoutesPage) else "dispatch-now-export"
        ),
    }  # fmt: skip
    return render(request, template, context)
