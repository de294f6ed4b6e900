"""Selectors: one line that says which failures a scenario means, in any register.

    worst 1 of duct, ring_segment in county "04" + every national_centre
    power of worst 1 of exchange
    spread 18% of devices
    named EX-04, "FD 17"
    stations criterion primary_path unmet or rule no_tested_radio in county "04"

The language is closed: what is not in it is refused with its place (docs/method/scenarios.md).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from pollready.assessment.result import CRITERIA
from pollready.obstacles.catalogue import RULES
from pollready.register.kinds import kinds

DEVICES = "devices"  # stations' own identity devices: of the stations, not of the components
STATES = ("met", "unmet", "unknown", "contradicted")
PARTS_MAX, NAMES_MAX, TEXT_MAX = 12, 50, 2000
_RULES = frozenset(rule.code for rule in RULES)
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<share>\d+(?:\.\d+)?)%|(?P<sign>[,+])|(?P<word>[^\s,+"%]+))"""
)


class SelectorError(ValueError):
    """A selector that cannot be read; `code` says why, `fields` where and what."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = f"planning.{code}"
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


class Choice(StrEnum):
    """Which of the components that fit are taken."""

    EVERY = "every"
    WORST = "worst"  # those whose loss alone costs most
    SPREAD = "spread"  # a fixed, even choice: the same ones each time
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Where:
    """Which components or stations are looked at, at all."""

    county: str = ""
    agency: str = ""
    role: str = ""
    below_province: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some components or groups that fail; `count` or `share` (percent) for worst and spread."""

    choice: Choice
    names: tuple[str, ...]  # kinds, or codes where they are named
    count: int | None = None
    share: float | None = None
    is_power: bool = False  # not these, but what feeds them
    where: Where = Where()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that an assessment says of a station."""

    name: str  # criterion or rule
    values: tuple[str, ...]  # the criterion and its state, or rules


@dataclass(frozen=True, slots=True)
class Failures:
    """Components and groups that fail together."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Stations:
    """Stations at which any of the tests holds: no component fails there."""

    tests: tuple[Check, ...]
    where: Where = Where()


Selector = Failures | Stations


def parse(text: str) -> Selector:
    """Read a selector; raises `SelectorError`."""
    return _Reader(text).selector()


def str_of(selector: Selector) -> str:
    """Write a selector as `parse` reads it."""
    if isinstance(selector, Failures):
        return " + ".join(_part(part) for part in selector.parts)
    tests = " or ".join(_test(test) for test in selector.tests)
    return f"stations {tests}{_where(selector.where)}"


def kinds_of(selector: Selector) -> tuple[str, ...]:
    """Give the kinds that a selector looks for, in its order."""
    if isinstance(selector, Stations):
        return ()
    parts = (part for part in selector.parts if part.choice is not Choice.NAMED)
    return tuple(dict.fromkeys(name for part in parts for name in part.names))


def names_of(selector: Selector) -> tuple[str, ...]:
    """Give the codes that a selector names."""
    if isinstance(selector, Stations):
        return ()
    parts = (part for part in selector.parts if part.choice is Choice.NAMED)
    return tuple(dict.fromkeys(name for part in parts for name in part.names))


class _Reader:
    def __init__(self, text: str) -> None:
        if len(text) > TEXT_MAX:
            raise SelectorError("selector-too-long", limit=TEXT_MAX)
        self.tokens = _tokens(text)
        self.at = 0

    def selector(self) -> Selector:
        if not self.tokens:
            raise SelectorError("selector-empty")
        found = self.stations() if self.taken("stations") else self.failures()
        if self.at < len(self.tokens):
            raise self.unexpected()
        return found

    def failures(self) -> Failures:
        parts = [self.part()]
        while self.taken("+"):
            parts.append(self.part())
        if len(parts) > PARTS_MAX:
            raise SelectorError("selector-too-many", limit=PARTS_MAX)
        return Failures(tuple(parts))

    def part(self) -> Part:
        is_power = self.taken("power")
        if is_power:
            self.expect("of")
        choice = next((each for each in Choice if self.taken(each.value)), None)
        if choice is None:
            raise self.unexpected()
        count, share = self.amount(choice)
        names = self.names()
        if choice is not Choice.NAMED:
            self.check_kinds(names, alone=choice is not Choice.SPREAD or is_power)
        return Part(choice, names, count, share, is_power, self.where())

    def amount(self, choice: Choice) -> tuple[int | None, float | None]:
        if choice not in (Choice.WORST, Choice.SPREAD):
            return None, None
        kind, value = self.next()
        count = share = None
        if kind == "share" and 0 < float(value) <= 100:
            share = float(value)
        elif kind == "word" and value.isascii() and value.isdecimal() and 0 < int(value) <= 10_000:
            count = int(value)
        else:
            raise SelectorError("selector-amount", found=value)
        self.expect("of")
        return count, share

    def check_kinds(self, names: tuple[str, ...], *, alone: bool) -> None:
        known = kinds().keys() if alone else {*kinds(), DEVICES}
        for name in names:
            if name not in known:
                raise SelectorError("selector-kind", found=name)

    def stations(self) -> Stations:
        tests = [self.test()]
        while self.taken("or"):
            tests.append(self.test())
        if len(tests) > PARTS_MAX:
            raise SelectorError("selector-too-many", limit=PARTS_MAX)
        where = self.where()
        if where.agency or where.role or where.below_province:
            raise SelectorError("selector-station-filter")
        return Stations(tuple(tests), where)

    def test(self) -> Check:
        if self.taken("criterion"):
            name, state = self.next()[1], self.next()[1]
            if name not in CRITERIA:
                raise SelectorError("selector-criterion", found=name)
            if state not in STATES:
                raise SelectorError("selector-state", found=state)
            return Check("criterion", (name, state))
        self.expect("rule")
        rules = self.names()
        for rule in rules:
            if rule not in _RULES:
                raise SelectorError("selector-rule", found=rule)
        return Check("rule", rules)

    def where(self) -> Where:
        found: dict[str, str] = {}
        below = False
        while True:
            if self.taken("in"):
                self.expect("county")
                found["county"] = self.next()[1]
            elif self.taken("of"):
                name = next((each for each in ("agency", "role") if self.taken(each)), None)
                if name is None:
                    raise self.unexpected()
                found[name] = self.next()[1]
            elif self.taken("below"):
                self.expect("province")
                below = True
            else:
                return Where(**found, below_province=below)

    def names(self) -> tuple[str, ...]:
        found = [self.next()[1]]
        while self.taken(","):
            found.append(self.next()[1])
        if len(found) > NAMES_MAX:
            raise SelectorError("selector-too-many", limit=NAMES_MAX)
        return tuple(found)

    def next(self) -> tuple[str, str]:
        """Take a word, a quoted name or a share."""
        if self.at >= len(self.tokens):
            raise SelectorError("selector-ends")
        kind, value = self.tokens[self.at]
        if kind == "sign":
            raise self.unexpected()
        self.at += 1
        return kind, value

    def taken(self, word: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] in (("word", word), ("sign", word)):
            self.at += 1
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.taken(word):
            raise self.unexpected()

    def unexpected(self) -> SelectorError:
        if self.at >= len(self.tokens):
            return SelectorError("selector-ends")
        return SelectorError(
            "selector-unexpected", found=self.tokens[self.at][1], place=self.at + 1
        )


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise SelectorError(
                "selector-unexpected", found=text[at : at + 20].strip(), place=len(found) + 1
            )
        kind, value = match.lastgroup, match[match.lastgroup]
        if kind == "quoted":
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
            if not value.strip():
                raise SelectorError("selector-empty-name")
        found.append((kind, value))
        at = match.end()
    return found


def quoted(name: str) -> str:
    """Write a name so that no word of the language is read in it."""
    inside = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


def _part(part: Part) -> str:
    amount = ""
    if part.share is not None:
        amount = f"{part.share:g}% of "
    elif part.count is not None:
        amount = f"{part.count} of "
    is_named = part.choice is Choice.NAMED
    names = ", ".join(quoted(name) if is_named else name for name in part.names)
    power = "power of " if part.is_power else ""
    return f"{power}{part.choice.value} {amount}{names}{_where(part.where)}"


def _test(test: Check) -> str:
    if test.name == "criterion":
        return f"criterion {' '.join(test.values)}"
    return f"rule {', '.join(test.values)}"


def _where(where: Where) -> str:
    agency = f" of agency {quoted(where.agency)}" if where.agency else ""
    role = f" of role {quoted(where.role)}" if where.role else ""
    county = f" in county {quoted(where.county)}" if where.county else ""
    return f"{agency}{role}{county}{' below province' if where.below_province else ''}"
