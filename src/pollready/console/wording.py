"""Causes, findings and owners in words, masked for who looks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Min

from pollready.assessment.models import CauseRecord, FindingRecord
from pollready.console.names import field_name
from pollready.language import UnknownPhrase, isolate, say
from pollready.places.models import Agency
from pollready.register.veil import Veil

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class CauseInWords:
    """A cause as a page shows it."""

    id: int
    rule: str
    title: str
    sentence: str
    remedy: str
    when: str
    owner: str
    severity: str
    stations: int
    voters: int | None


class Wording:
    """Says things of one assessment in one language to one viewer."""

    def __init__(self, language: str, veil: Veil) -> None:
        self.language = language
        self.veil = veil

    @cached_property
    def _agencies(self) -> Mapping[str, str]:
        return dict(Agency.objects.values_list("code", "name"))

    def owner(self, owner: str) -> str:
        """Name who is to act: the agency of the register, else the role, else what is written."""
        if not owner:
            return say("console.cause.no_owner", self.language)
        if owner in self._agencies:
            return self._agencies[owner]
        try:
            return say(f"role.{owner}", self.language)
        except UnknownPhrase:
            return self.veil.text(owner)

    def title(self, rule: str) -> str:
        """Name a rule."""
        return say(f"rule.{rule}.title", self.language)

    def cause(self, record: CauseRecord) -> CauseInWords:
        """Say a cause in one line, with what removes it."""
        return self.causes([record])[0]

    def causes(self, records: Iterable[CauseRecord]) -> list[CauseInWords]:
        """Say several causes."""
        listed = list(records)
        upstream = upstream_of(listed)
        return [self._cause(record, upstream.get(record.pk, ())) for record in listed]

    def _cause(self, record: CauseRecord, upstream: Iterable[str]) -> CauseInWords:
        fields = {
            **self._fields(record.rule, {**record.fields, "upstream": upstream}),
            "stations": record.stations,
            "voters": record.voters,
        }
        return CauseInWords(
            id=record.pk,
            rule=record.rule,
            title=self.title(record.rule),
            sentence=say(f"rule.{record.rule}.cause", self.language, **fields).rstrip(". "),
            remedy=say(f"rule.{record.rule}.remedy", self.language, **fields),
            when=say(f"rule.{record.rule}.when", self.language, **fields),
            owner=isolate(self.owner(record.owner)),
            severity=record.severity,
            stations=record.stations,
            voters=record.voters,
        )

    def finding(self, rule: str, record: FindingRecord) -> str:
        """Say a finding in one line."""
        return say(f"rule.{rule}.finding", self.language, **self._fields(rule, record.fields))

    def upstream(self, codes: Iterable[str]) -> str:
        """List upstream components as this viewer may see them."""
        comma = say("console.list_comma", self.language)
        return comma.join(isolate(self.veil.code(code)) for code in codes)

    def _fields(self, rule: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Make a finding's fields ready for its phrase: words said, names masked, lists joined."""
        said = {name: self._word(rule, name, value) for name, value in fields.items()}
        return {**said, "upstream": self.upstream(fields.get("upstream") or ())}

    def _word(self, rule: str, name: str, value: Any) -> Any:
        """Say a field that is a canonical word of its rule; keep any other text apart."""
        if isinstance(value, list | tuple):
            comma = say("console.list_comma", self.language)
            return comma.join(str(self._word(rule, name, each)) for each in value)
        if not isinstance(value, str):
            return value
        if _ISO_DATE.fullmatch(value):
            return date.fromisoformat(value)
        if value in self._agencies:
            return isolate(self._agencies[value])
        if name == "field":
            return field_name(value, self.language)
        for key in (f"rule.{rule}.{name}.{value}", f"{name}.{value}"):
            try:
                return say(key, self.language)
            except UnknownPhrase:
                continue  # a name of the register, or a word of another rule
        return isolate(self.veil.text(value))


def upstream_of(records: Iterable[CauseRecord]) -> dict[int, list[str]]:
    """Give the components that the first finding of each cause names, in one query."""
    first = (
        FindingRecord.objects.filter(cause__in=[record.pk for record in records])
        .values("cause")
        .annotate(first=Min("pk"))
        .values("first")
    )
    rows = FindingRecord.objects.filter(pk__in=first).values_list("cause_id", "fields")
    return {cause: fields.get("upstream") or [] for cause, fields in rows}
