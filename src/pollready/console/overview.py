"""What the overview shows, read from the saved assessment's summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from pollready.assessment.by_place import (
    CauseCount,
    StationCounts,
    count_causes,
    counted_as,
    listings_in,
    stations_in,
)
from pollready.assessment.models import CauseRecord, SavedAssessment
from pollready.assessment.queries import causes_for, sees_all, stations_for
from pollready.console.map_answers import Kept, key_of
from pollready.console.names import field_name
from pollready.console.where import Node, Tally, Tree, Where, count_kept, read_tree
from pollready.console.wording import CauseInWords, Wording
from pollready.language import say
from pollready.obstacles.cases import SETTLED, CaseState
from pollready.obstacles.finding import Severity
from pollready.obstacles.models import KEY_MAX
from pollready.people.models import User
from pollready.people.scopes import listings_for, places_of

DECISIONS = 5
DECIDED = (CaseState.WAIVED.value, *(state.value for state in SETTLED))
CAUSES = 10
SINGLES = 5
KINDS = ("fixed", "mobile")
CLOSED_FOR_SERVICE = "offline/service"  # below `offline` is closed; for the service time left

# The causes of a part of the round, counted until the register changes.
CAUSE_COUNTS: Kept[Mapping[int, CauseCount]] = Kept()


@dataclass(frozen=True, slots=True)
class State:
    """Stations in one state, with their voters where these are told apart."""

    name: str
    stations: int
    voters: int | None


@dataclass(frozen=True, slots=True)
class Kind:
    """The stations of one kind."""

    name: str
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
    whole: bool  # the whole round, and the viewer sees all of it
    place: Node | None  # the place that all of it is about
    above: Sequence[Node]  # what it lies in, the widest first
    asked: str  # how the lists are asked for the stations of the place
    total: Tally
    states: Sequence[State]
    kinds: Sequence[Kind]
    change: Mapping[str, int] | None
    decisions: Sequence[Decision]
    where: Where
    causes: Sequence[CauseInWords]
    causes_count: int
    vulnerable: Vulnerable | None
    confidence: Sequence[Confidence]

    @property
    def narrowed(self) -> str:
        """Give what stands first in the address of a list of these stations."""
        return f"{self.asked}&" if self.asked else ""

    @property
    def largest_cause(self) -> int:
        """Give the number of stations of the largest cause shown."""
        return max((cause.stations for cause in self.causes), default=0)


def read_overview(
    saved: SavedAssessment, wording: Wording, *, viewer: User, place: int | None = None
) -> Overview | None:
    """Read an assessment for the overview, as far as the viewer's scope goes.

    What the assessment worked out for the whole round (change, vulnerabilities, confidence) is
    shown only to who sees all of it, and of no place alone. None where the viewer has no station
    in the place.
    """
    whole, tree = place is None and sees_all(viewer), read_tree()
    counted = _of_summary(saved, tree) if whole else None
    counted = counted or _count(saved, viewer, place)
    chain = tree.chain(place)
    if place is not None and not (chain and counted.total["stations"]):
        return None
    found = _causes_of_round(saved, viewer) if whole else _causes_within(saved, viewer, place)
    summary = saved.summary if whole else None
    return Overview(
        as_of=saved.as_of_date,
        whole=whole,
        place=chain[-1] if chain else None,
        above=[node for node in chain[:-1] if tree.has_several(node.level)],
        asked=urlencode(tree.filters(chain[-1])) if chain else "",
        total=counted.total,
        states=_states(counted.total),
        kinds=[
            Kind(kind, counted.by_kind[kind])
            for kind in KINDS
            if counted.by_kind.get(kind, {}).get("stations")
        ],
        change=summary["change"] if summary else None,
        decisions=[
            Decision(cause, deadline)
            for cause, (_, deadline) in zip(
                wording.causes(cause for cause, _ in found.decisions), found.decisions, strict=True
            )
        ],
        where=tree.where(counted.by_place, within=place),
        causes=wording.causes(found.weightiest),
        causes_count=found.count,
        vulnerable=_vulnerable(summary, wording) if summary else None,
        confidence=[
            _confidence(row, wording.language) for row in (summary["confidence"] if summary else ())
        ],
    )


def _of_summary(saved: SavedAssessment, tree: Tree) -> StationCounts | None:
    """Take the counts of the whole round as they were saved.

    None where they do not say in which place of the tree each station stands: they know counties
    by code, which may mean none by now, or several.
    """
    summary = saved.summary
    counties = {called: tree.county(called) for called in summary["by_county"] if called}
    if "" in summary["by_county"] or None in counties.values():
        return None
    return StationCounts(
        total=summary["total"],
        by_kind=summary["by_kind"],
        by_place={
            county.pk: summary["by_county"][called]
            for called, county in counties.items()
            if county is not None
        },
    )


def _count(saved: SavedAssessment, viewer: User, place: int | None) -> StationCounts:
    """Count the stations that the viewer may see; kept until a station changes."""
    stations = stations_for(viewer, saved)
    if place is not None:
        stations = stations_in(stations, place)
    return count_kept(stations)


@dataclass(frozen=True, slots=True)
class _Causes:
    """The causes that a page shows, those to decide about with their deadlines, and how many."""

    weightiest: Sequence[CauseRecord]
    decisions: Sequence[tuple[CauseRecord, date | None]]
    count: int


def _causes_of_round(saved: SavedAssessment, viewer: User) -> _Causes:
    """Find the causes of the whole round, which stand in the assessment's order."""
    records = causes_for(viewer, saved)
    waiting = _waiting(records)
    return _Causes(
        weightiest=list(waiting.exclude(severity=Severity.UNKNOWN)[:CAUSES]),
        decisions=_decisions(saved.summary, waiting.select_related("case")),
        count=records.count(),
    )


def _causes_within(saved: SavedAssessment, viewer: User, place: int | None) -> _Causes:
    """Find the causes at the viewer's stations, of one place where it is given.

    They are weighed by what they are there; what waits for a decision is due when its case is.
    """
    records = causes_for(viewer, saved)
    waiting = _waiting(records).exclude(severity=Severity.UNKNOWN).select_related("case")
    if place is None and places_of(viewer) is None:
        found, count = list(waiting), records.count()
    else:
        counts = _count_causes(saved, viewer, place)
        found = sorted(counted_as(waiting, counts), key=_weight)
        count = sum(pk in counts for pk in records.values_list("pk", flat=True))
    decided = [each for each in found if each.severity in (Severity.SEVERE, Severity.MODERATE)]
    return _Causes(
        weightiest=found[:CAUSES],
        decisions=[(cause, _due(cause)) for cause in decided[:DECISIONS]],
        count=count,
    )


def _count_causes(
    saved: SavedAssessment, viewer: User, place: int | None
) -> Mapping[int, CauseCount]:
    """Count the causes at the viewer's stations; kept until a station changes."""
    listings = listings_for(viewer).filter(round=saved.round_id)
    if place is not None:
        listings = listings_in(listings, place)
    key = f"{saved.pk} {key_of(listings)}"
    return CAUSE_COUNTS.get(key, lambda: count_causes(saved, listings))


def _waiting(records: QuerySet[CauseRecord]) -> QuerySet[CauseRecord]:
    """Leave out what nobody has to decide about again: what is waived, or fixed since."""
    return records.exclude(case__state__in=DECIDED)


def _due(cause: CauseRecord) -> date | None:
    case = getattr(cause, "case", None)
    return case.due_date if case is not None else None


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


def _decisions(
    summary: Mapping[str, Any], records: QuerySet[CauseRecord]
) -> list[tuple[CauseRecord, date | None]]:
    """Find the records of the causes that wait for a decision, in the summary's order.

    Each is due when its case is: a person may have given the case another gate since.
    """
    waiting = summary["decisions"][:DECISIONS]
    by_key = {
        (record.rule, record.key): record
        for record in records.filter(rule__in={row["cause"]["rule"] for row in waiting})
    }
    return [
        (record, _due(record))
        for row in waiting
        if (record := by_key.get((row["cause"]["rule"], row["cause"]["key"][:KEY_MAX]))) is not None
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
