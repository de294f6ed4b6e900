"""What a station depends on, as a nested list of sentences."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pollready.engine.expression import (
    All,
    Any,
    AtLeast,
    Expression,
    ExpressionError,
    Leaf,
    Ride,
    leaves,
    parse,
)
from pollready.language import UnknownPhrase, say
from pollready.register.models import Component, ComponentGroup
from pollready.register.veil import Veil

_STOP = re.compile(r"stop-(\d+)")


@dataclass(frozen=True, slots=True)
class Need:
    """A thing that is needed, or a joint of several."""

    words: str
    code: str = ""
    joint: str = ""  # "all" or "any"
    parts: tuple["Need", ...] = ()


class NeedsReader:
    """Turns an expression into words for one viewer in one language."""

    def __init__(self, kinds: Mapping[str, tuple[str, str]], veil: Veil, language: str) -> None:
        self._kinds, self._veil, self._language = kinds, veil, language

    def read(self, expression: Expression) -> Need | None:
        """Give the tree of an expression; None where nothing is needed."""
        match expression:
            case Leaf(id):
                return self._leaf(id)
            case All(parts):
                return self._joint("all", "all", parts)
            case Any(parts) | AtLeast(1, parts):
                return self._joint("any", "any", parts)
            case AtLeast(count, parts) if count > 1:
                return self._joint("some", "any", parts, count=count)
            case Ride(source, hours, reserve):
                return self._ride(source, hours, reserve)
            case _:
                return None

    def _ride(self, source: Expression, hours: float, reserve: Expression) -> Need | None:
        """Say a ride: the source, or for some hours what stands in for it."""
        whole = int(hours) if hours == int(hours) else hours
        stands_in = self._joint("ride", "all", (reserve,), hours=whole)
        parts = [self.read(source), stands_in]
        return _joined(Need(self._say("any"), joint="any", parts=tuple(filter(None, parts))))

    def _joint(
        self, phrase: str, joint: str, parts: tuple[Expression, ...], **fields: float
    ) -> Need:
        read = filter(None, map(self.read, parts))
        return _joined(Need(self._say(phrase, **fields), joint=joint, parts=tuple(read)))

    def _leaf(self, id: str) -> Need:
        kind, name = self._kinds.get(id, ("", ""))
        if not kind:
            return self._private(id)
        words = self._kind(kind)
        if name and self._veil.shows(id):
            words = say("console.needs.named", self._language, kind=words, name=name)
        return Need(words, code=self._veil.code(id))

    def _private(self, id: str) -> Need:
        """Say a part that only this station has, or what a requirement names and no sheet has."""
        words, hidden = private_part(id, self._language)
        return Need(words, self._veil.code(hidden) if hidden else "")

    def _kind(self, kind: str) -> str:
        try:
            return say(f"kind.{kind}", self._language)
        except UnknownPhrase:
            return kind

    def _say(self, phrase: str, **fields: float) -> str:
        return say(f"console.needs.{phrase}", self._language, **fields)


def private_part(id: str, language: str) -> tuple[str, str]:
    """Say a part that only one station or component has, such as `0142/stop-2/link-1`.

    Gives words, and the code that a requirement names and no sheet has: it may be hidden.
    """
    *before, part = id.split("/")
    stop = _STOP.fullmatch(before[-1]) if before else None
    try:
        words = say(f"console.part.{part}", language)
    except UnknownPhrase:
        return say("console.needs.not_recorded", language), part
    if stop is not None:
        words = say("console.needs.at_stop", language, stop=int(stop[1]), part=words)
    return words, ""


def _joined(need: Need) -> Need:
    """Take parts that are the same joint into it, and name each part once."""
    parts: dict[Need, None] = {}
    for part in need.parts:
        parts.update(dict.fromkeys(part.parts if part.words == need.words else (part,)))
    return replace(need, parts=tuple(parts))


def read_needs(requirement: str, *, round_id: int, veil: Veil, language: str) -> Need | None:
    """Read a printed requirement; None where nothing is recorded, or nothing readable."""
    try:
        expression = parse(requirement)
    except ExpressionError:
        return None
    ids = set(leaves(expression))
    return NeedsReader(_kinds(round_id, ids), veil, language).read(expression)


def _kinds(round_id: int, codes: set[str]) -> dict[str, tuple[str, str]]:
    """Find the kind and name of each code that is a component or a group of the round."""
    found: dict[str, tuple[str, str]] = {}
    for table in (Component, ComponentGroup):
        rows = table.objects.filter(round_id=round_id, code__in=codes)
        found.update(
            {code: (kind, name) for code, kind, name in rows.values_list("code", "kind", "name")}
        )
    return found
