"""The form of a contingency plan: its owner, and as many steps as it has, in order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from pollready.console.forms import ConsoleForm
from pollready.console.typed_fields import TypedCount
from pollready.language import parse_date, say
from pollready.planning.catalogue import Entry
from pollready.planning.means import MEANS, kind_of, kinds_called
from pollready.planning.models import ContingencyPlan, PlanStep, TrialKind
from pollready.planning.plans import STEPS_MAX, StepDraft

_LAWFUL = {"": None, "yes": True, "no": False}
Agencies = Sequence[tuple[str, str]]


class TypedDate(forms.CharField):
    """A day in either calendar, as people write it."""

    def __init__(self, *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(required=required, max_length=30, **kwargs)

    def clean(self, value: Any) -> Any:
        """Read the day; raises ValidationError `invalid`."""
        text = super().clean(value)
        if not text:
            return None
        day = parse_date(text)
        if day is None:
            raise forms.ValidationError("", code="invalid")
        return day


class MeansChoice(forms.ChoiceField):
    """A kind of means; a lot's own word for a known kind is that kind."""

    def prepare_value(self, value: Any) -> Any:
        """Show the kind."""
        return kind_of(str(value or ""))

    def to_python(self, value: Any) -> str:
        """Read the kind."""
        return kind_of(super().to_python(value))


class PlanForm(ConsoleForm):
    """Whose plan it is, and what version of it was opened."""

    phrases = "planning.form.plan"

    owner = forms.ChoiceField(required=False)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        language: str,
        agencies: Agencies,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        _choose(self, "owner", [("", say("planning.form.nobody", language)), *agencies])


class StepForm(ConsoleForm):
    """One step."""

    phrases = "planning.form.step"

    text = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    agency = forms.ChoiceField(required=False)
    who = forms.CharField(max_length=120, required=False)
    within_min = TypedCount(required=False)
    means_kind = MeansChoice(required=False)
    means_count = TypedCount(required=False)
    lawful = forms.ChoiceField(required=False)
    legal_basis = forms.CharField(max_length=300, required=False)
    order_by = forms.CharField(max_length=200, required=False)
    order_no = forms.CharField(max_length=60, required=False)
    order_date = TypedDate()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        language: str,
        agencies: Agencies,
        means: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        _choose(self, "agency", [("", say("planning.form.nobody", language)), *agencies])
        kinds = [(kind, say(f"planning.means.{kind}", language)) for kind in MEANS]
        others = [(kind, kind) for kind in kinds_called(means)]
        _choose(
            self, "means_kind", [("", say("planning.form.no_means", language)), *kinds, *others]
        )
        lawful = [(word, say(f"planning.lawful.{word or 'unasked'}", language)) for word in _LAWFUL]
        _choose(self, "lawful", lawful)

    def draft(self) -> StepDraft:
        """Give what the form says; only after it was found valid."""
        values = dict(self.cleaned_data)
        agency = values.pop("agency")
        return StepDraft(
            agency_id=int(agency) if agency else None,
            lawful=_LAWFUL[values.pop("lawful")],
            **values,
        )


class TestedForm(ConsoleForm):
    """When a plan was tried, how, and what shows it."""

    phrases = "planning.form.tested"
    __test__ = False  # no test: its name only begins like one

    tested_on = TypedDate(required=True)
    kind = forms.ChoiceField()
    evidence = forms.CharField(max_length=300)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, language: str, **kwargs: Any):
        super().__init__(data, language=language, **kwargs)
        kinds = [(kind, say(f"planning.trial.{kind}", language)) for kind in TrialKind.values]
        _choose(self, "kind", kinds)


def initial_of(step: PlanStep) -> dict[str, Any]:
    """Give what a step's form shows at first."""
    words = {value: word for word, value in _LAWFUL.items()}
    return {
        "text": step.text,
        "agency": str(step.agency_id or ""),
        "who": step.who,
        "within_min": step.within_min,
        "means_kind": step.means_kind,
        "means_count": step.means_count,
        "lawful": words[step.lawful],
        "legal_basis": step.legal_basis,
        "order_by": step.order_by,
        "order_no": step.order_no,
        "order_date": step.order_date or "",
    }


def standard_steps(
    shipped: Entry, language: str, *, agency_of: Mapping[str, int], stations: int | None
) -> list[dict[str, Any]]:
    """Give the standard steps as forms show them; means for as many stations as fall."""
    found = []
    for step in shipped.steps:
        count = None
        if step.means and stations is not None:
            count = -int(-stations * step.per_station // 1)
        found.append(
            {
                "text": step.text[language],
                "agency": str(agency_of.get(step.role, "")),
                "who": say(f"role.{step.role}", language),
                "within_min": step.within_min,
                "means_kind": step.means,
                "means_count": count,
                "lawful": "yes" if step.lawful else "",
                "legal_basis": say("planning.ordinary", language) if step.lawful else "",
                "order_by": step.order_by[language] if step.order_by else "",
            }
        )
    return found


def opened(plan: ContingencyPlan) -> list[dict[str, Any]]:
    """Give the steps of a plan as forms show them."""
    return [initial_of(step) for step in plan.steps.all()]


def rearranged(data: Mapping[str, Any], steps: int, action: str) -> list[dict[str, Any]]:
    """Give what was typed into each step, after one was moved, taken away or added."""
    names = tuple(StepForm.base_fields)
    typed = [{name: data.get(f"step-{n}-{name}", "") for name in names} for n in range(steps)]
    verb, _, which = action.partition("-")
    if verb == "add" and steps < STEPS_MAX:
        return [*typed, {}]
    if not which.isdecimal() or int(which) >= steps:
        return typed
    number = int(which)
    if verb == "remove":
        return typed[:number] + typed[number + 1 :]
    other = {"up": number - 1, "down": number + 1}.get(verb, number)
    if 0 <= other < steps:
        typed[number], typed[other] = typed[other], typed[number]
    return typed


def _choose(form: ConsoleForm, name: str, options: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # as declared above
    field.choices = options
