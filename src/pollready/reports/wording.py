"""The words of a report: phrases of the report, and names that the register or rules give."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pollready import language as lang
from pollready.assessment.result import Assessment
from pollready.audit.classification import Classification
from pollready.obstacles.finding import Cause, Finding
from pollready.reports.content import Cell
from pollready.reports.links import NO_LINKS, Links
from pollready.reports.veil import Veil


@dataclass(frozen=True, slots=True)
class Wording:
    """Says things of one assessment in one language, masking what the reader may not see."""

    assessment: Assessment
    language: str
    veil: Veil
    links: Links = NO_LINKS

    @property
    def direction(self) -> str:
        """Give "rtl" or "ltr"."""
        return lang.direction(self.language)

    def say(self, key: str, **fields: Any) -> str:
        """Say a phrase of the report."""
        return lang.say(f"report.{key}", self.language, **fields)

    def isolated(self, code: str) -> str:
        """Keep a code or name in its own direction inside a sentence."""
        return lang.isolate(code)

    def see(self, key: str, label: str, **fields: Any) -> dict[str, str]:
        """Point to the page of a section; the template puts its number in place of {page}."""
        return {"see": label, "text": self.say(key, page="{page}", **fields)}

    def number(self, value: float | None) -> str:
        """Write a number; what is not known is said so."""
        return self.say("unknown") if value is None else lang.number(value, self.language)

    def counted(self, value: float | None, **filters: str) -> Cell:
        """Write a number of stations that leads to the list behind it, where lists are known."""
        return self.links.stations(self.number(value), **filters)

    def span(self, low: float | None, high: float | None) -> str:
        """Write one number, or two where unknowns make a difference."""
        if low is None or high is None or low == high:
            return self.number(low if high is None else high)
        return self.say("span", low=min(low, high), high=max(low, high))

    def share(self, part: float, whole: float) -> str:
        """Write a share in percent; never 0% or 100% of what is not nothing or all."""
        if not whole:
            return self.say("unknown")
        percent = 100 * part / whole
        if 0 < percent < 0.5:
            return self.say("less_than_one_percent")
        if 99.5 <= percent < 100:
            return self.say("more_than_99_percent")
        return lang.percent(round(percent) / 100, self.language)

    def place(self, name: str) -> str:
        """Write a name of the data with the language's digits, unless it has Latin letters."""
        return name if re.search("[A-Za-z]", name) else lang.digits(name, self.language)

    @staticmethod
    def short(text: str, most: int) -> str:
        """Cut a text that would take a line too many of the first page."""
        return text if len(text) <= most else text[: most - 1].rstrip() + "…"

    def short_date(self, value: date | None) -> str:
        """Write a date short, for tables."""
        return self.say("unknown") if value is None else lang.date_short(value, self.language)

    def long_date(self, value: date | None) -> str:
        """Write a date with its weekday."""
        return self.say("unknown") if value is None else lang.date_text(value, self.language)

    def classification(self, level: int) -> str:
        """Name a class of secrecy."""
        return self.say(f"class.{Classification(level).label}")

    def rule_title(self, rule: str) -> str:
        """Name a rule."""
        return lang.say(f"rule.{rule}.title", self.language)

    def remedy(self, cause: Cause) -> str:
        """Say what removes a cause."""
        return lang.say(f"rule.{cause.rule}.remedy", self.language, **self._fields(cause))

    def cause(self, cause: Cause, **local: int | None) -> str:
        """Say a cause in one line; a county gives its own `stations` and `voters` of it."""
        fields = {**self._fields(cause), **local}
        return lang.say(f"rule.{cause.rule}.cause", self.language, **fields).rstrip(". ")

    def finding(self, finding: Finding) -> str:
        """Say a finding in one line."""
        fields = self._said(finding.rule, finding.fields, finding.upstream)
        return lang.say(f"rule.{finding.rule}.finding", self.language, **fields)

    def upstream(self, codes: tuple[str, ...]) -> str:
        """List upstream components as this reader may see them."""
        return self.say("list_comma").join(lang.isolate(self.veil.code(code)) for code in codes)

    def _fields(self, cause: Cause) -> Mapping[str, Any]:
        first = cause.findings[0] if cause.findings else None
        fields = self._said(cause.rule, first.fields, first.upstream) if first else {}
        return {**fields, "stations": cause.stations, "voters": cause.voters}

    def _said(
        self, rule: str, fields: Mapping[str, Any], upstream: tuple[str, ...]
    ) -> dict[str, Any]:
        """Make a finding's fields ready for its phrase: words said, names masked, lists joined."""
        said = {name: self._word(rule, name, value) for name, value in fields.items()}
        return {**said, "upstream": self.upstream(upstream)}

    def _word(self, rule: str, name: str, value: Any) -> Any:
        """Say a field that is a canonical word of its rule; isolate any other text."""
        if isinstance(value, list | tuple | set | frozenset):
            return self.say("list_comma").join(str(self._word(rule, name, v)) for v in value)
        if not isinstance(value, str):
            return value
        if value in self.assessment.facts.agencies:
            return lang.isolate(self.owner(value))
        if name == "field":
            return self.field(value)
        for key in (f"rule.{rule}.{name}.{value}", f"{name}.{value}"):
            try:
                return lang.say(key, self.language)
            except lang.UnknownPhrase:
                continue  # a name of the register, or a word of another rule
        return lang.isolate(self.place(self.veil.text(value)))

    def owner(self, owner: str) -> str:
        """Name who is to act: the agency of the register, else the role."""
        agency = self.assessment.facts.agencies.get(owner)
        if agency:
            return agency.name
        try:
            return lang.say(f"role.{owner}", self.language)
        except lang.UnknownPhrase:
            return self.veil.text(owner) or self.say("unknown")  # free text of the workbook

    def likelihood(self, code: str) -> str:
        """Name a likelihood, or why none is told."""
        return lang.say(f"likelihood.{code}", self.language)

    def means(self, kind: str) -> str:
        """Name a kind of means: as kinds of components are named, else as the ledger has it."""
        try:
            return lang.say(f"kind.{kind}", self.language)
        except lang.UnknownPhrase:
            return self.veil.text(kind) or self.say("unknown")

    def county(self, code: str) -> str:
        """Name a county."""
        return self.place(self.assessment.county_names.get(code) or code) or self.say("no_county")

    def county_names(self) -> dict[str, str]:
        """Name every county that has a name."""
        return {code: self.place(name) for code, name in self.assessment.county_names.items()}

    def field(self, name: str) -> str:
        """Name what is asked of a station: a column of the workbook, or what several make up."""
        for key in (f"workbook.stations.{name}", f"report.field.{name}"):
            try:
                return lang.say(key, self.language)
            except lang.UnknownPhrase:
                continue  # the workbook has no such column
        return name
