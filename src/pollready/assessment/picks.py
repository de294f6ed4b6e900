"""What somebody picks to fail: components, groups, all of an agency, a kind, a place; for how long.

A pick stands in an address. Who may not see a component's code names it by its mask.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from pollready.assessment.exploring import Explored, Scope
from pollready.assessment.scoping import may_ask
from pollready.language import latin_digits
from pollready.people.models import User
from pollready.register.queries import components_for
from pollready.register.veil import Veil

TOKENS_MAX = 60
HOURS_MAX = 24.0 * 14
# From a component's place up to its county.
_UP = ("place", "place__parent", "place__parent__parent")
KEY_MAX = 2**63 - 1


class PickRefused(Exception):
    """A part of the pick cannot be read; the rest stands. `code` and `fields` say which."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = f"explore.{code}"
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


@dataclass(frozen=True, slots=True)
class Selector:
    """All components of an agency, of a kind, in a place: those that fit whatever is given."""

    agency: str = ""
    kind: str = ""
    place: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it chooses nothing."""
        return not (self.agency or self.kind or self.place is not None)


@dataclass(frozen=True, slots=True)
class Pick:
    """What was picked, in codes of the register, with what could not be read."""

    codes: tuple[str, ...] = ()
    selector: Selector = Selector()
    hours: float | None = None  # own; the two defaults are always given
    refused: tuple[PickRefused, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is picked."""
        return not self.codes and self.selector.is_empty

    def address(self, veil: Veil) -> str:
        """Write the pick as a query string for this viewer; every code as he may see it."""
        parts: list[tuple[str, object]] = [("c", veil.code(code)) for code in self.codes]
        chosen = self.selector
        parts += [("agency", chosen.agency), ("kind", chosen.kind), ("place", chosen.place)]
        parts.append(("hours", "" if self.hours is None else f"{self.hours:g}"))
        return urlencode([(name, value) for name, value in parts if value not in ("", None)])


def read_pick(query: QueryDict, explored: Explored, scope: Scope, veil: Veil) -> Pick:
    """Read a pick out of an address, keeping what can be read of it."""
    refused: list[PickRefused] = []
    tokens = list(dict.fromkeys(token.strip() for token in query.getlist("c") if token.strip()))
    if len(tokens) > TOKENS_MAX:
        refused.append(PickRefused("too-many", given=len(tokens), most=TOKENS_MAX))
        tokens = tokens[:TOKENS_MAX]
    codes = []
    for token in tokens:
        code = code_of(token, explored, scope, veil)
        if code is None:
            refused.append(PickRefused("not-found", name=token[:100]))
        else:
            codes.append(code)
    selector = _selector(query, refused)
    return Pick(tuple(dict.fromkeys(codes)), selector, _hours(query, refused), tuple(refused))


def code_of(token: str, explored: Explored, scope: Scope, veil: Veil) -> str | None:
    """Give the code that a viewer means by a code or a mask; None where there is none for him.

    A code that he may not see is not understood: he could otherwise find out which there are.
    """
    if token in explored.things and veil.shows(token):
        code: str | None = token
    else:
        code = explored.masks.get(token)
    return code if code is not None and may_ask(scope, explored, [code]) else None


def _selector(query: QueryDict, refused: list[PickRefused]) -> Selector:
    place: int | None = None
    text = query.get("place", "").strip()
    if text:
        if text.isdecimal() and int(text) <= KEY_MAX:
            place = int(text)
        else:
            refused.append(PickRefused("no-place", place=text[:40]))
    # PostgreSQL takes no NUL, and no name holds one.
    agency, kind = (query.get(name, "").replace("\0", "").strip() for name in ("agency", "kind"))
    return Selector(agency, kind, place)


def _hours(query: QueryDict, refused: list[PickRefused]) -> float | None:
    text = latin_digits(query.get("hours", "").strip()).replace("٫", ".").replace("/", ".")
    if not text:
        return None
    try:
        hours = float(text)
    except ValueError:
        hours = -1.0
    if 0 < hours <= HOURS_MAX:
        return hours
    refused.append(PickRefused("hours", hours=text[:40], most=HOURS_MAX))
    return None


def codes_of(pick: Pick, explored: Explored, scope: Scope, *, by: User) -> frozenset[str]:
    """Give everything that a pick fails, within what the user may ask about."""
    chosen: Iterable[str] = ()
    selector = pick.selector
    if not selector.is_empty:
        rows = components_for(by).filter(round=explored.round_id)
        if selector.agency:
            rows = rows.filter(agency__code=selector.agency)
        if selector.kind:
            rows = rows.filter(kind=selector.kind)
        if selector.place is not None:
            inside = Q()
            for up in _UP:
                inside |= Q(**{up: selector.place})
            rows = rows.filter(inside)
        chosen = rows.values_list("code", flat=True)
    index = explored.network.element_index
    return frozenset(code for code in {*pick.codes, *chosen} if code in index)
