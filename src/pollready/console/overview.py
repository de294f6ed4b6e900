"""What the overview shows, read from the saved assessment's summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from pollready.assessment.models import CauseRecord, SavedAssessment, StationRecord
from pollready.assessment.queries import (
    as_tally,
    causes_for,
    counted_in_scope,
    sees_all,
    stations_for,
    tally_columns,
)
from pollready.console.names import field_name
from pollready.console.wording import CauseInWords, Wording
from pollready.language import say
from pollready.obstacles.cases import SETTLED, CaseState
from pollready.obstacles.finding import Severity
from pollready.obstacles.models import KEY_MAX
from pollready.people.models import User
from pollready.places.queries import county_of

DECISIONS = 5
DECIDED = (CaseState.WAIVED.value, *(state.value for state in SETTLED))
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
    whole: bool  # the viewer sees the whole round
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


def read_overview(saved: SavedAssessment, wording: Wording, *, viewer: User) -> Overview:
    """Read an assessment for the overview, as far as the viewer's scope goes.

    What the assessment worked out for the whole round (change, vulnerabilities, confidence) is
    shown only to who sees all of it.
    """
    summary, whole = saved.summary, sees_all(viewer)
    parts = _parts_of(summary) if whole else _parts_in_scope(stations_for(viewer, saved))
    records = causes_for(viewer, saved)
    # Nobody has to decide again about what is waived, or fixed since.
    waiting = records.exclude(case__state__in=DECIDED)
    # Records stand in the assessment's order: severe first, then by voters.
    weightiest = waiting.exclude(severity=Severity.UNKNOWN)
    if whole:
        weightiest = weightiest[:CAUSES]
    causes = sorted(counted_in_scope(viewer, weightiest), key=_weight)[:CAUSES]
    return Overview(
        as_of=saved.as_of_date,
        whole=whole,
        total=parts.total,
        states=_states(parts.total),
        kinds=[
            Part(kind, kind, parts.by_kind[kind])
            for kind in KINDS
            if parts.by_kind.get(kind, {}).get("stations")
        ],
        change=summary["change"] if whole else None,
        decisions=_decisions(summary, waiting, wording, viewer),
        counties=parts.counties,
        causes=wording.causes(causes),
        causes_count=records.count(),
        vulnerable=_vulnerable(summary, wording) if whole else None,
        confidence=[_confidence(row, wording.language) for row in summary["confidence"]]
        if whole
        else [],
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """Stations counted in all, by kind and by county."""

    total: Tally
    by_kind: Mapping[str, Tally]
    counties: Sequence[Part]


def _parts_of(summary: Mapping[str, Any]) -> _Parts:
    return _Parts(summary["total"], summary["by_kind"], _counties(summary))


def _parts_in_scope(stations: QuerySet[StationRecord]) -> _Parts:
    """Count the stations that the viewer may see, as assessments count them."""
    columns = tally_columns()
    by_kind = stations.values("listing__point__kind").annotate(**columns).order_by()
    counted = county_of("listing__point__place")
    by_county = stations.annotate(**counted).values(*counted).annotate(**columns)
    return _Parts(
        total=as_tally(stations.aggregate(**columns)),
        by_kind={row["listing__point__kind"]: as_tally(row) for row in by_kind},
        counties=[
            Part(row["county_name"], row["county_code"] or row["county_name"], as_tally(row))
            for row in by_county.order_by("county_code", "county_name")
            if row["county_name"]
        ],
    )


def _weight(record: CauseRecord) -> tuple[int, int, int, int]:
    """Order causes as an assessment does: severe first, then by voters, then by stations."""
    severity = list(Severity).index(Severity(record.severity))
    return severity, -(record.voters or 0), -record.stations, record.pk


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


def _decisions(
    summary: Mapping[str, Any], records: QuerySet[CauseRecord], wording: Wording, viewer: User
) -> list[Decision]:
    """Find the records of the causes that wait for a decision, in the summary's order."""
    waiting = summary["decisions"][:DECISIONS]
    by_key = {
        (record.rule, record.key): record
        for record in records.filter(rule__in={row["cause"]["rule"] for row in waiting})
    }
    found = [
        (record, row["deadline"])
        for row in waiting
        if (record := by_key.get((row["cause"]["rule"], row["cause"]["key"][:KEY_MAX]))) is not None
    ]
    said = wording.causes(counted_in_scope(viewer, (record for record, _ in found)))
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
