"""Tables of a page as a file: the page that asks why, and the answer with the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render

from pollready.console.imports import lines_in_file
from pollready.console.middleware import ConsoleRequest
from pollready.console.plan_files import plan_file
from pollready.console.table_forms import TableExportForm
from pollready.jobs.table_export import TableExport, write_table_export
from pollready.language import say


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the page that asks says: of what the file is, what it holds, the way back."""

    title: str
    holds: str
    back: str
    notes: tuple[str, ...] = ()


def answer_with_tables(
    request: ConsoleRequest, export: TableExport, leaving: Leaving
) -> HttpResponse:
    """Ask for the format and the reason; give the file to who said both."""
    data: Mapping[str, str] | None = request.POST if request.method == "POST" else None
    form = TableExportForm(data, language=request.language)
    if form.is_valid():

        def write(path: Path, reason: str, now: datetime) -> None:
            title = say(
                "lists.tables.file", request.language, title=leaving.title, round=export.round.name
            )
            write_table_export(
                export, path, title=title, language=request.language, by=request.user, now=now,
                reason=reason,
                said=partial(lines_in_file, export, request.user, now, request.language),
            )  # fmt: skip

        return plan_file(form, leaving.title, request.language, write)
    context = {"form": form, "file": export, "leaving": leaving}
    status = 422 if form.is_bound else 200
    return render(request, "parts/table_export.html", context, status=status)
