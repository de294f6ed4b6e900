"""The forms of the board: assigning, claiming a fix, waiving, commenting."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pollready.assessment.cases.queries import day_of, people_for
from pollready.console.board import name_of
from pollready.console.forms import ConsoleForm
from pollready.console.wording import Wording
from pollready.language import parse_date, say
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.due import GATES, due_date
from pollready.obstacles.models import TEXT_MAX, ObstacleCase
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.scopes import agencies_for

ROLES = tuple(dict.fromkeys(rule.owner_role for rule in RULES))


class CaseForm(ConsoleForm):
    """A form about one case, which knows what version of it the user saw."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class ClaimFixedForm(CaseForm):
    """What was done, and by what one sees it."""

    phrases = "board.form.claim_fixed"
    done = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea({"rows": 4, "dir": "auto"}))
    evidence = forms.CharField(
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )


class WaiveForm(CaseForm):
    """Why, on whose authority, and until when nothing is done."""

    phrases = "board.form.waive"
    reason = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea({"rows": 3, "dir": "auto"}))
    authority = forms.CharField(max_length=200, widget=forms.TextInput({"dir": "auto"}))
    until_gate = forms.ChoiceField(required=False)
    until_date = forms.CharField(required=False, max_length=20)

    def offer(self, case: ObstacleCase) -> None:
        """Offer the gates that are still to come; without an election day there is none."""
        day = day_of(case.record.assessment, case.round) if case.record else case.found_date
        thresholds = office_thresholds()
        coming = [
            (gate, words)
            for gate, words in gate_choices(self.language)
            if (due := due_date(gate, case.round.election_date, thresholds)) and due >= day
        ]
        _choose(self, "until_gate", [("", say("board.form.choose", self.language)), *coming])

    def clean_until_date(self) -> Any:
        """Read a day as people here write it."""
        text = self.cleaned_data["until_date"].strip()
        day = parse_date(text)
        if text and day is None:
            raise ValidationError("", code="invalid")
        return day


class AssignmentForm(ConsoleForm):
    """Who is to act, by which gate, and why."""

    phrases = "board.form.assign"
    owner = forms.ChoiceField()
    assignee = forms.ChoiceField(required=False)
    due_gate = forms.ChoiceField()
    reason = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea({"rows": 3, "dir": "auto"}))

    def offer(self, viewer: User, wording: Wording, cases: list[ObstacleCase]) -> None:
        """Offer owners, gates, and the people who see every one of the cases."""
        none = say("board.form.nobody", self.language)
        owners = owner_choices(viewer, wording, {case.owner for case in cases})
        _choose(self, "owner", owners)
        _choose(self, "assignee", [("", none), *_people(cases)])
        _choose(self, "due_gate", gate_choices(self.language))


class AssignForm(AssignmentForm, CaseForm):
    """The assignment of one case."""


class BulkAssignForm(AssignmentForm):
    """The assignment of several cases at once; each keeps its gate unless one is chosen."""

    def offer(self, viewer: User, wording: Wording, cases: list[ObstacleCase]) -> None:
        """Offer to leave owner and gate as they are as well."""
        super().offer(viewer, wording, cases)
        same = ("", say("board.form.as_it_is", self.language))
        for name in ("owner", "due_gate"):
            field = self.fields[name]
            field.required = False
            _choose(self, name, [same, *field.choices])  # type: ignore[attr-defined]  # a ChoiceField


class CommentForm(ConsoleForm):
    """What somebody says about a case."""

    phrases = "board.form.comment"
    text = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea({"rows": 3, "dir": "auto"}))


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


def gate_choices(language: str) -> list[tuple[str, str]]:
    """Offer the gates in the order in which they come."""
    return [(gate, say(f"board.gate.{gate}", language)) for gate in GATES]


def owner_choices(viewer: User, wording: Wording, present: set[str]) -> list[tuple[str, str]]:
    """Offer the agencies of the register and the roles that rules name, with who has it now."""
    codes = agencies_for(viewer).order_by("name").values_list("code", flat=True)
    names = dict.fromkeys([*sorted(owner for owner in present if owner), *codes, *ROLES])
    return [(owner, wording.owner(owner)) for owner in names]


def _people(cases: list[ObstacleCase]) -> list[tuple[str, str]]:
    """Offer the people who see the first case; a command asks again for each of the others."""
    if not cases:
        return []
    return [(str(user.pk), name_of(user)) for user in people_for(cases[0])]
