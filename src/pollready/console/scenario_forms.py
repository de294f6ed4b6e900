"""The form of a scenario: what fails is chosen from lists, or written as a selector."""

from collections.abc import Mapping
from typing import Any

from django import forms

from pollready.assessment.result import CRITERIA
from pollready.audit.classification import Classification
from pollready.console.forms import ConsoleForm
from pollready.console.places import in_order
from pollready.language import latin_digits, parse_number, say
from pollready.obstacles.catalogue import RULES
from pollready.people.models import User
from pollready.people.scopes import is_of_agency
from pollready.planning.commands import DURATION_MAX_H, Draft
from pollready.planning.models import LikelihoodWord, Scenario, ScenarioState
from pollready.planning.rules import LEVELS
from pollready.planning.selectors import DEVICES, SelectorError, parse, quoted, str_of
from pollready.register.kinds import kinds

# How what fails can be chosen; `kept` leaves an existing scenario's as it is.
CHOICES = ("worst", "every", "spread", "power", "named", "criterion", "rule", "written")
AGENCY_CHOICES = ("named",)


class ScenarioForm(ConsoleForm):
    """Title, what fails or which stations, for how long, at which level, how secret."""

    phrases = "planning.form.scenario"

    title_fa = forms.CharField(
        max_length=200, required=False, widget=forms.TextInput({"dir": "auto"})
    )
    title_en = forms.CharField(
        max_length=200, required=False, widget=forms.TextInput({"dir": "auto"})
    )
    description_fa = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea({"rows": 3, "dir": "auto"})
    )
    description_en = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea({"rows": 3, "dir": "auto"})
    )
    choice = forms.ChoiceField()
    kind = forms.ChoiceField(required=False)
    amount = forms.CharField(max_length=12, required=False)
    names = forms.CharField(max_length=2000, required=False)
    criterion = forms.ChoiceField(required=False)
    rule = forms.ChoiceField(required=False)
    county = forms.ChoiceField(required=False)
    selector = forms.CharField(
        max_length=2000,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "dir": "ltr", "class": "code", "spellcheck": "false"}
        ),
    )
    duration_h = forms.CharField(max_length=12)
    target = forms.ChoiceField()
    owner_role = forms.ChoiceField(required=False)
    state = forms.ChoiceField()
    classification = forms.ChoiceField()
    version = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        language: str,
        user: User,
        counties: list[tuple[str, str]],
        roles: list[tuple[str, str]],
        scenario: Scenario | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        self.scenario = scenario
        said = self._say
        offered = AGENCY_CHOICES if is_of_agency(user) else CHOICES
        if scenario is not None:
            offered = ("kept", *offered)
        self._choices("choice", [(name, said(f"choice.{name}")) for name in offered])
        self._choices("kind", [self.nothing_chosen, *self._kinds()])
        self._choices("criterion", [self.nothing_chosen, *self._criteria()])
        self._choices("rule", [self.nothing_chosen, *self._rules()])
        self._choices("county", [("", said("everywhere")), *counties])
        self._choices("owner_role", [self.nothing_chosen, *roles])
        self._choices("target", self._targets())
        self._choices("state", [(name, said(f"state.{name}")) for name in ScenarioState.values])
        self._choices(
            "classification",
            [
                (str(level.value), say(f"console.class.{level.label}", language))
                for level in Classification
                if level.value <= user.clearance
            ],
        )

    def clean(self) -> dict[str, Any]:
        """Make one selector of what was chosen, and say beside its field what does not fit."""
        values = super().clean() or {}
        if not values.get("title_fa") and not values.get("title_en"):
            self.add_error("title_fa" if self.language == "fa" else "title_en", _refused("title"))
        hours = parse_number(values.get("duration_h") or "")
        if values.get("duration_h") and (hours is None or not 0 < hours <= DURATION_MAX_H):
            self.add_error("duration_h", _refused("hours"))
        values["hours"] = hours
        if values.get("choice"):
            values["written"] = self._written(values)
        return values

    def draft(self) -> Draft:
        """Give what the form says; only after it was found valid."""
        values = self.cleaned_data
        service, level = values["target"].split(".")
        return Draft(
            title_fa=values["title_fa"],
            title_en=values["title_en"],
            description_fa=values["description_fa"],
            description_en=values["description_en"],
            selector=values["written"],
            duration_h=float(values["hours"]),
            service=service,
            level=level,
            owner_role=values["owner_role"],
            state=values["state"],
            classification=int(values["classification"]),
        )

    def _written(self, values: Mapping[str, Any]) -> str:
        choice = values["choice"]
        if choice == "kept" and self.scenario is not None:
            return self.scenario.selector
        field, text = _selector(choice, values)
        if not text:
            self.add_error(field, _refused("needed"))
            return ""
        if values.get("county") and choice not in ("written", "named"):
            text += f" in county {quoted(values['county'])}"
        try:
            return str_of(parse(text))
        except SelectorError as error:
            where = "amount" if error.code == "planning.selector-amount" else field
            self.add_error(where, error)
            return ""

    def _kinds(self) -> list[tuple[str, str]]:
        names = [(code, say(f"kind.{code}", self.language)) for code in kinds()]
        devices = (DEVICES, say("planning.selector.devices", self.language))
        return [devices, *in_order(names)]

    def _criteria(self) -> list[tuple[str, str]]:
        return [
            (
                f"{name} {state}",
                say(
                    "console.list.option",
                    self.language,
                    name=say(f"console.criterion.{name}", self.language),
                    state=say(f"console.list.group_{state}", self.language),
                ),
            )
            for name in CRITERIA
            for state in ("unmet", "unknown")
        ]

    def _rules(self) -> list[tuple[str, str]]:
        names = [(rule.code, say(f"rule.{rule.code}.title", self.language)) for rule in RULES]
        return in_order(names)

    def _targets(self) -> list[tuple[str, str]]:
        return [
            (f"{service}.{level}", say(f"planning.below.{service}.{level}", self.language))
            for service, levels in LEVELS.items()
            for level in levels
        ]

    def _choices(self, name: str, options: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # as declared above
        field.choices = options

    def _say(self, key: str) -> str:
        return say(f"planning.form.{key}", self.language)


class LikelihoodForm(ConsoleForm):
    """How likely a named person judges a scenario, and why."""

    phrases = "planning.form.likelihood"

    word = forms.ChoiceField(required=False)
    reason = forms.CharField(
        max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, language: str, **kwargs: Any):
        super().__init__(data, language=language, **kwargs)
        field = self.fields["word"]
        assert isinstance(field, forms.ChoiceField)  # as declared above
        field.choices = [
            ("", say("planning.likely.none", language)),
            *((word, say(f"likelihood.{word}", language)) for word in LikelihoodWord.values),
        ]


class _Refusal(Exception):
    """A fault of a form's field: its sentence is `errors.planning.form-<code>`."""

    def __init__(self, code: str) -> None:
        self.code = f"planning.form-{code}"
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def _refused(code: str) -> _Refusal:
    return _Refusal(code)


def _selector(choice: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Give the field that says most, and the selector that it makes; empty if it says nothing."""
    kind = values.get("kind") or ""
    amount = latin_digits(values.get("amount") or "1").replace("٪", "%").replace(" ", "")
    if choice == "named":
        return "names", names_selector(values.get("names") or "")
    if choice == "written":
        return "selector", values.get("selector") or ""
    if choice in ("criterion", "rule"):
        value = values.get(choice) or ""
        return choice, f"stations {choice} {value}" if value else ""
    if not kind:
        return "kind", ""
    if choice == "every":
        return "kind", f"every {kind}"
    if choice == "power":
        return "kind", f"power of worst {amount} of {kind}"
    return "kind", f"{choice} {amount} of {kind}"


def names_selector(text: str) -> str:
    """Write the selector of codes as they are typed; empty where there are none."""
    names = [quoted(name.strip()) for name in _apart(text) if name.strip()]
    return f"named {', '.join(names)}" if names else ""


def _apart(text: str) -> list[str]:
    """Take codes apart at commas of either script and at line ends."""
    for comma in ("،", ";", "؛", "\n"):
        text = text.replace(comma, ",")
    return text.split(",")
