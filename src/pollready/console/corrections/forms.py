"""Forms of corrections: each field is typed as in the workbook, in either kind of digits."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from pollready.audit.classification import Classification
from pollready.console.forms import ConsoleForm, LongSelect
from pollready.intake.corrections import (
    choices_of,
    column_of,
    read_day,
    read_position,
    read_station_code,
    read_typed,
)
from pollready.intake.workbook import CHOICES
from pollready.intake.workbook.column import ColumnKind
from pollready.language import date_short, plain_figures, say
from pollready.register.corrections.claiming import CONFIDENCES, DECLARED, Statement
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.list_changes import NewPlace, NewStation, Order
from pollready.register.corrections.needs import SERVES

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NUMBERS = (ColumnKind.COUNT, ColumnKind.NUMBER, ColumnKind.SHARE)
# How what is no plain text is typed: `correct.how.<word>`.
_HOW = {
    ColumnKind.COUNT: "count",
    ColumnKind.NUMBER: "number",
    ColumnKind.SHARE: "share",
    ColumnKind.DATE: "date",
    ColumnKind.POWER: "power",
}
_DATES = ("as_of", "letter_date", "effective_date", "due_date")


class NumberText(forms.TextInput):
    """A number, shown in the reader's own digits however it was typed."""

    language = "en"

    def format_value(self, value: Any) -> str | None:
        """Leave what is no number as it was typed."""
        said = super().format_value(value)
        return plain_figures(said, self.language) if said and _NUMBER.fullmatch(said) else said


def text(required: bool = True, max_length: int = 200, **attrs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(required=required, max_length=max_length, widget=widget)


def long_text(required: bool = True) -> forms.CharField:
    return forms.CharField(
        required=required, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class TypedForm(ConsoleForm):
    """A form whose fields are read as the workbook's cells are."""

    version = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for typed in self.fields.values():
            if typed.widget.attrs.get("inputmode") == "decimal":
                show_as_number(typed, self.language)

    def read(self, name: str, how: Any, *args: Any) -> Any:
        """Read what was typed in a field, or say beside it why it cannot be read."""
        typed = self.cleaned_data.get(name)
        if typed is None:
            return None
        try:
            return how(typed, *args)
        except CorrectionRefused as refused:
            self.add_error(name, refused)
            return None

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in _DATES:
            if name in self.fields:
                self.cleaned_data[name] = self.read(name, read_day, name)
        return self.cleaned_data

    def refuse(self, error: Exception) -> None:
        """Say a refusal of the command beside the field that it is about."""
        name = getattr(error, "field", "")
        self.add_error(name if name in self.fields else None, error)


class ClaimForm(TypedForm):
    """What somebody knows of one field."""

    phrases = "correct.form.claim"

    value = text(max_length=20000)
    as_of = text(required=False, max_length=40)
    confidence = forms.ChoiceField()
    letter_no = text(required=False, max_length=60)
    note = long_text(required=False)
    stands = forms.BooleanField(required=False)
    evidence = forms.FileField(required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, kind: str, field: str, may_settle: bool,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        self.kind, self.field = kind, field
        _offer(self, "value", kind, field)
        confidence = self.fields["confidence"]
        assert isinstance(confidence, forms.ChoiceField)  # declared above
        confidence.choices = [
            (each, say(f"console.confidence.{each}", self.language)) for each in CONFIDENCES
        ]
        if not may_settle:
            del self.fields["stands"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.cleaned_data["canonical"] = self.read(
            "value", lambda typed: read_typed(self.kind, self.field, typed)
        )
        return self.cleaned_data

    @property
    def statement(self) -> Statement:
        """Give what was said; only of a form without errors."""
        said = self.cleaned_data
        return Statement(
            self.field,
            said["canonical"],
            said["as_of"],
            said["confidence"],
            said["letter_no"],
            said["note"].strip(),
        )

    @property
    def has_file(self) -> bool:
        """Whether a file was chosen; the browser forgets it when the form is shown again."""
        return bool(self.files.get("evidence"))


def first_values(language: str) -> dict[str, Any]:
    """Give what stands in a new form: today, as declared."""
    return {"as_of": date_short(timezone.localdate(), language), "confidence": DECLARED}


def _offer(form: ConsoleForm, name: str, kind: str, field: str) -> None:
    """Make a field a list of words, or a text with the keyboard that it needs."""
    choices = choices_of(kind, field)
    column = column_of(kind, field)
    if column.kind in (ColumnKind.EXPRESSION, ColumnKind.CODES):
        _offer_need(form, name, field)
    elif choices:
        key = f"workbook.choice.{choices}."
        offered = [(word, say(key + word, form.language)) for word in CHOICES[choices]]
        made = forms.ChoiceField(choices=[form.nothing_chosen, *offered])
        made.widget.attrs["id"] = f"field-{name}"
        made.label, made.help_text = form.fields[name].label, form.fields[name].help_text
        form.fields[name] = made
    else:
        _say_how(form.fields[name], column.kind, form.language)


def show_as_number(typed: forms.Field, language: str) -> None:
    """Let a field show its number in the digits of a language."""
    widget = NumberText(attrs=typed.widget.attrs)
    widget.language, widget.is_required = language, typed.required
    typed.widget = widget


def _say_how(typed: forms.Field, kind: ColumnKind, language: str) -> None:
    """Say beside a text what is to be typed, and give a phone the keyboard for it."""
    if kind in _NUMBERS:
        typed.widget.attrs["inputmode"] = "decimal"
        show_as_number(typed, language)
    if kind in _HOW:
        today = date_short(timezone.localdate(), language)
        typed.help_text = say(f"correct.how.{_HOW[kind]}", language, today=today)
        typed.widget.attrs["aria-describedby"] = f"hint-{typed.widget.attrs['id'][6:]}"


def _offer_need(form: ConsoleForm, name: str, field: str) -> None:
    """Make a field a text of several lines, with how it is written above it."""
    taken = form.fields[name]
    widget = forms.Textarea(attrs={"rows": 3, "dir": "auto", "autocomplete": "off"})
    widget.attrs |= {"id": f"field-{name}", "aria-describedby": f"hint-{name}"}
    taken.widget = widget
    taken.help_text = say(f"correct.need.hint_{field}", form.language)
    taken.required = field != SERVES  # none at all is an answer too


def read_voters(form: TypedForm) -> int | None:
    """Read the expected voters of an order; blank leaves them unknown."""
    if not (form.cleaned_data.get("expected_voters") or "").strip():
        return None
    read = form.read(
        "expected_voters", lambda typed: read_typed("listing", "expected_voters", typed)
    )
    return None if read is None else int(read)


class EvidenceForm(TypedForm):
    """A file that shows what a claim says."""

    phrases = "correct.form.evidence"

    evidence = forms.FileField()
    classification = forms.TypedChoiceField(coerce=int)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, ceiling: int, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        _choose_from(self, "classification", classes_up_to(ceiling, self.language))


def classes_up_to(ceiling: int, language: str) -> list[tuple[int, str]]:
    """Give the classes up to a ceiling, with their names."""
    named = [(each, say(f"console.class.{each.label}", language)) for each in Classification]
    return [(each.value, name) for each, name in named if each <= ceiling]


class WithdrawForm(TypedForm):
    """Why a file is withdrawn."""

    phrases = "correct.form.withdraw"

    reason = long_text()


class AssignForm(TypedForm):
    """Whose a component is from now on."""

    phrases = "correct.form.assign"

    agency = forms.TypedChoiceField(coerce=int)
    reason = long_text()

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, offered: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        _choose_from(self, "agency", [("", "—"), *offered])


class ClassifyForm(TypedForm):
    """How secret a component is from now on."""

    phrases = "correct.form.classify"

    classification = forms.TypedChoiceField(coerce=int)
    reason = long_text()

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, offered: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        _choose_from(self, "classification", offered)


def _choose_from(form: ConsoleForm, name: str, offered: Sequence[tuple[Any, str]]) -> None:
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ChoiceField)  # declared as one
    chosen.choices = list(offered)


class ChoiceOfClaim(TypedForm):
    """Which of the claims stands, and why."""

    phrases = "correct.form.resolve"

    chosen = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    reason = long_text()

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, claims: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.ChoiceField)  # declared above
        chosen.choices = claims


class FieldTestForm(TypedForm):
    """Who goes to look, and until when."""

    phrases = "correct.form.test"

    agency = forms.TypedChoiceField(coerce=int)
    due_date = text(max_length=40)
    reason = long_text()

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, agencies: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ChoiceField)  # declared above
        agency.choices = [self.nothing_chosen, *agencies]


class OrderForm(TypedForm):
    """Who ordered it, by which letter, from when and why."""

    phrases = "correct.form.order"

    ordered_by = text()
    letter_no = text(max_length=60)
    letter_date = text(required=False, max_length=40)
    effective_date = text(max_length=40)
    reason = long_text()

    @property
    def order(self) -> Order:
        """Give the order; only of a form without errors."""
        said = self.cleaned_data
        return Order(
            said["ordered_by"], said["letter_no"], said["letter_date"], said["effective_date"],
            said["reason"],
        )  # fmt: skip


class RelocateForm(OrderForm):
    """Where a station stands from now on."""

    name = text(max_length=300)
    address = text(required=False, max_length=500)
    position = text(required=False, max_length=60)
    field_order: tuple[str, ...] = ("name", "address", "position")

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.cleaned_data["where"] = self.read("position", read_position, "position")
        return self.cleaned_data

    @property
    def to(self) -> NewPlace:
        """Give the new place; only of a form without errors."""
        said = self.cleaned_data
        lat, lon = said["where"] or (None, None)
        return NewPlace(said["name"], said["address"], lat, lon)


class MergeForm(OrderForm):
    """Into which station, and what that one expects from now on."""

    into = text(max_length=100)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    expected_voters = text(required=False, max_length=20, inputmode="decimal")
    field_order = ("into", "expected_voters")

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.cleaned_data["voters"] = read_voters(self)
        self.cleaned_data["canonical_code"] = self.read("into", read_station_code)
        return self.cleaned_data


class AddForm(RelocateForm):
    """A station that the list did not have."""

    code = text(max_length=100)
    kind = forms.ChoiceField()
    place = forms.TypedChoiceField(coerce=int, widget=LongSelect)
    expected_voters = text(required=False, max_length=20, inputmode="decimal")
    basis = text(required=False)
    field_order = (
        "code",
        "name",
        "kind",
        "place",
        "address",
        "position",
        "expected_voters",
        "basis",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, places: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        for name, offered in (
            ("kind", [(each, say(f"workbook.choice.station_kind.{each}", self.language))
                      for each in CHOICES["station_kind"]]),
            ("place", [self.nothing_chosen, *places]),
        ):  # fmt: skip
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)  # declared above
            chosen.choices = offered

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.cleaned_data["voters"] = read_voters(self)
        self.cleaned_data["canonical_code"] = self.read("code", read_station_code)
        return self.cleaned_data

    @property
    def station(self) -> NewStation:
        """Give the new station; only of a form without errors."""
        said = self.cleaned_data
        return NewStation(
            said["canonical_code"], said["kind"], said["place"], self.to, said["voters"],
            said["basis"],
        )  # fmt: skip


class BulkForm(TypedForm):
    """One field, one value, for many stations."""

    phrases = "correct.form.bulk"

    field = forms.ChoiceField()
    value = text(max_length=500)
    as_of = text(required=False, max_length=40)
    letter_no = text(required=False, max_length=60)
    note = long_text()

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, offered: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        chosen = self.fields["field"]
        assert isinstance(chosen, forms.ChoiceField)  # declared above
        chosen.choices = [self.nothing_chosen, *offered]

    def clean(self) -> dict[str, Any]:
        super().clean()
        field = self.cleaned_data.get("field")
        if field:
            self.cleaned_data["canonical"] = self.read(
                "value", lambda typed: read_typed("listing", field, typed)
            )
        return self.cleaned_data

    @property
    def statement(self) -> Statement:
        """Give what was said; only of a form without errors."""
        said = self.cleaned_data
        as_of: date | None = said["as_of"]
        return Statement(
            said["field"], said["canonical"], as_of, DECLARED, said["letter_no"],
            said["note"].strip(),
        )  # fmt: skip
