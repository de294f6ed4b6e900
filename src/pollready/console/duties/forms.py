"""The forms of duties: entering one, saying that it is done, handing back, ending."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings

from pollready.assessment.result import CRITERIA
from pollready.audit.classification import Classification
from pollready.console.duties.covering import ADDRESS_MAX, Covering
from pollready.console.forms import ConsoleForm
from pollready.console.names import field_name
from pollready.console.places import in_order
from pollready.console.plan_forms import TypedDate
from pollready.duties.commands import DETAILS_MAX, TEXT_MAX, Done, DutyDraft
from pollready.duties.deadlines import read_deadline
from pollready.duties.models import Covers, Duty, Proof
from pollready.duties.rules import OFFICES, DutyRefused
from pollready.intake.applying.claims import COMPONENT_FIELDS, STATION_FIELDS
from pollready.language import date_short, say
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.due import GATES
from pollready.people.models import User
from pollready.people.scopes import agencies_for

VERSION: dict[str, Any] = {"min_value": 0, "max_value": 2**31 - 1}
# What of a station is told by an order, not handed in as evidence.
_BY_ORDER = frozenset({"relocated_on", "relocated_by"})
_WRONG = {"proof_of": "proof", "query": "address"}  # fields of a command under another name here
Choices = list[tuple[str, Any]]


class DutyForm(ConsoleForm):
    """Whose duty it is, what it demands, by what right, by when, of what, and what shows it."""

    phrases = "duties.form"

    text = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ChoiceField()
    details = forms.CharField(
        max_length=DETAILS_MAX, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    legal_basis = forms.CharField(max_length=300, required=False)
    letter_no = forms.CharField(max_length=60, required=False)
    letter_date = TypedDate()
    gate = forms.ChoiceField(required=False)
    deadline = forms.CharField(
        max_length=40, required=False, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    covers = forms.ChoiceField(widget=forms.RadioSelect)
    address = forms.CharField(
        max_length=ADDRESS_MAX,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    proof = forms.ChoiceField()
    evidence_needed = forms.CharField(max_length=300, required=False)
    classification = forms.ChoiceField()
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, **VERSION)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        language: str,
        user: User,
        covering: Covering,
        with_components: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        self.covering = covering
        kinds = [each for each in Covers.values if with_components or each != Covers.COMPONENTS]
        _choose(self, "owner", [self.nothing_chosen, *self._owners(user)])
        _choose(self, "gate", [("", self._say("form.no_gate")), *self._gates()])
        _choose(self, "covers", [(each, self._say(f"covers.{each}")) for each in kinds])
        _choose(self, "proof", self._proofs())
        _choose(self, "classification", classes(user, language))

    def clean(self) -> dict[str, Any]:
        """Say beside its field what of deadline, filter and proof does not fit."""
        values = super().clean() or {}
        if values.get("gate") and values.get("deadline"):
            self.refuse(DutyRefused("deadline-twice", "deadline"))
        if values.get("deadline") and read_deadline(values["deadline"]) is None:
            self.refuse(DutyRefused("deadline-unread", "deadline", said=values["deadline"]))
        if self.covering.fault is not None:
            self.refuse(self.covering.fault)
        kind, _, _ = values.get("proof", "").partition(".")
        if kind == "component" and values.get("covers") != Covers.COMPONENTS:
            self.refuse(DutyRefused("proof-of-components", "proof"))
        if kind == "station" and values.get("covers") != Covers.STATIONS:
            self.refuse(DutyRefused("proof-of-stations", "proof"))
        return values

    def refuse(self, refused: DutyRefused) -> None:
        """Say what a command refuses beside its field."""
        name = _WRONG.get(refused.field, refused.field)
        self.add_error(name if name in self.fields else None, refused)

    def draft(self) -> DutyDraft:
        """Give what the form says; only after it was found valid."""
        values = self.cleaned_data
        kind, _, key = values["owner"].partition("-")
        proof, _, proof_of = values["proof"].partition(".")
        if proof in ("station", "component"):
            proof = Proof.FIELD
        return DutyDraft(
            text=values["text"],
            agency_id=int(key) if kind == "agency" else None,
            office=key if kind == "office" else "",
            details=values["details"],
            legal_basis=values["legal_basis"],
            letter_no=values["letter_no"],
            letter_date=values["letter_date"],
            deadline=values["gate"] or values["deadline"],
            covers=self.covering.covers,
            query=self.covering.query,
            proof=proof,
            proof_of=proof_of,
            evidence_needed=values["evidence_needed"],
            classification=int(values["classification"]),
        )

    def _owners(self, user: User) -> Choices:
        agencies = in_order((f"agency-{a.pk}", a.name) for a in agencies_for(user))
        offices = [
            (f"office-{role}", say(f"console.role.{role}", self.language)) for role in OFFICES
        ]
        return [
            (self._say("form.agencies"), agencies),
            (self._say("form.offices"), in_order(offices)),
        ]

    def _gates(self) -> Choices:
        return [(gate, say(f"board.gate.{gate}", self.language)) for gate in GATES]

    def _proofs(self) -> Choices:
        def named(kind: str, fields: tuple[str, ...]) -> Choices:
            names = ((f"{kind}.{each}", field_name(each, self.language)) for each in fields)
            return in_order(names)

        said = self.language
        criteria = [
            (f"criterion.{each}", say(f"console.criterion.{each}", said)) for each in CRITERIA
        ]
        rules = [(f"obstacle.{rule.code}", say(f"rule.{rule.code}.title", said)) for rule in RULES]
        stations = tuple(each for each in STATION_FIELDS if each not in _BY_ORDER)
        return [
            (str(Proof.DECLARED), self._say("proof.declared")),
            (self._say("form.proofs.criterion"), criteria),
            (self._say("form.proofs.obstacle"), in_order(rules)),
            (self._say("form.proofs.station"), named("station", stations)),
            (self._say("form.proofs.component"), named("component", COMPONENT_FIELDS)),
        ]

    def _say(self, key: str) -> str:
        return say(f"duties.{key}", self.language)


class DoneForm(ConsoleForm):
    """Since when a duty is done, where, and what shows it."""

    phrases = "duties.done_form"

    done_date = TypedDate(required=True)
    letter_no = forms.CharField(max_length=60, required=False)
    note = forms.CharField(
        max_length=TEXT_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def done(self) -> Done:
        """Give what the form says; only after it was found valid."""
        return Done(**self.cleaned_data)


class HandBackForm(ConsoleForm):
    """Why what was said to be done is not."""

    phrases = "duties.hand_back_form"

    reason = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    proof = forms.IntegerField(widget=forms.HiddenInput, **VERSION)
    whole = forms.BooleanField(required=False)


class EndForm(ConsoleForm):
    """Why a duty holds no longer."""

    phrases = "duties.end_form"

    reason = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(widget=forms.HiddenInput, **VERSION)


def done_now(today: date, language: str) -> dict[str, str]:
    """Give what the form of a report shows at first."""
    return {"done_date": date_short(today, language)}


def initial_of(duty: Duty, language: str) -> dict[str, object]:
    """Give what the form of a duty shows at first."""
    deadline = read_deadline(duty.deadline) if duty.deadline else None
    kind = str(duty.proof)
    if duty.proof == Proof.FIELD:
        kind = "station" if duty.covers == Covers.STATIONS else "component"
    return {
        "text": duty.text,
        "owner": f"agency-{duty.agency_id}" if duty.agency_id else f"office-{duty.office}",
        "details": duty.details,
        "legal_basis": duty.legal_basis,
        "letter_no": duty.letter_no,
        "letter_date": date_short(duty.letter_date, language) if duty.letter_date else "",
        "gate": deadline.gate if deadline else "",
        "deadline": str(deadline) if deadline and not deadline.gate else "",
        "covers": str(duty.covers),
        "proof": f"{kind}.{duty.proof_of}" if duty.proof_of else kind,
        "evidence_needed": duty.evidence_needed,
        "classification": str(duty.classification),
        "version": duty.version,
    }


def classes(user: User, language: str) -> Choices:
    """List the classes up to the user's own and the installation's ceiling."""
    highest = min(user.clearance, settings.POLLREADY_CEILING)
    return [
        (str(level.value), say(f"console.class.{level.label}", language))
        for level in Classification
        if level.value <= highest
    ]


def _choose(form: ConsoleForm, name: str, options: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # as declared above
    field.choices = options
