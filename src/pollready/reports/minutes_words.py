"""Meetings in words: objects, reasons, figures, changes and effects, in one language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import localtime

from pollready import language as lang
from pollready.audit.classification import Classification
from pollready.places.models import Agency

Data = Mapping[str, Any]


class MeetingWords:
    """Says the data of meetings and minutes; texts in it are veiled by whoever reads them."""

    def __init__(self, language: str) -> None:
        self.language = language

    def tell(self, key: str, **fields: Any) -> str:
        """Say a phrase of meetings; texts of people keep their own direction in it."""
        apart = {
            name: lang.isolate(value) if isinstance(value, str) else value
            for name, value in fields.items()
        }
        return lang.say(f"meetings.{key}", self.language, **apart)

    @cached_property
    def _agencies(self) -> Mapping[str, str]:
        return dict(Agency.objects.values_list("code", "name"))

    def title(self, item: Data) -> str:
        """Give the title of an item: its own, or what its object is."""
        return str(item["title"]) or self.object(item["object"])

    def object(self, said: Data) -> str:
        """Name an object."""
        kind = said.get("kind")
        if kind == "case":
            title = lang.say(f"rule.{said['rule']}.title", self.language)
            where = said.get("where")
            return self.tell("object.case_in", title=title, county=where) if where else title
        if kind == "listing":
            return self.tell("object.listing", code=said["code"], name=said["name"])
        if kind == "component":
            return self.tell("object.component", kind=self._kind(said), code=said["code"])
        if kind == "scenario":
            return str(said[f"title_{self.language}"])
        if kind in ("duty", "suggestion", "decision"):
            return self.tell(f"object.{kind}", text=said["text"])
        return self.tell(f"object.{kind or 'out_of_scope'}")

    def why(self, item: Data) -> str:
        """Say why an item was proposed; empty where somebody simply added it."""
        return self.tell(f"why.{item['why']}", **item["why_fields"]) if item["why"] else ""

    def facts(self, facts: Sequence[Data]) -> list[tuple[str, str]]:
        """Say figures: what, and how much."""
        return [(self._fact_name(each["name"]), self._fact(each)) for each in facts]

    def owner(self, code: str) -> str:
        """Name an owner: an agency by its code or name, an office, or what is written."""
        if not code:
            return self.tell("nobody")
        if code in self._agencies:
            return self._agencies[code]
        for key in (f"role.{code}", f"console.role.{code}"):
            try:
                return lang.say(key, self.language)
            except lang.UnknownPhrase:
                continue  # an agency's name, or free text
        return code

    def agency(self, code: str) -> str:
        """Name an agency by its code; empty where none has it."""
        return self._agencies.get(code, "")

    def member(self, said: Data) -> str:
        """Say what somebody is: his post, his agency, or his office."""
        parts = [said.get("post") or "", said.get("agency") or ""]
        known = [part for part in parts if part]
        if not known and said.get("role"):
            known = [lang.say(f"console.role.{said['role']}", self.language)]
        return lang.say("console.list_comma", self.language).join(known)

    def change(self, row: Data) -> str:
        """Say what would be changed."""
        stations = row.get("stations", ())
        kind = row["kind"]
        fields: dict[str, Any] = {"stations": len(stations)}
        if kind == "second_path":
            fields["operator"] = self.owner(row["operator"])
            kind += "_tested" if row["tested"] else ""
        elif kind == "devices":
            fields["more"] = row["more"]
        elif kind == "repair":
            fields["component"] = row["component"]
        words = [self.tell(f"change.{kind}", **fields)]
        for name in ("mttr_h", "battery_h"):
            if row.get(name) is not None:
                words.append(self.tell(f"change.with.{name}", hours=float(row[name])))
        if row.get("generator"):
            words.append(self.tell("change.with.generator"))
        return " ".join(words)

    def effect(self, effect: Data, day: str | None) -> list[str]:
        """Say what a suggestion does in the model, sentence by sentence."""
        lines = []
        if day:
            lines.append(self.tell("effect.beside", day=date.fromisoformat(day)))
        if effect.get("is_part"):
            lines.append(self.tell("effect.in_scope"))
        for name in ("ready", "opened"):
            number, voters = effect[f"stations_{name}"], effect[f"voters_{name}"]
            if not number:
                lines.append(self.tell(f"effect.none_{name}"))
                continue
            key = f"effect.{name}" if voters is not None else f"effect.{name}_voters_unknown"
            lines.append(self.tell(key, stations=number, voters=voters))
            if voters is not None and effect[f"without_voters_{name}"]:
                lines.append(self.tell("effect.without", stations=effect[f"without_voters_{name}"]))
        vanished = effect.get("vanished")
        if vanished:
            rules = [each if isinstance(each, str) else each["rule"] for each in vanished]
            titles = [lang.say(f"rule.{rule}.title", self.language) for rule in rules[:5]]
            lines.append(self.tell("effect.vanished", causes=len(rules), titles=titles))
        elif vanished is not None:
            lines.append(self.tell("effect.none_vanished"))
        return lines

    def moment(self, text: str | None) -> str:
        """Write a moment by the clocks of the office."""
        if not text:
            return self.tell("not_said")
        return lang.datetime_text(localtime(datetime.fromisoformat(text)), self.language)

    def day(self, text: str | None) -> str:
        """Write a day."""
        if not text:
            return self.tell("not_said")
        return lang.date_text(date.fromisoformat(text), self.language)

    def presence(self, present: bool | None) -> str:
        """Say whether somebody was there."""
        names = {True: "present", False: "absent", None: "unsaid"}
        return self.tell(f"presence.{names[present]}")

    def classification(self, level: int) -> str:
        """Name a class."""
        return lang.say(f"report.class.{Classification(level).label}", self.language)

    def _kind(self, said: Data) -> str:
        try:
            return lang.say(f"kind.{said['component_kind']}", self.language)
        except lang.UnknownPhrase:
            return str(said["component_kind"])

    def _fact_name(self, name: str) -> str:
        if name.startswith("criterion_"):
            return lang.say(f"console.criterion.{name.removeprefix('criterion_')}", self.language)
        return self.tell(f"fact.{name}")

    def _fact(self, fact: Data) -> str:
        value, how = fact["value"], fact["as"]
        if value is None or (value == "" and how != "owner"):
            return lang.say("report.unknown", self.language)
        if how == "number":
            return lang.number(value, self.language)
        if how == "date":
            return self.day(value)
        if how == "owner":
            return self.owner(str(value))
        if how.startswith("word:"):
            try:
                return lang.say(f"{how.removeprefix('word:')}.{value}", self.language)
            except lang.UnknownPhrase:
                return str(value)
        return lang.isolate(str(value))
