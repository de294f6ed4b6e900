"""A county's pack in words: causes, what is owed and to be decided, in one language.

The names of what lies upstream were masked when the pack was prepared: nothing is hidden here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pollready import language as lang
from pollready.assessment.result import Tally
from pollready.reports.minutes_words import MeetingWords

Data = Mapping[str, Any]
SIGNED = ("ready", "not_ready", "unknown")


@dataclass(frozen=True, slots=True)
class CauseWords:
    """A cause as its row says it."""

    title: str
    severity: str
    remedy: str
    by_district: str
    owner: str
    stations: int
    voters: int | None


@dataclass(frozen=True, slots=True)
class ItemWords:
    """One item: what it says, what is to be done of it, and its figures."""

    number: int
    kind: str
    title: str
    note: str
    owner: str
    state: str
    due: date | None
    is_overdue: bool
    stations: int | None
    voters: int | None


@dataclass(frozen=True, slots=True)
class LessonWords:
    """What happened in an earlier round, and what was learned from it."""

    title: str
    lines: Sequence[str]
    lesson: str


class ReviewWords:
    """Says the data of a pack."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._meeting = MeetingWords(language)

    def told(self, key: str, **fields: Any) -> str:
        """Say a phrase of county reviews; texts of the register keep their own direction."""
        apart = {
            name: lang.isolate(value) if isinstance(value, str) else value
            for name, value in fields.items()
        }
        return lang.say(f"county_review.{key}", self.language, **apart)

    def number(self, value: int | None) -> str:
        """Write a number; what is not known is said so."""
        if value is None:
            return lang.say("report.unknown", self.language)
        return lang.number(value, self.language)

    def day(self, text: str | None) -> str:
        """Write a day."""
        return self._meeting.day(text)

    def classification(self, level: int) -> str:
        """Name a class."""
        return self._meeting.classification(level)

    @cached_property
    def comma(self) -> str:
        """Give what stands between the parts of a list."""
        return lang.say("report.list_comma", self.language)

    def owner(self, code: str) -> str:
        """Name an owner."""
        return self._meeting.owner(code)

    def change(self, pack: Data) -> str:
        """Say what changed since the county's last review."""
        before = pack["before"]
        if before is None:
            return self.told("situation.first")
        now = pack["situation"]["total"]
        steps = [(name, now[name] - before["total"][name]) for name in SIGNED]
        day = date.fromisoformat(before["as_of"])
        parts = [
            lang.say(
                "report.first.change_part", self.language,
                state=lang.say(f"report.sign.{name}", self.language),
                change=lang.say(
                    "report.first.more" if step > 0 else "report.first.fewer", self.language,
                    count=abs(step),
                ),
            )
            for name, step in steps
            if step
        ]  # fmt: skip
        if not parts:
            return self.told("situation.same", day=day)
        return lang.say("county_review.situation.changed", self.language, day=day,
                        changes=self.comma.join(parts))  # fmt: skip

    def headline(self, total: Data) -> str:
        """Say how many stations the county has, and of how many voters."""
        return self.told("situation.total", stations=total["stations"], voters=total["voters"])

    def cause(self, row: Data) -> CauseWords:
        """Say a cause as the county has it."""
        return CauseWords(
            title=self._rule(row, "cause").rstrip(". "),
            severity=row["severity"],
            remedy=self._rule(row, "remedy"),
            by_district=self.comma.join(self._in_district(*each) for each in row["by_district"]),
            owner=self.owner(row["owner"]),
            stations=row["stations"],
            voters=row["voters"],
        )

    def item(self, item: Data) -> ItemWords:
        """Say an item."""
        due = item["due"]
        return ItemWords(
            number=item["number"],
            kind=item["kind"],
            title=self._title(item),
            note=self._note(item),
            owner=self._owner_of(item),
            state=self._state(item),
            due=date.fromisoformat(due) if due else None,
            is_overdue=item["overdue"],
            stations=item["stations"],
            voters=item["voters"],
        )

    def lesson(self, row: Data) -> LessonWords:
        """Say what happened in an earlier round, and how often."""
        lines = []
        if row["causes"]:
            lines.append(self.told("lesson.cause", causes=self._list(row["causes"])))
        if row["stop_min"] is not None:
            lines.append(self.told("lesson.stopped", minutes=row["stop_min"]))
        if row["actions"]:
            lines.append(self.told("lesson.action", actions=self._list(row["actions"])))
        if row["where"]:
            where = self._list([self._as_written(each) for each in row["where"]])
            key = "lesson.where_more" if row["where_more"] else "lesson.where"
            lines.append(
                lang.say(f"county_review.{key}", self.language, more=row["where_more"], where=where)
            )
        election = self._as_written(row["election"])
        title = self.told("lesson.title", times=row["times"], election=election, kind=row["kind"])
        return LessonWords(title, lines, row["lesson"])

    def _as_written(self, text: str) -> str:
        """Write digits as the language does; a Latin word keeps its own."""
        return text if re.search("[A-Za-z]", text) else lang.digits(text, self.language)

    def _list(self, texts: Sequence[str]) -> str:
        return self.comma.join(map(lang.isolate, texts))

    def answer(self, answer: str) -> str:
        """Say what the county answered."""
        return self.told(f"answer.{answer or 'none'}")

    def _in_district(self, district: str, stations: int) -> str:
        name = lang.isolate(district) if district else lang.say("report.no_district", self.language)
        return lang.say(
            "report.counties.in_district", self.language, district=name, stations=stations
        )

    def _title(self, item: Data) -> str:
        what = item["what"]
        if what in ("obstacle", "decide"):
            return self._rule(item, "cause").rstrip(". ")
        if what == "contradiction":
            return self.told(
                "item.contradiction", fields=item["fields_differing"], code=item["code"],
                name=item["name"],
            )  # fmt: skip
        if what == "lot":
            return self._lot(item)
        return str(item["text"])

    def _lot(self, item: Data) -> str:
        more = item["more"]
        return self.told(
            f"item.lot.{item['state']}", pledged=more["pledged"], delivered=more["delivered"],
            tested=more["tested"], means=self._means(more["kind"]),
        )  # fmt: skip

    def _note(self, item: Data) -> str:
        what = item["what"]
        if what == "obstacle":
            return self._rule(item, "remedy")
        if what == "decide":
            return self.told(f"item.why.{item['why']}")
        if what == "contradiction":
            return self.told("item.resolve")
        if what == "suggestion":
            return self.told("item.suggested")
        if what == "lot" and item["more"]["depot"]:
            return self.told("item.depot", depot=item["more"]["depot"])
        return ""

    def _owner_of(self, item: Data) -> str:
        if item["what"] in ("contradiction", "suggestion"):
            return ""
        return self.owner(item["owner"])

    def _state(self, item: Data) -> str:
        state = item["state"]
        key = {
            "obstacle": f"board.state.{state}", "decide": f"board.state.{state}",
            "duty": f"duties.state.{state}", "follow_up": f"follow_up.state.{state}",
            "suggestion": f"meetings.answer.{state}",
        }.get(item["what"])  # fmt: skip
        return lang.say(key, self.language) if key and state else ""

    def _means(self, kind: str) -> str:
        try:
            return lang.say(f"kind.{kind}", self.language)
        except lang.UnknownPhrase:
            return lang.isolate(kind)

    def _rule(self, row: Data, part: str) -> str:
        fields = {name: self._word(row["rule"], name, value) for name, value in
                  row["fields"].items()}  # fmt: skip
        fields |= {
            "upstream": self.comma.join(map(lang.isolate, row["upstream"])),
            "stations": row["stations"],
            "voters": row["voters"],
        }
        return lang.say(f"rule.{row['rule']}.{part}", self.language, **fields)

    def _word(self, rule: str, name: str, value: Any) -> Any:
        """Say a field of a rule: a word of its own, an agency, a day; else as it is written."""
        if isinstance(value, list | tuple):
            return self.comma.join(str(self._word(rule, name, each)) for each in value)
        if not isinstance(value, str):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
        keys = [f"rule.{rule}.{name}.{value}", f"{name}.{value}"]
        if name == "field":
            keys = [f"workbook.stations.{value}", f"report.field.{value}"]
        for key in keys:
            try:
                return lang.say(key, self.language)
            except lang.UnknownPhrase:
                continue  # a name of the register, or a word of another rule
        return lang.isolate(self._meeting.agency(value) or value)


def tally_of(row: Data) -> Tally:
    """Give a tally of a pack as bars and tables take it."""
    return Tally(on_course=0, **row)
