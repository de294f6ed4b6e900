"""Scenarios, selectors and gaps in words, masked for who looks."""

from collections.abc import Iterable, Mapping
from typing import Any

from pollready.console.wording import Wording
from pollready.language import UnknownPhrase, isolate, say
from pollready.planning.gaps import Gap
from pollready.planning.means import MEANS
from pollready.planning.models import Scenario
from pollready.planning.selectors import (
    DEVICES,
    Check,
    Choice,
    Failures,
    Part,
    SelectorError,
    Where,
    parse,
)


class ScenarioWords:
    """Says things of scenarios to one viewer in one language."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.language = wording.language

    def told(self, key: str, **fields: Any) -> str:
        """Say a phrase of this area."""
        return say(f"planning.{key}", self.language, **fields)

    def title(self, scenario: Scenario) -> str:
        """Give the title in the viewer's language, else in the other; names masked."""
        return self._both(scenario, "title")

    def description(self, scenario: Scenario) -> str:
        """Give the description likewise."""
        return self._both(scenario, "description")

    def fact(self, both: Mapping[str, str] | None) -> str:
        """Give a text of the catalogue in the viewer's language."""
        return (both or {}).get(self.language, "")

    def duration(self, hours: float) -> str:
        """Say how long what fails is out; below an hour in minutes."""
        if hours < 1:
            return self.told("minutes", minutes=round(hours * 60))
        return self.told("hours", hours=int(hours) if hours == int(hours) else hours)

    def role(self, role: str) -> str:
        """Name whose business it is."""
        return self.wording.owner(role)

    def means(self, kind: str) -> str:
        """Name a kind of means."""
        return self.told(f"means.{kind}") if kind in MEANS else kind

    def below(self, service: str, level: str) -> str:
        """Say what becomes of stations that lose a level."""
        return self.told(f"below.{service}.{level}")

    def gap(self, gap: Gap) -> dict[str, str]:
        """Say a gap: its reason, and what to do next."""
        fields = dict(gap.fields)
        if "means" in fields:
            fields["means"] = isolate(self.means(str(fields["means"])))
        if "order_by" in fields:
            fields["order_by"] = isolate(str(fields["order_by"]))
        if "scenarios" in fields:
            titles: Any = fields["scenarios"]
            fields["scenarios"] = self._listed([isolate(title) for title in titles])
        return {
            "code": gap.code,
            "weight": gap.weight.value,
            "reason": self.told(f"gap.{gap.code}.reason", **fields),
            "next": self.told(f"gap.{gap.code}.next", **fields),
        }

    def missing(self, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        """Say what the register does not record, so that nothing can be told."""
        return [self._missing(row) for row in rows]

    def _missing(self, row: Mapping[str, Any]) -> str:
        fields = {name: value for name, value in row.items() if name != "code"}
        if "kinds" in fields:
            fields["kinds"] = self._kinds(fields["kinds"])
        if "criteria" in fields:
            names = [say(f"console.criterion.{name}", self.language) for name in fields["criteria"]]
            fields["criteria"] = self._listed(names)
        return self.told(f"missing.{row['code']}", **fields)

    def selector(self, text: str) -> str:
        """Say in a sentence what a selector means."""
        try:
            selector = parse(text)
        except SelectorError:
            return self.wording.veil.text(text)
        if isinstance(selector, Failures):
            return self.told("selector.fails", parts=self._joined(map(self._part, selector.parts)))
        tests = self.told("selector.or").join(self._check(check) for check in selector.tests)
        return self.told("selector.stations", tests=tests) + self._where(selector.where)

    def _part(self, part: Part) -> str:
        if part.choice is Choice.NAMED:
            veil = self.wording.veil
            said = self._listed([isolate(veil.code(name)) for name in part.names])
        else:
            amount = "" if part.share is None else "_share"
            said = self.told(
                f"selector.{part.choice.value}{amount}",
                **({"share": part.share} if part.share is not None else {"count": part.count or 0}),
                kinds=self._kinds(part.names),
            )
        if part.is_power:
            said = self.told("selector.power", what=said)
        return said + self._where(part.where)

    def _check(self, check: Check) -> str:
        if check.name == "criterion":
            name, state = check.values
            return self.told(
                "selector.criterion",
                criterion=say(f"console.criterion.{name}", self.language),
                state=say(f"console.sign.{state}", self.language),
            )
        rules = self._listed([self.wording.title(rule) for rule in check.values])
        return self.told("selector.rule", rules=rules)

    def _where(self, where: Where) -> str:
        said = ""
        if where.county:
            said += self.told("selector.county", county=isolate(where.county))
        if where.agency or where.role:
            said += self.told("selector.agency", agency=self.role(where.agency or where.role))
        if where.below_province:
            said += self.told("selector.below_province")
        return said

    def _kinds(self, names: Iterable[str]) -> str:
        return self._listed([self.kind(name) for name in names])

    def kind(self, name: str) -> str:
        """Name a kind of components, or the stations' devices."""
        if name == DEVICES:
            return self.told("selector.devices")
        try:
            return say(f"kind.{name}", self.language)
        except UnknownPhrase:
            return name

    def _listed(self, names: Iterable[str]) -> str:
        return say("console.list_comma", self.language).join(names)

    def _joined(self, parts: Iterable[str]) -> str:
        return self.told("selector.and").join(parts)

    def _both(self, scenario: Scenario, name: str) -> str:
        other = "en" if self.language == "fa" else "fa"
        text = getattr(scenario, f"{name}_{self.language}") or getattr(scenario, f"{name}_{other}")
        if scenario.origin == "catalogue":
            return str(text)
        return self.wording.veil.text(text)
