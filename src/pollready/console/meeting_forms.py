"""The forms of meetings: plain ones, each for one thing."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.timezone import localtime

from pollready.audit.classification import Classification
from pollready.committee.meetings.commands import MeetingDraft
from pollready.committee.meetings.deciding import DecisionDraft
from pollready.committee.meetings.models import Meeting, MeetingKind, SuggestionState, Verdict
from pollready.committee.meetings.rules import OFFICES
from pollready.console.forms import ConsoleForm
from pollready.console.plan_forms import TypedDate
from pollready.console.typed_fields import TypedAmount
from pollready.language import latin_digits, parse_time, say
from pollready.people.models import User
from pollready.people.scopes import agencies_for
from pollready.places.models import Place, PlaceLevel

VERSION_MAX = 2**31 - 1
Choices = Sequence[tuple[str, str]]


def version_field() -> forms.IntegerField:
    """Give the hidden field of an object that two may edit at once."""
    return forms.IntegerField(min_value=0, max_value=VERSION_MAX, widget=forms.HiddenInput)


def long_text(rows: int = 3, *, required: bool = True, most: int = 4000) -> forms.CharField:
    """Give a field of several lines."""
    return forms.CharField(
        max_length=most, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class MeetingForm(ConsoleForm):
    """What, of which kind, when, where, with what quorum."""

    phrases = "meetings.form.meeting"

    title = forms.CharField(max_length=200)
    kind = forms.ChoiceField()
    county = forms.ChoiceField(required=False)
    starts_date = TypedDate(required=True)
    starts_time = forms.CharField(max_length=10)
    venue = forms.CharField(max_length=200, required=False)
    quorum = TypedAmount()
    classification = forms.TypedChoiceField(coerce=int)
    version = forms.IntegerField(required=False, max_value=VERSION_MAX, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, language: str, user: User, counties: Choices,
                 **kwargs: Any) -> None:  # fmt: skip
        super().__init__(data, language=language, **kwargs)
        kinds = [(kind, say(f"meetings.kind.{kind}", language)) for kind in MeetingKind.values]
        classes = [
            (str(level.value), say(f"console.class.{level.label}", language))
            for level in Classification
            if level <= user.clearance
        ]
        choose(self, "kind", kinds)
        choose(self, "county", [self.nothing_chosen, *counties])
        choose(self, "classification", classes)

    def clean_starts_time(self) -> Any:
        """Read the hour."""
        hour = parse_time(self.cleaned_data["starts_time"])
        if hour is None:
            raise forms.ValidationError("", code="invalid")
        return hour

    def draft(self) -> MeetingDraft:
        """Give what was said, as the command takes it."""
        values = self.cleaned_data
        at = datetime.combine(values["starts_date"], values["starts_time"])
        quorum = values["quorum"]
        return MeetingDraft(
            title=values["title"],
            kind=values["kind"],
            starts_at=timezone.make_aware(at),
            quorum=min(int(quorum), 1000) if quorum == int(quorum) else 0,
            county_id=int(values["county"]) if values["county"] else None,
            venue=values["venue"],
            classification=values["classification"],
        )

    @staticmethod
    def begin(meeting: Meeting) -> dict[str, object]:
        """Give what the form shows of a meeting at first."""
        at = localtime(meeting.starts_at)
        return {
            "title": meeting.title, "kind": meeting.kind, "county": str(meeting.county_id or ""),
            "starts_date": at.date(), "starts_time": at.time(),
            "venue": meeting.venue, "quorum": meeting.quorum,
            "classification": str(meeting.classification), "version": meeting.version,
        }  # fmt: skip


def county_choices() -> list[tuple[str, str]]:
    """List the counties by their keys in the register."""
    counties = Place.objects.filter(level=PlaceLevel.COUNTY).order_by("key")
    return [(str(county.pk), county.name) for county in counties]


class InviteForm(ConsoleForm):
    """A member by his account, or a guest by name."""

    phrases = "meetings.form.invite"

    user = forms.ChoiceField(required=False)
    name = forms.CharField(max_length=200, required=False)
    post = forms.CharField(max_length=200, required=False)

    def __init__(self, data: Any = None, *, language: str, users: Choices, **kwargs: Any) -> None:
        super().__init__(data, language=language, **kwargs)
        choose(self, "user", [self.nothing_chosen, *users])


class ItemForm(ConsoleForm):
    """The title of an item, and what minutes say of it."""

    phrases = "meetings.form.item"

    title = forms.CharField(max_length=200, required=False)
    text = long_text(6, required=False, most=20_000)
    version = version_field()


class NewItemForm(ConsoleForm):
    """An item of one's own."""

    phrases = "meetings.form.item"

    title = forms.CharField(max_length=200)


class ViewForm(ConsoleForm):
    """What somebody thinks."""

    phrases = "meetings.form.say"

    view_text = long_text()


class SuggestForm(ConsoleForm):
    """What somebody suggests."""

    phrases = "meetings.form.say"

    suggestion_text = long_text()


class ChangeForm(ConsoleForm):
    """A change to try; each kind has its own form with the fields that it needs."""

    phrases = "meetings.form.change"
    kind: ClassVar[str] = ""

    version = version_field()

    def row(self) -> dict[str, Any]:
        """Give the change as it is checked."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if "stations" in values:
            codes = re.split(r"[\s,،;؛]+", latin_digits(values["stations"]))
            values["stations"] = [code for code in codes if code]
        if values.get("more") is not None:
            values["more"] = int(values["more"])
        return {"kind": self.kind, **values}


def stations_field() -> forms.CharField:
    """Give a field in which codes of stations are typed."""
    return forms.CharField(max_length=6000, widget=forms.Textarea(attrs={"rows": 2}))


class SecondPathForm(ChangeForm):
    """A second operator at stations."""

    kind = "second_path"

    operator = forms.ChoiceField()
    stations = stations_field()
    tested = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, operators: Choices, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choose(self, "operator", [self.nothing_chosen, *operators])


class PowerForm(ChangeForm):
    """A battery or a generator at stations."""

    kind = "power"

    stations = stations_field()
    battery_h = TypedAmount(required=False)
    generator = forms.BooleanField(required=False)


class DevicesForm(ChangeForm):
    """More identity devices at stations."""

    kind = "devices"

    stations = stations_field()
    more = TypedAmount()


class RepairForm(ChangeForm):
    """A component put in order."""

    kind = "repair"

    component = forms.CharField(max_length=100)
    mttr_h = TypedAmount(required=False)
    battery_h = TypedAmount(required=False)
    generator = forms.BooleanField(required=False)


CHANGE_FORMS: Mapping[str, type[ChangeForm]] = {
    form.kind: form for form in (SecondPathForm, PowerForm, DevicesForm, RepairForm)
}


class AnswerForm(ConsoleForm):
    """What becomes of a suggestion, and why."""

    phrases = "meetings.form.answer"

    state = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = version_field()

    def __init__(self, data: Any = None, *, language: str, **kwargs: Any) -> None:
        super().__init__(data, language=language, **kwargs)
        answers = [each for each in SuggestionState.values if each != SuggestionState.WAITING]
        choose(
            self, "state", [(each, say(f"meetings.answer.{each}", language)) for each in answers]
        )


class DecisionForm(ConsoleForm):
    """A decision; a draft may lack its owner and day."""

    phrases = "meetings.form.decision"

    text = long_text(4)
    legal_ground = forms.CharField(max_length=300, required=False)
    owner = forms.ChoiceField(required=False)
    due_date = TypedDate()
    figure = forms.CharField(max_length=200, required=False)
    version = forms.IntegerField(required=False, max_value=VERSION_MAX, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, language: str, user: User, **kwargs: Any) -> None:
        super().__init__(data, language=language, **kwargs)
        agencies = [
            (f"agency-{each.pk}", each.name) for each in agencies_for(user).order_by("name")
        ]
        offices = [(f"office-{role}", say(f"console.role.{role}", language)) for role in OFFICES]
        choose(self, "owner", [self.nothing_chosen, *agencies, *offices])

    def draft(self, *, suggestion_id: int | None = None) -> DecisionDraft:
        """Give what was written, as the command takes it."""
        values = self.cleaned_data
        kind, _, key = values["owner"].partition("-")
        return DecisionDraft(
            text=values["text"],
            legal_ground=values["legal_ground"],
            agency_id=int(key) if kind == "agency" else None,
            office=key if kind == "office" else "",
            due_date=values["due_date"],
            figure=values["figure"],
            suggestion_id=suggestion_id,
        )


class SignForm(ConsoleForm):
    """A member's word on the minutes that he has read."""

    phrases = "meetings.form.sign"

    verdict = forms.ChoiceField(widget=forms.RadioSelect)
    text = long_text(required=False)
    read_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, language: str, **kwargs: Any) -> None:
        super().__init__(data, language=language, **kwargs)
        words = [(each, say(f"meetings.verdict.{each}", language)) for each in Verdict.values]
        choose(self, "verdict", words)


class AddendumForm(ConsoleForm):
    """The text of an addendum."""

    phrases = "meetings.form.addendum"

    text = long_text(5, most=20_000)


class ScanForm(ConsoleForm):
    """The scan of the signed paper."""

    phrases = "meetings.form.scan"

    scan = forms.FileField()


class EditedForm(ConsoleForm):
    """The DOCX that comes back."""

    phrases = "meetings.form.edited"

    file = forms.FileField()


def choose(form: forms.Form, name: str, choices: Choices) -> None:
    """Offer the choices of a field."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # as declared
    field.choices = list(choices)
