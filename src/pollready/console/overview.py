"""What the overview shows, read from the saved assessment's summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pollready.assessment.models import CauseRecord, SavedAssessment
from pollready.console.names import field_name
from pollready.console.wording import CauseInWords, Wording
from pollready.language import say
from pollready.obstacles.finding import Severity

DECISIONS = 5
CAUSES = 10
SINGLES = 5
KINDS = ("fixed", "mobile")
CLOSED_FOR_SERVICE = "offline/service"  # below `offline` is closed; for the service time left

Tally = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """Stations in one state, with their voters where these are told apart."""

    name: str
    stations: int
    voters: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the province: a kind of station, or a county."""

    name: str
    key: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Decision:
    """A cause that waits for a decision."""

    cause: CauseInWords
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Loss:
    """What a failure of one or two shared components costs."""

    names: str
    kinds: str
    stations: int
    voters: int | None
    duration_h: float


@dataclass(frozen=True, slots=True)
class Vulnerable:
    """Key vulnerabilities: counts, and the worst failures."""

    single_points: int
    stations_behind: int
    voters_behind: int | None
    single: Loss | None
    pair: Loss | None
    singles: Sequence[Loss]


@dataclass(frozen=True, slots=True)
class Confidence:
    """How much of one field is known."""

    field: str
    known: int
    unknown: int
    contradicted: int
    oldest_days: int | None

    @property
    def bar(self) -> Mapping[str, int]:
        """Give the figures as a bar takes them."""
        return {
            "ready": self.known,
            "not_ready": 0,
            "unknown": self.unknown + self.contradicted,
            "contradicted": self.contradicted,
        }


@dataclass(frozen=True, slots=True)
class Overview:
    """The four questions, then vulnerabilities and confidence."""

    as_of: date
    total: Tally
    states: Sequence[State]
    kinds: Sequence[Part]
    change: Mapping[str, int] | None
    decisions: Sequence[Decision]
    counties: Sequence[Part]
    causes: Sequence[CauseInWords]
    causes_count: int
    vulnerable: Vulnerable | None
    confidence: Sequence[Confidence]

    @property
    def counties_have_codes(self) -> bool:
        """Tell whether the counties stand in the order of codes, or of names."""
        return any(county.key != county.name for county in self.counties)

    @property
    def largest_cause(self) -> int:
        """Give the number of stations of the largest cause shown."""
        return max((cause.stations for cause in self.causes), default=0)


def read_overview(saved: SavedAssessment, wording: Wording) -> Overview:
    """Read an assessment for the overview."""
    summary, total = saved.summary, saved.summary["total"]
    records = CauseRecord.objects.filter(assessment=saved)
    # Records stand in the assessment's order: severe first, then by voters.
    weightiest = records.exclude(severity=Severity.UNKNOWN).order_by("pk")[:CAUSES]
    return Overview(
        as_of=saved.as_of_date,
        total=total,
        states=_states(total),
        kinds=[
            Part(kind, kind, summary["by_kind"][kind])
            for kind in KINDS
            if summary["by_kind"].get(kind, {}).get("stations")
        ],
        change=summary["change"],
        decisions=_decisions(summary, records, wording),
        counties=_counties(summary),
        causes=wording.causes(weightiest),
        causes_count=records.count(),
        vulnerable=_vulnerable(summary, wording),
        confidence=[_confidence(row, wording.language) for row in summary["confidence"]],
    )


def _states(total: Tally) -> list[State]:
    """Give the three states that add up, and the contradicted ones inside the unknown."""
    return [
        State("ready", total["ready"], total["voters_ready"]),
        State("not_ready", total["not_ready"], total["voters_not_ready"]),
        State("unknown", total["unknown"], total["voters_unknown"]),
        State("contradicted", total["contradicted"], None),
    ]


def _counties(summary: Mapping[str, Any]) -> list[Part]:
    names = summary["county_names"]
    return [
        Part(names.get(code) or code, code, tally)
        for code, tally in summary["by_county"].items()
        if code
    ]


def _decisions(summary: Mapping[str, Any], records: Any, wording: Wording) -> list[Decision]:
    """Find the records of the causes that wait for a decision, in the summary's order."""
    waiting = summary["decisions"][:DECISIONS]
    by_key = {
        (record.rule, record.key): record
        for record in records.filter(rule__in={row["cause"]["rule"] for row in waiting})
    }
    found = [
        (record, row["deadline"])
        for row in waiting
        if (record := by_key.get((row["cause"]["rule"], row["cause"]["key"][:200]))) is not None
    ]
    said = wording.causes(record for record, _ in found)
    return [
        Decision(cause, deadline and date.fromisoformat(deadline))
        for cause, (_, deadline) in zip(said, found, strict=True)
    ]


def _vulnerable(summary: Mapping[str, Any], wording: Wording) -> Vulnerable | None:
    """Read the contingencies with everything unknown taken as working."""
    working = next(
        (each for each in summary["vulnerabilities"] if each["unknowns"] == "working"), None
    )
    if working is None:
        return None
    singles = [
        _loss(row, wording)
        for row in working["singles_below_province"].get(CLOSED_FOR_SERVICE, ())
        if row["stations"]
    ]
    pairs = [
        _loss(row, wording)
        for row in working["pairs_below_province"].get(CLOSED_FOR_SERVICE, ())[:1]
        if row["stations"]
    ]
    return Vulnerable(
        single_points=working["single_point_count"],
        stations_behind=working["stations_behind_single_points"],
        voters_behind=working["voters_behind_single_points"],
        single=singles[0] if singles else None,
        pair=pairs[0] if pairs else None,
        singles=singles[:SINGLES],
    )


def _loss(row: Mapping[str, Any], wording: Wording) -> Loss:
    kinds = [say(f"kind.{kind}", wording.language) for kind in row["kinds"]]
    return Loss(
        names=" + ".join(wording.veil.code(code) for code in row["codes"]),
        kinds=say("console.list_comma", wording.language).join(kinds),
        stations=row["stations"],
        voters=row["voters"],
        duration_h=row["duration_h"],
    )


def _confidence(row: Mapping[str, Any], language: str) -> Confidence:
    return Confidence(
        field_name(row["field"], language),
        row["known"],
        row["unknown"],
        row["contradicted"],
        row["oldest_days"],
    )
