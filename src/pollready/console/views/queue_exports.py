"""Answers about queues as files, to who says why."""

from functools import partial

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.middleware import ConsoleRequest
from pollready.console.queue_answers import (
    MorningAnswered,
    MovesAnswer,
    NextDayAnswer,
    StationAnswer,
)
from pollready.console.queue_tables import (
    COLUMNS,
    morning_tables,
    moves_tables,
    next_day_tables,
    station_tables,
)
from pollready.console.table_files import Leaving, answer_with_tables
from pollready.jobs.table_export import table_export
from pollready.language import say
from pollready.people.permissions import Permission
from pollready.reports.table_file import Rows

exports = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.EXPORT)
@exports
def queue_station_export(request: ConsoleRequest, listing_id: int) -> HttpResponse:
    """Give a station's day by hours, with its figures."""
    reading = _reading(request)
    answer = StationAnswer(reading, request.user, request.GET, request.language, listing_id)
    if answer.is_wrong or answer.page is None:
        raise Http404  # its own page says what is wrong; no link leads here
    title = say("queues.file.station", request.language, station=answer.record.listing.point.name)
    back = reverse("queue-station", args=[listing_id])
    return _file(request, reading, "station", station_tables(answer), title, back)


@requires(Permission.EXPORT)
@exports
def queues_morning_export(request: ConsoleRequest) -> HttpResponse:
    """Give the figures of a morning and the components that may be chosen."""
    reading = _reading(request)
    answer = MorningAnswered(reading, request.user, request.GET, request.language)
    if answer.is_wrong:
        raise Http404
    title = say("queues.morning.title", request.language)
    tables = morning_tables(answer)
    return _file(request, reading, "morning", tables, title, reverse("queues-morning"))


@requires(Permission.EXPORT)
@exports
def queues_next_day_export(request: ConsoleRequest) -> HttpResponse:
    """Give what the next day needs."""
    reading = _reading(request)
    answer = NextDayAnswer(reading, request.user, request.GET, request.language)
    if not answer.form.is_valid():
        raise Http404
    title = say("queues.next_day.title", request.language)
    tables = next_day_tables(answer)
    return _file(request, reading, "next_day", tables, title, reverse("queues-next-day"))


@requires(Permission.EXPORT)
@exports
def queues_moves_export(request: ConsoleRequest) -> HttpResponse:
    """Give every move of devices between stations of a county."""
    reading = _reading(request)
    answer = MovesAnswer(reading, request.user, request.GET, request.language)
    title = say("queues.moves.title", request.language)
    tables = moves_tables(answer)
    return _file(request, reading, "moves", tables, title, reverse("queues-moves"))


def _reading(request: ConsoleRequest) -> Reading:
    reading = read(request)
    if reading is None:
        raise Http404
    return reading


def _file(
    request: ConsoleRequest,
    reading: Reading,
    question: str,
    tables: dict[str, Rows],
    title: str,
    back: str,
) -> HttpResponse:
    export = table_export(
        "queues", COLUMNS, partial(_as_they_are, tables), question=question,
        election_round=reading.round, by=request.user,
    )  # fmt: skip
    holds = say("queues.file.holds", request.language, rows=export.rows)
    asked = f"?{request.GET.urlencode()}" if request.GET else ""
    return answer_with_tables(request, export, Leaving(title, holds, back + asked))


def _as_they_are(tables: dict[str, Rows], _: object) -> dict[str, Rows]:
    """Give tables in which no depot stands."""
    return tables
