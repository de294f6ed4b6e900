"""What an assessment says, before any face turns it into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Cause, Finding

CRITERIA = (
    "primary_path",
    "second_path",
    "power",
    "devices",
    "configuration",
    "rehearsal",
    "fallback",
    "people",
    "closing",
    "no_severe_obstacle",
)


class Readiness(StrEnum):
    """Where a station stands; the three add up to all active stations."""

    READY = "ready"
    NOT_READY = "not_ready"
    UNKNOWN = "unknown"


class CriterionValue(StrEnum):
    """What evidence says of one criterion."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion at one station: its value and the phrase that says why.

    `reason` is a phrase key `criterion.<name>.<reason>`; `fields` fill it.
    """

    name: str
    value: CriterionValue
    reason: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """An engine figure twice: unknowns working (`low` cost) and unknowns failed (`high`)."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its 90% interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What earlier rounds say of a kind of incident, in one county or (county "") in all.

    `evidence` is `digits`, `words`, `none` or `regime_changed` (docs/method/priors.md); only with
    digits are there figures. `word` (low, medium, high) is the chance of one at a station, or at
    a component of the kind, in a round.
    """

    kind: str  # as the incidents call it
    component_kind: str | None  # where they call it after a kind of component
    county: str  # its code
    agency: str
    incidents: int
    rounds: int
    exposure_h: float | None  # hours of `exposure_of` in the earlier rounds; None if not known
    exposure_of: str  # stations or components
    evidence: str
    word: str | None
    per_1000_h: Estimate | None
    repair_h: Estimate | None


@dataclass(frozen=True, slots=True)
class StationResult:
    """One station's readiness and what it rests on."""

    listing_id: int
    code: str
    name: str
    kind: str
    county: str
    county_code: str
    district: str
    lat: float | None
    lon: float | None
    voters: int | None
    readiness: Readiness
    contradicted: bool  # unknown, and at least one criterion is contradicted
    on_course: Readiness  # asks only the criteria due by now
    criteria: tuple[Criterion, ...]  # ten, in the order of CRITERIA
    level_admit: Mapping[str, str]  # {"working": level, "failed": level}: now, both unknowns
    level_close: Mapping[str, str]
    closed_prob: Range | None  # None where no component is known
    upstream: tuple[str, ...]  # shared components it depends on (codes; mask at the edge)
    requirement: str  # its at-least-offline expression, printed
    agencies: tuple[str, ...]  # codes of agencies behind it


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stations stand where; `voters` are sums over known values, None if none."""

    stations: int
    ready: int
    not_ready: int
    unknown: int
    contradicted: int  # inside unknown
    on_course: int
    voters: int | None
    voters_ready: int | None
    voters_not_ready: int | None
    voters_unknown: int | None
    stations_without_voters: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What a contingency costs at one level of one service.

    `codes` names one or two components or groups (mask at the edge); `voters` sums known
    values, None if none is known among the stations that fall.
    """

    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    tier: int
    level: str  # voters *below* this level
    duration_h: float
    stations: int
    voters: int | None
    stations_without_voters: int
    more_than_sum: int | None = None  # for a pair: voters beyond the two single losses


@dataclass(frozen=True, slots=True)
class Vulnerabilities:
    """Contingencies of the admit service, for both durations; None without components.

    Keys of the mappings are `(level, duration)`: level `offline` (the loss is *closed*) or
    `online`; duration `generator` or `service`. Lists are worst first, at most 20 long.
    `below_province` holds only tiers below province, `all_tiers` everything. `unknowns`
    tells which of the two readings a Vulnerabilities is.
    """

    unknowns: str  # "working" or "failed"
    durations_h: Mapping[str, float]
    already_below: Mapping[str, tuple[int, int | None]]  # by level: stations, voters
    singles_below_province: Mapping[tuple[str, str], tuple[Loss, ...]]
    singles_all_tiers: Mapping[tuple[str, str], tuple[Loss, ...]]
    pairs_below_province: Mapping[tuple[str, str], tuple[Loss, ...]]
    pairs_all_tiers: Mapping[tuple[str, str], tuple[Loss, ...]]
    single_point_count: int  # shared components whose loss alone closes >= 1 station
    stations_behind_single_points: int
    voters_behind_single_points: int | None
    paper_possible: int  # of the stations closed by the worst single: paper once ordered


@dataclass(frozen=True, slots=True)
class AgencyCommitments:
    """What an agency pledged and gave, for section 6 of the report; None where not known."""

    agency: str
    kind: str
    pledged: int | None
    delivered: int | None
    shortfall: int | None
    overdue: int


@dataclass(frozen=True, slots=True)
class DecisionNeeded:
    """A cause that waits for a decision: at most five on the first page."""

    cause: Cause
    deadline: date | None


@dataclass(frozen=True, slots=True)
class DataConfidence:
    """How much of what is asked is known, and how old it is."""

    field: str
    known: int
    unknown: int
    contradicted: int
    oldest_days: int | None


@dataclass(frozen=True, slots=True)
class LossAlone:
    """Stations that fall, their known voters (None if none is known), those without a number."""

    stations: int
    voters: int | None
    without_voters: int


@dataclass(frozen=True, slots=True)
class LostAlone:
    """Single failures for the rest of the service period; empty without components.

    `costs` by code, level and reading of unknowns, nothing where nothing falls; `falls` the
    codes that a station falls with, by level and station code, with unknowns working.
    """

    costs: Mapping[str, Mapping[str, Mapping[str, LossAlone]]] = field(default_factory=dict)
    falls: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A round assessed as of a date."""

    round_id: int
    round_name: str
    jurisdiction: str
    election_date: date | None
    as_of: date
    classification: int  # the highest class of what went in
    facts: Facts
    stations: tuple[StationResult, ...]  # active ones, in code order
    total: Tally
    by_kind: Mapping[str, Tally]  # fixed, mobile
    by_county: Mapping[str, Tally]  # by county code, in code order
    by_district: Mapping[tuple[str, str], Tally]  # by (county code, district)
    by_agency: Mapping[str, Tally]  # stations that depend on the agency
    county_names: Mapping[str, str]
    causes: tuple[Cause, ...]  # severe first, then by voters
    findings: tuple[Finding, ...]
    decisions: tuple[DecisionNeeded, ...]
    commitments: tuple[AgencyCommitments, ...]
    vulnerabilities: tuple[Vulnerabilities, ...]  # (working, failed); empty without components
    voters_affected: Range | None  # sum of voters x P(closed)
    voters_below_online: Range | None
    rehearsal: Mapping[str, int]  # passed, failed, absent, unknown
    confidence: tuple[DataConfidence, ...]
    components: int
    groups: int
    change: Mapping[str, int] | None  # against the last saved assessment; None if none
    data_faults: Mapping[str, int]  # data findings by rule code
    likelihoods: tuple[Likelihood, ...] = ()  # from earlier rounds; kinds met most come first
    # What the figures of components and groups rest on: by kind, how many are their own, from
    # the incidents of earlier rounds, or the defaults of their kind.
    figure_basis: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    # What components cost alone: for keeping, not for comparing; empty where nobody asked.
    alone: LostAlone = field(default_factory=LostAlone, compare=False)
