"""Monotone expressions of what something needs to work: a parser and a printer.

Grammar (no negation: an expression says *at least*)::

    any    = all { "|" all }
    all    = unit { "&" unit }
    unit   = INT "of" "(" any { "," any } ")"
           | "ride" "(" any "," HOURS "," any ")"
           | ("all" | "any") "(" [ any { "," any } ] ")"      for gates of one or no child
           | "(" any ")" | "true" | "false" | ID
    HOURS  = number ("h" | "min")

An id is a run of letters of any script, digits and ``- . / : _ # ~ +`` and joiners, or any text
in double quotes. Method and meanings: docs/method/ride-through.md.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from pollready.engine.errors import EngineError


class _Node:
    """What every node can do: print itself as text that `parse` reads back."""

    __slots__ = ()

    def __str__(self) -> str:
        return str_of(self)  # type: ignore[arg-type]  # every node class below is an Expression


@dataclass(frozen=True, slots=True)
class Leaf(_Node):
    """A component, by its id."""

    id: str


@dataclass(frozen=True, slots=True)
class All(_Node):
    """Works while every child works."""

    children: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Any(_Node):
    """Works while at least one child works."""

    children: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AtLeast(_Node):
    """Works while at least `k` of the children work."""

    k: int
    children: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Ride(_Node):
    """`main`, ridden through for `hours` by `store` while the store works."""

    main: "Expression"
    hours: float
    store: "Expression"


@dataclass(frozen=True, slots=True)
class Constant(_Node):
    """Always works, or never."""

    holds: bool


Expression = Leaf | All | Any | AtLeast | Ride | Constant
TRUE, FALSE = Constant(True), Constant(False)


class ExpressionError(EngineError):
    """The text is no expression: at `column` (from 1) stands `found`, not what was expected.

    `expected` is `requirement`, `hours`, `end`, `closing-quote`, `id-letter`, `less-nesting`, or
    the sign itself: `(`, `)`, `,`. `found` is empty at the end of the text.
    """

    code: ClassVar[str] = "engine.expression"

    def __init__(self, column: int, expected: str, found: str) -> None:
        super().__init__(column, expected, found)
        self.column, self.expected, self.found = column, expected, found


_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\]|\\[\s\S])*")|(?P<mark>[()&|,،])|(?P<word>[^\s()&|,،"]+))'
)
_HOURS = re.compile(r"(-?\d+(?:\.\d+)?)\s*(h|min)")
_RESERVED = frozenset({"true", "false", "of", "ride", "all", "any"})
# All letters of an id but the combining marks, for which each letter must be looked up.
_COMMON_ID = re.compile(r"[\w\-./:#~+\u200c\u200d]+")
_MAX_DEPTH = 100  # nesting that recursion takes; real requirements need about five


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # quoted, mark, word, end
    text: str
    column: int


@lru_cache(maxsize=16384)
def parse(text: str) -> Expression:
    """Read an expression.

    Parameters
    ----------
    text
        An expression in the grammar of this module.

    Returns
    -------
    Expression
        Nested frozen nodes; ``parse(str_of(e)) == e`` for every expression `e`.

    Raises
    ------
    ExpressionError
        With the column (from 1), what was expected there, and what was found.

    Examples
    --------
    >>> parse("a & 2 of (b, c, d) | ride(برق, 4h, باتری)")
    Any(children=(All(children=(Leaf(id='a'), AtLeast(k=2, children=(Leaf(id='b'), Leaf(id='c'), \
Leaf(id='d'))))), Ride(main=Leaf(id='برق'), hours=4.0, store=Leaf(id='باتری'))))
    """
    reader = _Reader(_tokens(text))
    expression = reader.any()
    reader.expect_end()
    return expression


def str_of(expression: Expression) -> str:
    """Print an expression so that `parse` gives an equal one back.

    >>> str_of(parse("(a|b)&c"))
    '(a | b) & c'
    """
    match expression:
        case Leaf(id):
            return id if _is_plain(id) else '"' + id.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case All(children) | Any(children) if len(children) < 2:
            name = "all" if isinstance(expression, All) else "any"
            return f"{name}({', '.join(map(str_of, children))})"
        case All(parts):
            return " & ".join(_inside(part, (All, Any)) for part in parts)
        case Any(parts):
            return " | ".join(_inside(part, (Any,)) for part in parts)
        case AtLeast(k, parts):
            return f"{k} of ({', '.join(map(str_of, parts))})"
        case Ride(source, hours, reserve):
            return f"ride({str_of(source)}, {_hours_text(hours)}, {str_of(reserve)})"
        case Constant(holds):
            return "true" if holds else "false"


def leaves(expression: Expression) -> tuple[str, ...]:
    """Give the id of every leaf, in the order of the text, repeats included."""
    found: list[str] = []
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Leaf):
            found.append(part.id)
        elif isinstance(part, Ride):
            waiting += (part.store, part.main)
        elif not isinstance(part, Constant):
            waiting += reversed(part.children)
    return tuple(found)


def all_of(*parts: Expression) -> Expression:
    """Join parts by `&`; no part is true, one part is itself, nested `&` are one."""
    return _join(All, parts, neutral=TRUE)


def any_of(*parts: Expression) -> Expression:
    """Join parts by `|`; no part is false, one part is itself, nested `|` are one."""
    return _join(Any, parts, neutral=FALSE)


def substitute(expression: Expression, meanings: dict[str, Expression]) -> Expression:
    """Replace leaves by expressions; a leaf without a meaning stays."""
    match expression:
        case Leaf(id):
            return meanings.get(id, expression)
        case All(parts):
            return all_of(*(substitute(part, meanings) for part in parts))
        case Any(parts):
            return any_of(*(substitute(part, meanings) for part in parts))
        case AtLeast(k, parts):
            return AtLeast(k, tuple(substitute(part, meanings) for part in parts))
        case Ride(source, hours, reserve):
            return Ride(substitute(source, meanings), hours, substitute(reserve, meanings))
        case Constant():
            return expression


def _join(
    kind: type[All] | type[Any], parts: Sequence[Expression], *, neutral: Constant
) -> Expression:
    flat: list[Expression] = []
    for part in parts:
        if isinstance(part, kind):
            flat.extend(part.children)
        elif isinstance(part, Constant):
            if part != neutral:
                return part
        else:
            flat.append(part)
    if not flat:
        return neutral
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _inside(part: Expression, wrapped: tuple[type, ...]) -> str:
    """Print a part, in parentheses where the grammar would read it otherwise."""
    text = str_of(part)
    joined = isinstance(part, All | Any) and len(part.children) > 1
    return f"({text})" if joined and isinstance(part, wrapped) else text


def _hours_text(hours: float) -> str:
    minutes = round(hours * 60)
    if hours * 4 != int(hours * 4) and minutes / 60 == hours:  # 20min, not 0.3333333333333333h
        return f"{minutes}min"
    return format(Decimal(repr(float(hours))), "f").removesuffix(".0") + "h"


def _is_id_letter(letter: str) -> bool:
    return (
        letter.isalnum()
        or letter in "-./:_#~+\u200c\u200d"
        or unicodedata.category(letter).startswith("M")
    )


def _is_plain(id: str) -> bool:
    if id in _RESERVED:
        return False
    return _COMMON_ID.fullmatch(id) is not None or (bool(id) and all(map(_is_id_letter, id)))


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            column = position + len(stripped[position:]) - len(stripped[position:].lstrip()) + 1
            raise ExpressionError(column, "closing-quote", stripped[column - 1 :][:20])
        kind = str(match.lastgroup)
        tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
        position = match.end()
    tokens.append(_Token("end", "", len(text) + 1))
    return tokens


class _Reader:
    """A recursive-descent reader over the tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def fail(self, expected: str) -> ExpressionError:
        return ExpressionError(self.token.column, expected, self.token.text)

    def take(self, *marks: str) -> bool:
        if self.token.kind == "mark" and self.token.text in marks:
            self.at += 1
            return True
        return False

    def expect(self, *marks: str) -> None:
        if not self.take(*marks):
            raise self.fail(marks[0])

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.fail("end")

    def any(self) -> Expression:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.fail("less-nesting")
        parts = [self.all()]
        while self.take("|"):
            parts.append(self.all())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def all(self) -> Expression:
        parts = [self.unit()]
        while self.take("&"):
            parts.append(self.unit())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def unit(self) -> Expression:
        token = self.token
        if self.take("("):
            inner = self.any()
            self.expect(")")
            return inner
        if token.kind == "quoted":
            self.at += 1
            return Leaf(re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL))
        if token.kind != "word":
            raise self.fail("requirement")
        return self.word(token)

    def word(self, token: _Token) -> Expression:
        following = self.tokens[self.at + 1]
        if token.text in ("true", "false"):
            self.at += 1
            return TRUE if token.text == "true" else FALSE
        if token.text == "ride" and following.text == "(":
            self.at += 1
            return self.ride()
        if token.text.isdecimal() and following.text == "of":
            self.at += 2
            return AtLeast(int(token.text), self.children())
        if token.text in ("all", "any") and following.text == "(":
            self.at += 1
            return All(self.children()) if token.text == "all" else Any(self.children())
        for offset, letter in enumerate(token.text):
            if not _is_id_letter(letter):
                raise ExpressionError(token.column + offset, "id-letter", letter)
        self.at += 1
        return Leaf(token.text)

    def children(self) -> tuple[Expression, ...]:
        self.expect("(")
        if self.take(")"):
            return ()
        parts = [self.any()]
        while self.take(",", "،"):
            parts.append(self.any())
        self.expect(")")
        return tuple(parts)

    def ride(self) -> Expression:
        self.expect("(")
        source = self.any()
        self.expect(",", "،")
        hours = self.hours()
        self.expect(",", "،")
        reserve = self.any()
        self.expect(")")
        return Ride(source, hours, reserve)

    def hours(self) -> float:
        """Read `4h`, `1.5 h` or `30min`."""
        token = self.token
        text = token.text
        if token.kind == "word" and self.tokens[self.at + 1].text in ("h", "min"):
            text += self.tokens[self.at + 1].text
        match = _HOURS.fullmatch(text)
        if token.kind != "word" or match is None:
            raise self.fail("hours")
        self.at += 1 if text == token.text else 2
        return float(match[1]) / (60 if match[2] == "min" else 1)
