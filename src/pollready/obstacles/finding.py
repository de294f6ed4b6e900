"""Findings of the rules, and the causes that gather them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pollready.obstacles.facts import Evidence, Facts
from pollready.obstacles.thresholds import Thresholds


class Severity(StrEnum):
    """How much a finding weighs; only `severe` makes a station not ready (criterion 10)."""

    SEVERE = "severe"
    MODERATE = "moderate"
    MINOR = "minor"
    UNKNOWN = "unknown"  # evidence is missing or contradicted: a question, not an obstacle


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds: where, why, and by what evidence.

    `cause_key` gathers findings that one act would remedy (the same feeder, the same
    missing test in one county by one operator). `fields` fill the rule's phrases
    `rule.<code>.finding` and `rule.<code>.cause`; names of upstream components stand in
    `upstream` only, so that every edge can mask them.
    """

    rule: str
    severity: Severity
    cause_key: str
    owner: str  # agency code where the register names one, else a role of `roles.<role>`
    listing_id: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    upstream: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue; its words are the phrases `rule.<code>.*`.

    Phrases: `title`, `when`, `remedy`, `cause` (one line for a cause), `finding` (one line
    for a station). `thresholds` names the settings of `Thresholds` that it reads.
    """

    code: str
    criterion: int | None  # the readiness criterion it speaks to, 1 to 10
    owner_role: str
    severities: tuple[Severity, ...]
    thresholds: tuple[str, ...]
    check: Callable[[Facts, Thresholds], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one rule with one key: what a committee decides about."""

    rule: str
    key: str
    severity: Severity
    owner: str
    findings: tuple[Finding, ...]
    stations: int
    voters: int | None  # sum over known values; None if none is known
    stations_without_voters: int
