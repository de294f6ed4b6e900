"""A county's pack as its page shows it: sections, items with their answers, objections."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from pollready.committee.county_reviews.answering import Said, faults_of, signed_content
from pollready.committee.county_reviews.models import (
    Answer,
    CountyReview,
    ReviewItem,
    ReviewSignOff,
    ReviewState,
)
from pollready.committee.county_reviews.packing import canonical, hash_of
from pollready.committee.county_reviews.rules import may_answer, may_prepare, may_send, may_withdraw
from pollready.console.wording import Wording
from pollready.language import say
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.reports.county_review import KINDS, Signed, pack_map
from pollready.reports.review_words import CauseWords, ItemWords, LessonWords, ReviewWords

# Pages on which an item's object is looked at.
_PAGES = {
    "case": "case", "duty": "duty", "follow_up": "follow-up", "lot": "lot", "listing": "station",
    "suggestion": "meeting-suggestion",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item with its answer, as it is kept or was just typed."""

    item: ReviewItem
    said: ItemWords
    url: str
    answer: str
    text: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The items of one kind."""

    kind: str
    rows: Sequence[ItemRow]
    left_out: int


class ReviewPage:
    """Everything that one viewer sees of one review."""

    def __init__(
        self,
        review: CountyReview,
        viewer: User,
        wording: Wording,
        *,
        typed: Mapping[int, Said] | None = None,
        errors: Mapping[int, str] | None = None,
    ) -> None:
        self.review, self._viewer, self._wording = review, viewer, wording
        self._typed, self._errors = typed or {}, errors or {}
        self.words = ReviewWords(wording.language)

    @cached_property
    def faults(self) -> list[str]:
        """What is not as it was prepared and signed."""
        return faults_of(self.review)

    @property
    def is_readable(self) -> bool:
        """Whether the pack is what was prepared: any other is not shown."""
        return "pack" not in self.faults

    @cached_property
    def pack(self) -> dict[str, Any]:
        """The pack; only where it is readable."""
        found: dict[str, Any] = json.loads(self.review.pack.canonical)
        return found

    @cached_property
    def items(self) -> list[ReviewItem]:
        """The items with their answers."""
        rows = self.review.items.select_related("answered_by", "agenda_item__meeting", "follow_up")
        return list(rows)

    @property
    def headline(self) -> str:
        """How many stations and voters."""
        return self.words.headline(self.pack["situation"]["total"])

    @property
    def change(self) -> str:
        """What changed since the last review."""
        return self.words.change(self.pack)

    @property
    def map(self) -> SafeString:
        """The map as a picture; its texts were escaped where it was drawn."""
        drawn = pack_map(self.pack, width=520, height=300, dot=6.0, label=11.0)
        return mark_safe(drawn.svg if drawn else "")  # drawn here, of figures and escaped names

    @property
    def map_alt(self) -> str:
        """What the map shows, for who does not see it."""
        return self.words.told("map.alt", stations=len(self.pack["map"]["points"]))

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """The figures of fixed and mobile stations."""
        kinds = self.pack["situation"]["kinds"]
        return [(say(f"console.kind.{kind}", self.words.language), kinds[kind]) for kind in kinds]

    @property
    def districts(self) -> list[tuple[str, Any]]:
        """The figures of each district."""
        unnamed = say("report.no_district", self.words.language)
        rows = self.pack["situation"]["districts"]
        return [(each["name"] or unnamed, each["tally"]) for each in rows]

    @property
    def causes(self) -> list[CauseWords]:
        """What stands in the way."""
        return [self.words.cause(row) for row in self.pack["causes"]["rows"]]

    @property
    def unknowns(self) -> list[CauseWords]:
        """What is not known."""
        return [self.words.cause(row) for row in self.pack["unknowns"]["rows"]]

    @property
    def lessons(self) -> list[LessonWords]:
        """What earlier rounds taught."""
        return [self.words.lesson(row) for row in self.pack["lessons"]]

    @cached_property
    def parts(self) -> list[Part]:
        """The items, kind by kind."""
        rows = self.rows
        return [
            Part(
                kind,
                [row for row in rows if row.said.kind == kind],
                self.pack["left_out"].get(kind, 0),
            )
            for kind in KINDS
        ]

    @cached_property
    def rows(self) -> list[ItemRow]:
        """The items with what is said of each."""
        packed = {each["number"]: each for each in self.pack["items"]}
        return [self._row(item, packed[item.number]) for item in self.items]

    def _row(self, item: ReviewItem, packed: Mapping[str, Any]) -> ItemRow:
        typed = self._typed.get(item.number)
        answer = item.answer if typed is None else typed.answer
        text = self._wording.veil.text(item.text) if typed is None else typed.text
        error = self._errors.get(item.number, "")
        return ItemRow(item, self.words.item(packed), _url(item.about), answer, text, error)

    @property
    def answered(self) -> int:
        """How many items have an answer."""
        return sum(bool(item.answer) for item in self.items)

    @property
    def waiting(self) -> int:
        """How many have none."""
        return len(self.items) - self.answered

    @property
    def objections(self) -> list[ItemRow]:
        """The items to which the county objected, as kept."""
        return [row for row in self.rows if row.item.answer == Answer.OBJECTED]

    @cached_property
    def sign_off(self) -> ReviewSignOff | None:
        """Who signed."""
        return ReviewSignOff.objects.filter(review=self.review).first()

    @property
    def signed(self) -> Signed | None:
        """Who signed, as the document tells it."""
        found = self.sign_off
        return None if found is None else Signed(found.typed_name, found.at, found.signed_hash)

    @property
    def answers(self) -> dict[int, tuple[str, str]]:
        """The answers as the document tells them."""
        veil = self._wording.veil
        return {item.number: (item.answer, veil.text(item.text)) for item in self.items}

    @cached_property
    def read_hash(self) -> str:
        """The fingerprint of what would be signed now."""
        return hash_of(canonical(signed_content(self.review)))

    @property
    def prepares(self) -> bool:
        """Whether the viewer prepares reviews."""
        return may_prepare(self._viewer)

    @cached_property
    def may_answer(self) -> bool:
        """Whether the viewer answers now."""
        return not self.faults and may_answer(self._viewer, self.review)

    @property
    def may_send(self) -> bool:
        """Whether the viewer can hand it over."""
        return not self.faults and may_send(self._viewer, self.review)

    @property
    def may_withdraw(self) -> bool:
        """Whether the viewer can take it back."""
        return may_withdraw(self._viewer, self.review)

    @property
    def may_follow(self) -> bool:
        """Whether the viewer makes something of objections now."""
        return self.prepares and self.review.state == ReviewState.SIGNED_OFF

    @property
    def may_export(self) -> bool:
        """Whether the viewer may take the file."""
        return not self.faults and may(self._viewer, Permission.EXPORT)


def _url(about: str) -> str:
    kind, _, key = about.partition("-")
    return reverse(_PAGES[kind], args=[int(key)]) if kind in _PAGES and key.isdecimal() else ""
