"""The forms of the ledger: a new lot, what moves, a count, a correction, a settlement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from pollready.audit.classification import Classification
from pollready.console.forms import ConsoleForm
from pollready.console.plan_forms import TypedDate
from pollready.console.typed_fields import TypedCount
from pollready.language import say
from pollready.resources.accounts import ACCOUNTS, MOVES, EntryKind
from pollready.resources.rules import Movement

Options = Sequence[tuple[str, str]]
_PROVISIONED = {"": None, "yes": True, "no": False}


def _text(most: int, *, required: bool = False) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(max_length=most, required=required, widget=widget)


def _lines(most: int, rows: int = 2, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class LedgerForm(ConsoleForm):
    """A form whose refusals stand beside the field that they are about."""

    version = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    def refuse(self, error: Any) -> None:
        """Say a refusal of the command."""
        name = getattr(error, "field", "")
        self.add_error(name if name in self.fields else None, error)

    def choices(self, name: str, options: Options) -> None:
        """Offer choices, the first of them none."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # as declared
        field.choices = [self.nothing_chosen, *options]


class MovementForm(LedgerForm):
    """What moved of a lot."""

    phrases = "ledger.form"

    kind = forms.ChoiceField()
    count = TypedCount()
    happened_date = TypedDate(required=True)
    letter_no = _text(60)
    county = forms.ChoiceField(required=False)
    serials = _lines(10_000)
    from_deployed = forms.BooleanField(required=False)
    note = _lines(500)
    evidence = forms.FileField(required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, files: Any = None, *, counties: Options,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, files=files, **kwargs)
        self.choices(
            "kind", [(each.value, say(f"ledger.entry.{each}", self.language)) for each in MOVES]
        )
        self.choices("county", counties)

    @property
    def movement(self) -> Movement:
        """Give what was entered; only of a form without errors."""
        said = self.cleaned_data
        return Movement(
            EntryKind(said["kind"]),
            said["count"],
            said["happened_date"],
            said["letter_no"],
            said["serials"],
            said["note"],
            int(said["county"]) if said["county"] else None,
            said["from_deployed"],
        )


class CountForm(LedgerForm):
    """How many somebody counts."""

    phrases = "ledger.form"

    account = forms.ChoiceField()
    count = TypedCount()
    happened_date = TypedDate(required=True)
    letter_no = _text(60)
    note = _lines(500)
    evidence = forms.FileField(required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, files: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, files=files, **kwargs)
        accounts = [(each.value, say(f"ledger.account.{each}", self.language)) for each in ACCOUNTS]
        self.choices("account", accounts)


class LotForm(LedgerForm):
    """A new lot, with what is pledged of it."""

    phrases = "ledger.form"

    agency = forms.ChoiceField()
    lot_kind = _text(80, required=True)
    model = _text(120)
    compatible = _text(300)
    lot_county = forms.ChoiceField(required=False)
    depot = _text(200)
    custodian = _text(200)
    provisioned = forms.ChoiceField(required=False)
    classification = forms.TypedChoiceField(coerce=int)
    count = TypedCount()
    happened_date = TypedDate(required=True)
    letter_no = _text(60)
    serials = _lines(10_000)
    note = _lines(500)
    evidence = forms.FileField(required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, files: Any = None, *, agencies: Options,
        counties: Options, ceiling: int, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, files=files, **kwargs)
        self.choices("agency", agencies)
        if len(agencies) == 1:  # who speaks for one agency promises for no other
            self.initial.setdefault("agency", agencies[0][0])
        self.choices("lot_county", counties)
        answers = [(name, say(f"ledger.answer.{name}", self.language)) for name in ("yes", "no")]
        self.fields["provisioned"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", say("console.unknown", self.language)), *answers,
        ]  # fmt: skip
        self.fields["classification"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(each.value), say(f"console.class.{each.label}", self.language))
            for each in Classification
            if each <= ceiling
        ]

    @property
    def is_provisioned(self) -> bool | None:
        """Whether it is provisioned; None where nobody says."""
        return _PROVISIONED[self.cleaned_data["provisioned"]]

    def refuse(self, error: Any) -> None:
        """Say a refusal of the command; fields that have another name here are meant too."""
        names = {"kind": "lot_kind", "county": "lot_county"}
        name = getattr(error, "field", "")
        name = names.get(name, name)
        self.add_error(name if name in self.fields else None, error)


class CorrectionForm(LedgerForm):
    """How many an entry should have been of."""

    phrases = "ledger.form"

    right_count = TypedCount()
    reason = _lines(500, required=True)

    def refuse(self, error: Any) -> None:
        """Say a refusal beside the fields as they are called here."""
        names = {"count": "right_count", "note": "reason"}
        self.add_error(names.get(getattr(error, "field", "")), error)


class SettleForm(LedgerForm):
    """Which of the differing counts stands, and why."""

    phrases = "ledger.form"

    account = forms.CharField(max_length=20, widget=forms.HiddenInput)
    chosen = forms.ChoiceField(widget=forms.RadioSelect)
    reason = _lines(500, required=True)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, counts: Options, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["chosen"].choices = list(counts)  # type: ignore[attr-defined]  # a ChoiceField


class NoteForm(LedgerForm):
    """A delivery note."""

    phrases = "ledger.form"

    evidence = forms.FileField()

    def __init__(
        self, data: Mapping[str, Any] | None = None, files: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, files=files, **kwargs)


class ExportForm(ConsoleForm):
    """Why somebody takes the ledger out of the console."""

    phrases = "lists.export.form"

    reason = _lines(400, required=True)
