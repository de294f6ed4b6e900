"""The forms of follow-ups: giving one, changing it, reporting it done, and saying why."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from pollready.assessment.result import CRITERIA
from pollready.audit.classification import Classification
from pollready.console.case_forms import gate_choices
from pollready.console.follow_up_words import office_word
from pollready.console.forms import ConsoleForm
from pollready.console.plan_forms import TypedDate
from pollready.duties.follow_ups.commands import FILES_MAX, Attached, FollowUpDone, FollowUpDraft
from pollready.duties.follow_ups.models import LETTER_MAX, NOTE_MAX, QUERY_MAX, TEXT_MAX, Figure
from pollready.duties.models import Covers
from pollready.duties.rules import OFFICES
from pollready.language import latin_digits, parse_date, say
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.due import GATES
from pollready.people.models import AGENCY_ROLES, User
from pollready.people.scopes import agencies_for
from pollready.register.corrections.attaching import MB

AGENCY, OFFICE = "agency", "office"
_LONG = {"rows": 3, "dir": "auto"}


class FollowUpForm(ConsoleForm):
    """What is to be done, by whom, by when, at which objects, and what it is to change."""

    phrases = "follow_up.form"

    text = forms.CharField(
        max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
    owner = forms.ChoiceField()
    person = forms.ChoiceField(required=False)
    deadline = forms.CharField(max_length=40, required=False)
    gate = forms.ChoiceField(required=False)
    covers = forms.ChoiceField()
    query = forms.CharField(
        max_length=QUERY_MAX + 300, required=False, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    measure = forms.ChoiceField()
    figure_words = forms.CharField(max_length=200, required=False)
    classification = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, viewer: User, language: str, **kwargs: Any) -> None:
        super().__init__(*args, language=language, **kwargs)
        none = self.nothing_chosen
        _choose(self, "owner", [none, *owner_choices(viewer, language)])
        nobody = ("", say("follow_up.form.nobody", language))
        _choose(self, "person", [nobody, *person_choices(language)])
        _choose(self, "gate", [("", say("follow_up.form.no_gate", language)),
                               *gate_choices(language)])  # fmt: skip
        covers = [(each, say(f"follow_up.covers.{each}", language)) for each in Covers.values]
        _choose(self, "covers", covers)
        _choose(self, "measure", measure_choices(language))
        ceiling = min(viewer.clearance, settings.POLLREADY_CEILING)
        classes = [
            (each.value, say(f"console.class.{each.label}", language))
            for each in Classification
            if each <= ceiling
        ]
        _choose(self, "classification", classes)

    def clean_query(self) -> str:
        """Take the filter alone, where the whole address of a list was put in."""
        text = str(self.cleaned_data["query"]).strip()
        return text.partition("?")[2].partition("#")[0] if "?" in text else text

    def draft(self, objects: Sequence[int] = ()) -> FollowUpDraft:
        """Give what the form says; only after it was found valid.

        `objects` are those chosen one by one before, which stand while no filter is given.
        """
        values = self.cleaned_data
        kind, _, key = values["owner"].partition(":")
        figure, _, of = values["measure"].partition(":")
        covers = values["covers"]
        return FollowUpDraft(
            text=values["text"],
            agency_id=int(key) if kind == AGENCY else None,
            office=key if kind == OFFICE else "",
            person_id=int(values["person"]) if values["person"] else None,
            deadline=values["gate"] or _deadline(values["deadline"]),
            covers=covers,
            query=values["query"],
            objects=() if values["query"] or covers == Covers.OWNER else tuple(objects),
            figure=figure,
            figure_of=values["figure_words"] if figure == Figure.FREE else of,
            classification=values["classification"],
        )


class ChangeForm(FollowUpForm):
    """A follow-up written anew, and why."""

    reason = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea(attrs=_LONG))
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class ReasonForm(ConsoleForm):
    """Why something is handed back, accepted or dropped."""

    phrases = "follow_up.form"

    reason = forms.CharField(max_length=TEXT_MAX, widget=forms.Textarea(attrs=_LONG))
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)


class Files(forms.FileField):
    """Several files at once; whether each is taken, its command says."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Give the files that came."""
        return list(data) if isinstance(data, list | tuple) else [data] if data else []


class SeveralFiles(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True


class DoneForm(ConsoleForm):
    """What was done, since when, and by what one sees it."""

    phrases = "follow_up.form"

    note = forms.CharField(
        max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    )
    done_date = TypedDate(required=True)
    letter_no = forms.CharField(max_length=LETTER_MAX, required=False)
    evidence = Files(required=False, widget=SeveralFiles())
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def done(self) -> FollowUpDone:
        """Give what the form says; only after it was found valid."""
        values = self.cleaned_data
        most = settings.POLLREADY_EVIDENCE_MAX_MB * MB + 1  # one more: then it is refused
        files = [
            Attached(each.name, each.read(most)) for each in values["evidence"][: FILES_MAX + 1]
        ]
        return FollowUpDone(values["done_date"], values["note"], values["letter_no"], files)


def owner_choices(viewer: User, language: str) -> list[tuple[str, str]]:
    """Offer the agencies and the offices that can owe something."""
    agencies = agencies_for(viewer).order_by("name").values_list("pk", "name")
    offices = [(f"{OFFICE}:{role}", office_word(role, language)) for role in OFFICES]
    return [*((f"{AGENCY}:{pk}", name) for pk, name in agencies), *offices]


def person_choices(language: str) -> list[tuple[str, str]]:
    """Offer those who can be named, each with the agency or office he is of."""
    people = User.objects.filter(is_active=True, role__in=[*AGENCY_ROLES, *OFFICES])
    return [
        (str(each.pk), f"{each.get_full_name() or each.username} — "
         f"{each.agency.name if each.agency else office_word(each.role, language)}")
        for each in people.select_related("agency").order_by("last_name", "username")
    ]  # fmt: skip


def measure_choices(language: str) -> list[tuple[str, Any]]:
    """Offer what a follow-up can be meant to change, gathered by kind."""

    def word(figure: str) -> str:
        return say(f"follow_up.figure.{figure}", language)

    criteria = [(f"{Figure.CRITERION}:{each}", say(f"console.criterion.{each}", language))
                for each in CRITERIA]  # fmt: skip
    rules = [(f"{Figure.RULE}:{each.code}", say(f"rule.{each.code}.title", language))
             for each in RULES]  # fmt: skip
    return [
        (str(Figure.NONE), word(Figure.NONE)),
        (str(Figure.READY), word(Figure.READY)),
        (word(Figure.CRITERION), criteria),
        (word(Figure.RULE), rules),
        (str(Figure.FREE), word(Figure.FREE)),
    ]


def _deadline(typed: str) -> str:
    """Write a day of either calendar as follow-ups keep it; what is no day stays as it is."""
    said = latin_digits(typed).strip()
    day = parse_date(said) if any(mark in said for mark in "-/.") and said[:1].isdigit() else None
    return day.isoformat() if day else typed


def shown_deadline(kept: str) -> dict[str, Any]:
    """Give what a form shows of a deadline at first."""
    if kept in GATES:
        return {"gate": kept, "deadline": ""}
    return {"gate": "", "deadline": parse_date(kept) or kept}


def _choose(form: ConsoleForm, name: str, options: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # as declared above
    field.choices = options
