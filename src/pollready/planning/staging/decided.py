"""What was decided of single sites: places that stay, and places that are ruled out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pollready.language import fold, latin_digits

REASON_MAX, CODE_MAX, DECIDED_MAX = 200, 60, 60
_ROW = re.compile(r"(?:site|why|rule)_([1-9][0-9]?)")


class Rule(StrEnum):
    """What was decided of a place."""

    STAYS = "stays"  # it is a site, whatever else is chosen
    RULED_OUT = "ruled_out"  # it is none


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: the code of a depot or station, what holds of it, and why."""

    code: str
    rule: Rule
    reason: str


def code_key(code: str) -> str:
    """Give a code as codes are compared: whatever digits and case it is typed in."""
    return fold(latin_digits(code)).upper()


def read_decided(values: Mapping[str, str]) -> tuple[tuple[Decided, ...], dict[str, str]]:
    """Read the rows `site_1`, `rule_1`, `why_1` and on; blank rows are none.

    Gives with them every cell that cannot stand, by its name: no code, no reason, an unknown rule,
    a code that an earlier row has.
    """
    found: list[Decided] = []
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    for row in rows_in(values):
        code, rule, why = (_cell(values, f"{name}_{row}") for name in ("site", "rule", "why"))
        if not code and not why:
            continue
        if not code or code_key(code) in seen or len(code) > CODE_MAX:
            wrong[f"site_{row}"] = code
        if not why or len(why) > REASON_MAX:
            wrong[f"why_{row}"] = why
        if rule not in list(Rule):
            wrong[f"rule_{row}"] = rule
        else:
            found.append(Decided(latin_digits(code), Rule(rule), why))
        seen.add(code_key(code))
    return tuple(found), wrong


def rows_in(values: Mapping[str, str]) -> list[int]:
    """Give the numbers of the rows that are written in, at most so many as one plan takes."""
    written = {int(match[1]) for name in values if (match := _ROW.fullmatch(name))}
    return sorted(row for row in written if row <= DECIDED_MAX)


def written_rows(decided: tuple[Decided, ...]) -> dict[str, str]:
    """Give decisions as they stand in an address."""
    found: dict[str, str] = {}
    for row, each in enumerate(decided, start=1):
        found |= {f"site_{row}": each.code, f"rule_{row}": each.rule.value,
                  f"why_{row}": each.reason}  # fmt: skip
    return found


def _cell(values: Mapping[str, str], name: str) -> str:
    return " ".join(values.get(name, "").split())
