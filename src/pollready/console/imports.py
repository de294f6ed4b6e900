"""Imports in words: faults with their remedies, differences, columns; masked for who looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.timezone import localtime

from pollready.console.forms import ConsoleForm
from pollready.console.names import field_name
from pollready.intake.applying.rounds import round_words
from pollready.intake.faults import Fault, Gravity, Show
from pollready.intake.models import StagedChange, StagedFault, StagedImport
from pollready.intake.queries import fault_counts
from pollready.intake.recognition import UNREAD
from pollready.intake.workbook import SHEET_BY_NAME, ColumnKind
from pollready.intake.writing import as_it_is
from pollready.intake.writing.cells import cell_value
from pollready.jobs.completing import ToComplete
from pollready.jobs.importing import masked_cell
from pollready.jobs.leaving import REASON_MAX
from pollready.jobs.ledger_file import LedgerFile
from pollready.jobs.plan_leaving import PlanExport
from pollready.jobs.table_export import TableExport
from pollready.language import (
    UnknownPhrase,
    date_short,
    datetime_text,
    parse_date,
    say,
    written,
)
from pollready.language import (
    number as number_text,
)
from pollready.language.keeping import told
from pollready.people.models import User
from pollready.people.scopes import is_of_agency
from pollready.places.models import ElectionRound

if TYPE_CHECKING:
    _AnyPaginator = Paginator[Any]
else:
    _AnyPaginator = Paginator  # generic for the type checker only

ROWS = 50
_OF_NEW_ROUND = ("round_name", "election_date")
_NUMBERS = frozenset({ColumnKind.COUNT, ColumnKind.NUMBER, ColumnKind.SHARE})
_UPSTREAM = frozenset({"component", "group"})
_SHEET_OF = {"component": "components", "group": "components", "stop": "stops"}
_MENDED_BY_COLUMNS = frozenset({"columns-unread"})
_UNRECOGNISED = "stations"  # what a list of which nothing could be made most likely is


NEW_ROUND = "new"


class UploadForm(ConsoleForm):
    """A file to be read, and the round for which it is sent.

    Where the register holds rounds, one of them is chosen, or a new one with name and day; where
    it holds none, the file says its round itself, or only the day is asked.
    """

    phrases = "upload.form"

    file = forms.FileField(
        allow_empty_file=True, widget=forms.ClearableFileInput(attrs={"accept": ""})
    )
    round = forms.ChoiceField()
    round_name = forms.CharField(required=False, max_length=200)
    election_date = forms.CharField(required=False, max_length=40)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        language: str,
        rounds: Sequence[ElectionRound],
        current: ElectionRound | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        self.rounds = {str(each.pk): each for each in rounds}
        self.day: date | None = None  # of a new round
        if not rounds:
            del self.fields["round"], self.fields["round_name"]
            return
        known = [(key, written(round_words(each), language)) for key, each in self.rounds.items()]
        choices = [*known, (NEW_ROUND, say("upload.form.new_round", language))]
        self.fields["round"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["round"].initial = str((current or rounds[0]).pk)

    @property
    def chosen_id(self) -> int | None:
        """Give the key of the round that was chosen; None for a new one."""
        chosen = self.rounds.get(self.cleaned_data.get("round", ""))
        return chosen.pk if chosen else None

    def clean(self) -> dict[str, Any]:
        """See that name and day are given for a new round, and for no other."""
        said = {name: str(self.cleaned_data.get(name, "")).strip() for name in _OF_NEW_ROUND}
        self._read_day(said["election_date"])
        if self.cleaned_data.get("round") == NEW_ROUND:
            for name in _OF_NEW_ROUND:
                if not said[name] and not self.errors.get(name):
                    self.add_error(name, say(f"upload.form.{name}_needed", self.language))
            if self.day and ElectionRound.objects.filter(election_date=self.day).exists():
                words = say("upload.form.round_known", self.language, day=self.day)
                self.add_error("election_date", words)
        elif chosen := self.rounds.get(self.cleaned_data.get("round", "")):
            words = say("upload.form.only_for_new", self.language, round=chosen.name)
            if said["round_name"] not in ("", chosen.name):
                self.add_error("round_name", words)
            if self.day not in (None, chosen.election_date):
                self.add_error("election_date", words)
        return self.cleaned_data

    def _read_day(self, text: str) -> None:
        self.day = parse_date(text) if text else None
        if text and self.day is None:
            self.add_error("election_date", say("upload.form.election_date_unread", self.language))


class FilledForm(ConsoleForm):
    """Why somebody takes the stations of a round out of the console."""

    phrases = "lists.export.form"

    reason = forms.CharField(max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2}))


def lines_in_file(
    file: ToComplete | LedgerFile | PlanExport[Any] | TableExport,
    by: User,
    now: datetime,
    language: str,
    number: int,
) -> list[str]:
    """Say in a file what it is, how secret, and who took it when."""
    class_name = say(f"console.class.{file.class_label}", language)
    return [
        say("lists.export.class_line", language, name=class_name),
        say(
            "lists.export.watermark",
            language,
            who=by.get_full_name() or by.username,
            when=datetime_text(localtime(now), language),
            number=number,
        ),
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows."""

    rows: list[Any]
    page: Page[Any]
    stations: int  # how many rows there are, faults or differences


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of a sent file, with what it was taken for and what it might be."""

    key: str
    number: int
    heading: str
    samples: str
    guessed: bool
    forbidden: bool
    field: str
    choices: list[tuple[str, str]]


def shown_to(user: User) -> Show:
    """Give what shows a cell as this viewer may see it."""
    return as_it_is if user.may_see_names and not is_of_agency(user) else masked_cell


def fault_rows(faults: QuerySet[StagedFault], page: str | None, user: User, language: str) -> Found:
    """Give one page of faults, each with what is wrong and what to do."""
    show = shown_to(user)

    def said(row: StagedFault) -> dict[str, Any]:
        fault = Fault(
            row.code, Gravity(row.gravity), row.sheet, row.row, row.column, row.value,
            told(row.fields), row.cell,
        ).shown(show)  # fmt: skip
        return {
            "gravity": row.gravity,
            "sheet": row.sheet,
            "row": row.row,
            "column": row.column,
            "value": fault.value,
            "what": fault.what(language),
            "remedy": _remedy_words(fault, language),
            "of_columns": row.code in _MENDED_BY_COLUMNS,
        }

    return _found(faults, page, said)


def fault_choices(staged: StagedImport, language: str) -> list[dict[str, Any]]:
    """Give the kinds of faults there are, the most frequent first, with their numbers."""
    return [
        {
            "gravity": gravity,
            "code": code,
            "number": number,
            "words": _code_words(code, language),
        }
        for gravity, code, number in fault_counts(staged)
    ]


def change_rows(
    changes: QuerySet[StagedChange], page: str | None, user: User, language: str
) -> Found:
    """Give one page of differences, before and after."""
    show = shown_to(user)

    def said(row: StagedChange) -> dict[str, Any]:
        hidden = row.what in _UPSTREAM
        code = show("components.code", row.code) if hidden else row.code
        return {
            "kind": row.kind,
            "what": row.what,
            "code": code,
            "name": show("components.name", row.name) if hidden else row.name,
            "field": _field_words(row, language) if row.field else "",
            "before": _value_words(row, row.before, show, language),
            "after": _value_words(row, row.after, show, language),
            "said": _said_words(row, language),
        }

    return _found(changes, page, said)


def columns_of(
    staged: StagedImport, chosen: Mapping[str, str], user: User, language: str
) -> list[dict[str, Any]]:
    """Give each table of a sent file with its columns; `chosen` is what a form had in it."""
    show = shown_to(user)
    found = []
    for number, table in enumerate(staged.tables):
        sheet = table["sheet"] or _UNRECOGNISED
        choices = field_choices(sheet, language)
        columns = []
        for index, column in enumerate(table["columns"]):
            key = f"column-{number}-{index}"
            field = column["field"]
            samples = [show(field or f"{table['sheet']}.", each) for each in column["samples"]]
            columns.append(
                ColumnChoice(
                    key=key,
                    number=index + 1,
                    heading=column["heading"],
                    samples=" · ".join(samples),
                    guessed=column["guessed"],
                    forbidden=column["forbidden"],
                    field=chosen.get(key, field or f"{sheet}.{UNREAD}"),
                    choices=choices,
                )
            )
        found.append(
            {
                "title": table["title"],
                "sheet": table["sheet"],
                "sheet_words": _sheet_words(table["sheet"], language),
                "columns": columns,
            }
        )
    return found


def chosen_in(staged: StagedImport, data: Mapping[str, Any]) -> dict[tuple[int, int], str]:
    """Read the choices of the form of columns; what is no choice of it is left out."""
    found = {}
    for number, table in enumerate(staged.tables):
        sheet = table["sheet"] or _UNRECOGNISED
        known = {f"{sheet}.{column.field}" for column in SHEET_BY_NAME[sheet].columns}
        for index, column in enumerate(table["columns"]):
            value = data.get(f"column-{number}-{index}")
            was = column["field"] or f"{sheet}.{UNREAD}"
            if value is None or value == was or column["forbidden"]:
                continue
            if value in known or value == f"{sheet}.{UNREAD}":
                found[number, index] = str(value)
    return found


def field_choices(sheet: str, language: str) -> list[tuple[str, str]]:
    """Give what a column of a sheet may be, nothing first."""
    nothing = (f"{sheet}.{UNREAD}", say("upload.columns.nothing", language))
    fields = [
        (f"{sheet}.{column.field}", say(f"workbook.{sheet}.{column.field}", language))
        for column in SHEET_BY_NAME[sheet].columns
    ]
    return [nothing, *fields]


def _found(rows: QuerySet[Any], number: str | None, said: Any) -> Found:
    paginator: Any = _AnyPaginator(rows, ROWS)
    page = paginator.get_page(number)
    return Found([said(row) for row in page], page, paginator.count)


def _remedy_words(fault: Fault, language: str) -> str:
    """Say what to do: what a page here offers, where one does, else what the file needs."""
    try:
        return say(f"upload.remedy.{fault.code}", language)
    except UnknownPhrase:
        return fault.remedy(language)


def _code_words(code: str, language: str) -> str:
    """Name a kind of fault; kinds without a name of their own are said by their code."""
    try:
        return say(f"upload.fault.{code}", language)
    except UnknownPhrase:
        return code


def _sheet_words(sheet: str, language: str) -> str:
    return say(f"workbook.sheet.{sheet}", language) if sheet else ""


def _field_words(row: StagedChange, language: str) -> str:
    if row.field == "coordinates":
        return say("intake.changes.coordinates", language)
    for sheet in (_SHEET_OF.get(row.what, "stations"), "agencies", "resources", "incidents"):
        try:
            return say(f"workbook.{sheet}.{row.field}", language)
        except UnknownPhrase:
            continue
    return field_name(row.field, language)


def _said_words(row: StagedChange, language: str) -> str:
    """Say whose word stays although the file says otherwise."""
    if row.said_at is None:
        return ""
    what = "_agency" if row.what == "agency" else ""
    return say(f"upload.diff.{row.kind}{what}", language, by=row.said_by, at=row.said_at)


def _value_words(row: StagedChange, values: list[str], show: Show, language: str) -> str:
    sheet = _SHEET_OF.get(row.what, "stations")
    between = "، " if language == "fa" else ", "
    cell = f"{sheet}.{row.field}"
    return between.join(show(cell, _value(row, value, language)) for value in values)


def _value(row: StagedChange, value: str, language: str) -> str:
    if row.what != "station" or row.field == "coordinates":
        return value
    try:
        column = SHEET_BY_NAME["stations"].column(row.field)
    except (KeyError, StopIteration):
        return value
    return _number_or_day(value, column.kind, language) or str(cell_value(value, column, language))


def _number_or_day(value: str, kind: ColumnKind, language: str) -> str:
    """Write a number or a day of the register as the reader does; "" for what is neither."""
    try:
        if kind in _NUMBERS:
            return number_text(float(value), language)
        if kind is ColumnKind.DATE:
            return date_short(date.fromisoformat(value), language)
    except ValueError:
        pass
    return ""
