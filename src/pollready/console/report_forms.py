"""The forms by which a status report is asked for, and its files are taken out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from pollready.console.forms import ConsoleForm
from pollready.console.plan_forms import TypedDate
from pollready.language import LANGUAGES, say
from pollready.people.models import User
from pollready.reports.kept.commands import REASON_MAX, may_reveal
from pollready.reports.kept.models import ReportKind
from pollready.reports.kept.rules import Subject, agencies_to_report, counties_for, kinds_for


class ReportForm(ConsoleForm):
    """Whose stations, as of which day, in which language; and a reason for the annex."""

    phrases = "reports.form"

    kind = forms.ChoiceField()
    place = forms.ChoiceField(required=False)
    agency = forms.ChoiceField(required=False)
    as_of = TypedDate(required=True)
    written_in = forms.ChoiceField()
    reveal_reason = forms.CharField(
        max_length=REASON_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, viewer: User, language: str, **kwargs: Any
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        self._places = {str(each.pk): each for each in counties_for(viewer)}
        self._agencies = {str(each.pk): each for each in agencies_to_report(viewer)}
        kinds = [
            (kind.value, say(f"reports.kind.{kind.value}", language)) for kind in kinds_for(viewer)
        ]
        self._choose("kind", kinds)
        nothing = [self.nothing_chosen]
        self._choose("place", nothing + [(key, each.name) for key, each in self._places.items()])
        self._choose("agency", nothing + [(key, each.name) for key, each in self._agencies.items()])
        self._choose(
            "written_in", [(each, say(f"reports.in.{each}", language)) for each in LANGUAGES]
        )
        if not self._places:
            del self.fields["place"]
        if not self._agencies:
            del self.fields["agency"]
        if not may_reveal(viewer):
            del self.fields["reveal_reason"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def subject(self) -> Subject:
        """Give what the report is asked about; a county or agency only where its kind has one."""
        values = self.cleaned_data
        kind = ReportKind(values["kind"])
        place = self._places.get(values.get("place", "")) if kind == ReportKind.COUNTY else None
        agency = self._agencies.get(values.get("agency", "")) if kind == ReportKind.AGENCY else None
        return Subject(kind, place, agency)

    @property
    def day(self) -> date:
        """Give the day of which the report speaks."""
        found: date = self.cleaned_data["as_of"]
        return found


class TakeForm(ConsoleForm):
    """Why a classified file is taken out."""

    phrases = "reports.take"

    reason = forms.CharField(
        max_length=REASON_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, language: str, is_classified: bool
    ) -> None:
        super().__init__(data, language=language)
        self.fields["reason"].required = is_classified


class OfficeFormForm(ConsoleForm):
    """The headquarters' own workbook, and which cells hold which figures."""

    phrases = "reports.forms"

    name = forms.CharField(max_length=100)
    form = forms.FileField(widget=forms.FileInput(attrs={"accept": ".xlsx"}))
    mapping = forms.CharField(
        max_length=20_000,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 5, "dir": "ltr", "class": "code", "spellcheck": "false"}
        ),
    )
