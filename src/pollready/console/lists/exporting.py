"""A list as a file: exactly what is shown, with class, person and time at head and foot."""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import IO, Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils.timezone import localtime

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.console.forms import ConsoleForm
from pollready.console.lists.asked import Asked
from pollready.console.lists.cells import Cell, Exported
from pollready.console.lists.columns import Column
from pollready.console.lists.description import Figures, ListOf, Matching
from pollready.console.lists.found import rows_of
from pollready.console.middleware import ConsoleRequest
from pollready.language import datetime_text, direction, file_day, safe, say
from pollready.people.exports.commands import Extent, take_approved
from pollready.people.exports.models import ExportRequest
from pollready.people.models import User
from pollready.people.permissions import Permission, check, may
from pollready.reports.spreadsheet import SheetContent, stream_spreadsheet

FORMATS = ("xlsx", "csv")
REASON_MAX = 400
ROWS_AT_ONCE = 1000
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_CHUNK = 64 * 1024


class ExportRefused(Exception):
    """A list may not be written to a file as it was asked for; `code` says why."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = f"console.{code}"
        self.fields = fields
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would hold, and how secret that is."""

    listing: ListOf
    asked: Asked
    matching: Matching
    figures: Figures
    classification: int
    with_names: bool

    @property
    def is_classified(self) -> bool:
        """Say whether a reason, a watermark and a permission of its own are needed."""
        return self.classification > Classification.NORMAL or self.with_names

    @property
    def waits(self) -> bool:
        """Say whether a second person has to approve such a file in this installation."""
        return self.is_classified and settings.POLLREADY_EXPORT_APPROVAL

    @property
    def extent(self) -> Extent:
        """Give how much it holds, and how secret that is."""
        return Extent(self.figures.rows, self.classification, self.with_names)

    @property
    def class_name(self) -> str:
        """Name the class of the file."""
        label = Classification(self.classification).label
        return self.listing.writer.say(f"console.class.{label}")

    @property
    def may(self) -> bool:
        """Say whether the viewer may write such a file."""
        return not self.is_classified or may(self.listing.viewer, Permission.EXPORT_CLASSIFIED)

    @property
    def chips(self) -> str:
        """Say the filters in a line; nothing where none is on."""
        comma = self.listing.writer.say("console.list_comma")
        return comma.join(chip.words for chip in self.listing.chips(self.matching.chosen))


@dataclass(frozen=True, slots=True)
class Begun:
    """An export that stands in the log and is to be written."""

    plan: Plan
    by: User
    now: datetime
    format: str
    reason: str
    number: int  # of the batch in the log: the watermark
    approval: ExportRequest | None = None  # where a second person approved it


class ExportForm(ConsoleForm):
    """Kind of file, and the reason where one is needed."""

    phrases = "lists.export.form"
    format = forms.ChoiceField(choices=[(name, name) for name in FORMATS])
    reason = forms.CharField(
        max_length=REASON_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Mapping[str, Any] | None, *, language: str, plan: Plan) -> None:
        super().__init__(data, language=language)
        self.fields["reason"].required = plan.is_classified
        choices = [(name, say(f"lists.export.format.{name}", language)) for name in FORMATS]
        self.fields["format"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


def plan_export(listing: ListOf, query: QueryDict) -> Plan:
    """Work out what a file of the list would hold."""
    matching = listing.matching(query)
    return Plan(
        listing=listing,
        asked=listing.understand(query),
        matching=matching,
        figures=listing.figures(matching.rows),
        classification=listing.highest_class(matching.rows),
        with_names=listing.shows_names(matching.rows),
    )


@transaction.atomic
def begin_export(
    plan: Plan, *, by: User, now: datetime, format: str, reason: str, request_id: int | None = None
) -> Begun:
    """Write down that a list leaves the console, before it does.

    Raises `NotPermitted`, and `ExportRefused` where names or classes need a permission, a reason
    or a second person's approval that is not there; `request_id` is the approved request, of
    which `take_approved` says why it cannot be taken.
    """
    check(by, Permission.EXPORT)
    reason = " ".join(reason.split())
    if plan.is_classified and not may(by, Permission.EXPORT_CLASSIFIED):
        raise ExportRefused("export-needs-permission", classification=plan.class_name)
    if plan.is_classified and not reason:
        raise ExportRefused("export-needs-reason")
    if len(reason) > REASON_MAX:
        raise ExportRefused("reason-too-long", most=REASON_MAX)
    approval = None
    if request_id is not None:
        approval = take_approved(request_id=request_id, extent=plan.extent, by=by, now=now)
    elif plan.waits:
        raise ExportRefused("export-needs-approval")
    after = {
        "list": plan.listing.name,
        "round": plan.listing.reading.round.code,
        "query": plan.asked.filters,
        "columns": [column.name for column in plan.asked.columns],
        "rows": plan.figures.rows,
        "format": format,
        "classification": plan.classification,
        "with_names": plan.with_names,
    }
    if approval is not None and approval.decided_by is not None:
        after |= {"request": approval.pk, "approved_by": approval.decided_by.username}
    batch = record(
        actor=by.username,
        command="export_list",
        now=now,
        reason=reason,
        entries=[Entry("export", plan.listing.name, None, after)],
    )
    return Begun(plan, by, now, format, reason, batch.number, approval)


def exported_file(request: ConsoleRequest, begun: Begun) -> HttpResponseBase:
    """Write the file to a place of its own on disk and send it piece by piece."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it has been sent
    try:
        write_file(begun, file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    pieces = _sent_async(file) if isinstance(request, ASGIRequest) else _sent(file)
    response = StreamingHttpResponse(pieces, content_type=_TYPES[begun.format])
    response["Content-Length"] = str(size)
    name = file_name(begun)
    response["Content-Disposition"] = (
        f'attachment; filename="{begun.plan.listing.name}.{begun.format}"; '
        f"filename*=UTF-8''{quote(name)}"
    )
    return response


def file_name(begun: Begun) -> str:
    """Name the file after list and day, in the page's calendar."""
    listing = begun.plan.listing
    day = file_day(localtime(begun.now).date(), listing.writer.language)
    return f"{listing.title} {day}.{begun.format}"


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece


async def _sent_async(file: IO[bytes]) -> AsyncIterator[bytes]:
    for piece in _sent(file):
        yield piece


def write_file(begun: Begun, file: IO[bytes]) -> None:
    """Write an export in its format."""
    if begun.format == "xlsx":
        _write_xlsx(begun, file)
    else:
        _write_csv(begun, file)


def _write_xlsx(begun: Begun, file: IO[bytes]) -> None:
    listing, columns = begun.plan.listing, begun.plan.asked.columns
    language = listing.writer.language
    class_line = listing.writer.say("lists.export.class_line", name=begun.plan.class_name)
    sheet = SheetContent(
        title=listing.title,
        headings=headings(listing, columns),
        widths=[column.width for column in columns for _ in (column.spread or ("",))],
        rows=exported_rows(begun),
        head=head_lines(begun),
        foot=[watermark(begun)],
        page_head=_plain(class_line),
        page_foot=f"{_plain(class_line)} · {_plain(watermark(begun))} · &P / &N",
    )
    stream_spreadsheet(
        file, [sheet], right_to_left=direction(language) == "rtl", now=localtime(begun.now)
    )


def _plain(text: str) -> str:
    """Give a text in which no sign steers the printed line; such a line holds 255 at most."""
    return text.replace("&", "&&")[:110]


def _write_csv(begun: Begun, file: IO[bytes]) -> None:
    """Write CSV as spreadsheets of any language open it: UTF-8 with its mark, CRLF."""
    listing, columns = begun.plan.listing, begun.plan.asked.columns
    width = sum(len(column.spread) or 1 for column in columns)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    rows = csv.writer(text)
    # A reader of rows meets one header line only: what stands above it in a sheet comes last.
    rows.writerow([safe(heading) for heading in headings(listing, columns)])
    rows.writerows([safe(cell) for cell in row] for row in exported_rows(begun))
    for line in (*head_lines(begun), watermark(begun)):
        rows.writerow([safe(line), *[""] * (width - 1)])
    text.flush()
    text.detach()


def headings(listing: ListOf, columns: Sequence[Column]) -> list[str]:
    """Give the headings of a file; a column that is spread has several."""
    found: list[str] = []
    for column in columns:
        if column.spread:
            found += [listing.writer.say(key) for key in column.spread]
        else:
            found.append(column.words or listing.writer.say(column.heading_key))
    return found


def exported_rows(begun: Begun) -> Iterator[list[Exported]]:
    """Give every row that the filters leave, in the order shown, some at a time."""
    plan = begun.plan
    listing, columns = plan.listing, plan.asked.columns
    ordered = listing.for_rows(listing.ordered(plan.matching.rows, plan.asked))
    records = ordered.iterator(chunk_size=ROWS_AT_ONCE)
    for some in _batches(records):
        for row in rows_of(listing, some, columns):
            yield list(chain.from_iterable(_spread(column, cell) for column, cell in row.cells))


def _batches(records: Iterator[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    for record_ in records:
        some.append(record_)
        if len(some) == ROWS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _spread(column: Column, cell: Cell) -> list[Exported]:
    """Give a cell, or the cells that stand in its place; of a criterion its value alone."""
    if column.spread:
        return [part.note or part.text for part in cell.parts]
    return [cell.exported]


def head_lines(begun: Begun) -> list[str]:
    """Say above the rows what this is, how secret, of when, and why it was taken."""
    plan, say_it = begun.plan, begun.plan.listing.writer.say
    reading = plan.listing.reading
    lines = [
        say_it("lists.export.title", list=plan.listing.title, round=reading.round.name),
        say_it("lists.export.class_line", name=plan.class_name),
        say_it("lists.export.as_of", as_of=reading.saved.as_of_date, rows=plan.figures.rows),
    ]
    if plan.chips:
        lines.append(say_it("lists.export.filters", chips=plan.chips))
    if begun.reason:
        lines.append(say_it("lists.export.reason", reason=begun.reason))
    if begun.approval is not None and begun.approval.decided_by is not None:
        second = begun.approval.decided_by
        who = second.get_full_name() or second.username
        lines.append(say_it("lists.export.approved_by", who=who, when=begun.approval.decided_at))
    return lines


def watermark(begun: Begun) -> str:
    """Say who took the file and when, under which number the log holds it."""
    return begun.plan.listing.writer.say(
        "lists.export.watermark",
        who=begun.by.get_full_name() or begun.by.username,
        when=datetime_text(localtime(begun.now), begun.plan.listing.writer.language),
        number=begun.number,
    )
