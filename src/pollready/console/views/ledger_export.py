"""The ledger as a workbook: exactly the lots that the filters leave, to who says why."""

from functools import partial

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.imports import lines_in_file
from pollready.console.ledger import LedgerPages, chosen
from pollready.console.ledger_forms import ExportForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.imports import written_workbook
from pollready.jobs.ledger_file import ledger_file, write_ledger_file
from pollready.language import file_day, say
from pollready.people.permissions import Permission


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_export(request: ConsoleRequest) -> HttpResponseBase | HttpResponse:
    """Give the workbook of the lots that are shown; it can be changed and sent back."""
    reading = read(request)
    if reading is None:
        raise Http404
    asked = chosen(request.GET)
    pages = LedgerPages(reading, request.user, asked)
    file = ledger_file(reading.round, pages.lots, request.user, query=asked.query())
    form = ExportForm(request.POST if request.method == "POST" else None, language=request.language)
    if form.is_valid():
        now = timezone.now().replace(microsecond=0)
        return written_workbook(
            lambda path: write_ledger_file(
                file,
                path,
                language=request.language,
                by=request.user,
                now=now,
                reason=form.cleaned_data["reason"],
                said=partial(lines_in_file, file, request.user, now, request.language),
            ),
            f"{say('ledger.title', request.language)} {file_day(localdate(now), request.language)}",
        )
    context = {"form": form, "file": file, "ledger": pages}
    return render(request, "ledger/export.html", context, status=422 if form.is_bound else 200)
