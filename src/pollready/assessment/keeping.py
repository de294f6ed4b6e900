"""What lists read of an assessment: signals, software, and what rests on each component."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Max

from pollready.assessment.alone import BELOW_ONLINE, CLOSED
from pollready.assessment.models import (
    Alone,
    CauseRecord,
    ComponentRecord,
    DependenceRecord,
    FindingRecord,
    SavedAssessment,
    Signal,
    SignalRecord,
    StationRecord,
)
from pollready.assessment.result import Assessment, LossAlone
from pollready.assessment.waits import Waits, waits_of
from pollready.audit.bulk import insert_rows
from pollready.audit.turns import delete_in_turns, in_turns
from pollready.obstacles.facts import ComponentFacts, Facts, PathFacts, StationFacts
from pollready.obstacles.paths import routes
from pollready.obstacles.surges import MorningLoad, morning_loads
from pollready.obstacles.thresholds import Thresholds
from pollready.places.models import Agency
from pollready.register.models import Claim, Component, ComponentGroup

# The worst first: of a mobile station's stops the worst counts.
_WORST = (Signal.NONE, Signal.CONTRADICTED, Signal.UNKNOWN, Signal.WEAK, Signal.GOOD)
NAME_MAX, WORD_MAX, AGENCIES_MAX = 200, 20, 500
_LONGEST = timedelta(hours=1)  # no assessment is written for so long


@dataclass(frozen=True, slots=True)
class OfRound:
    """What the columns of all stations of a round are made with."""

    changed_at: Mapping[int, datetime]  # when the newest claim on a listing was recorded
    agencies: Mapping[str, int]  # keys by code
    waits: Waits


def of_round(round_id: int, facts: Facts, thresholds: Thresholds) -> OfRound:
    """Read, and work out together, what the columns of a round's stations are made with."""
    return OfRound(
        newest_changes(round_id),
        dict(Agency._default_manager.values_list("code", "pk")),
        waits_of(facts, thresholds),
    )


def list_columns(facts: StationFacts, agencies: Iterable[str], given: OfRound) -> dict[str, Any]:
    """Give the columns of a station's record that lists filter and sort by."""
    dates = [row.as_of for known in facts.claims.values() for row in known.evidence if row.as_of]
    return {
        "software": str(facts.claim("software").value or "")[:NAME_MAX],
        "cards": str(facts.claim("cards").value or "")[:WORD_MAX],
        "rehearsal": str(facts.claim("rehearsal").value or "")[:WORD_MAX],
        "tested_date": facts.claim("test_date").value,
        "evidence_date": max(dates, default=None),
        "changed_at": given.changed_at.get(facts.listing_id),
        "contradictions": sum(known.contradicted for known in facts.claims.values()),
        **given.waits.columns(facts),
        "agency_ids": _barred(given.agencies[code] for code in agencies if code in given.agencies),
    }


def _barred(keys: Iterable[int]) -> str:
    """Write keys between bars, as many as the column holds."""
    text = "|"
    for key in keys:
        if len(text) + len(str(key)) + 1 > AGENCIES_MAX:
            break
        text += f"{key}|"
    return text if text != "|" else ""


def newest_changes(round_id: int) -> dict[int, datetime]:
    """Tell when the newest current claim on each station of a round was recorded."""
    claims = Claim.objects.filter(listing__round=round_id, superseded_at__isnull=True)
    return dict(claims.values_list("listing").annotate(newest=Max("recorded_at")))


def save_counts(saved: SavedAssessment) -> None:
    """Count once what lists of all stations show above them, from what is saved by now."""
    records = StationRecord._default_manager.filter(assessment=saved)
    versions = Counter(dict(records.values_list("software").annotate(stations=Count("pk"))))
    signals: dict[str, dict[str, int]] = {}
    kept = SignalRecord._default_manager.filter(assessment=saved)
    for operator, signal, stations in kept.values_list("operator", "signal").annotate(
        stations=Count("pk")
    ):
        signals.setdefault(operator, {})[signal] = stations
    saved.counts = {
        "stations": versions.total(),
        "software": sorted(versions.items(), key=lambda row: (-row[1], row[0])),
        "signals": signals,
    }
    SavedAssessment.everything.filter(pk=saved.pk).update(counts=saved.counts)


def save_signals(saved: SavedAssessment, stations: Iterable[StationFacts]) -> None:
    """Write every operator's signal at every station."""
    rows = (
        (saved.pk, station.listing_id, operator[:NAME_MAX], signal.value, tested)
        for station in stations
        for operator, (signal, tested) in _signals(station).items()
    )
    fields = ("assessment", "listing", "operator", "signal", "tested_date")
    in_turns(rows, partial(insert_rows, SignalRecord, fields))


def _signals(station: StationFacts) -> dict[str, tuple[Signal, date | None]]:
    """Give the worst signal and the oldest test of each operator along the route."""
    ways = routes(station) or (station.paths,)
    found: dict[str, tuple[Signal, date | None]] = {}
    for paths in ways:
        for label, (signal, tested) in _best(paths).items():
            if label in found:
                other, before = found[label]
                signal = min(signal, other, key=_WORST.index)
                tested = min(tested, before) if tested and before else None
            found[label] = signal, tested
    return found


def _best(paths: Iterable[PathFacts]) -> dict[str, tuple[Signal, date | None]]:
    """Give an operator's signal at one place: of two cards of one operator the better."""
    found: dict[str, tuple[Signal, date | None]] = {}
    for path in paths:
        signal, tested = _signal(path), path.test_date.value if path.test_date.known else None
        if path.label not in found or _WORST.index(signal) > _WORST.index(found[path.label][0]):
            found[path.label] = signal, tested
    return found


def _signal(path: PathFacts) -> Signal:
    if path.signal.contradicted or path.test_date.contradicted:
        return Signal.CONTRADICTED
    try:
        return Signal(path.signal.value)
    except ValueError:
        return Signal.UNKNOWN


def save_components(saved: SavedAssessment, assessment: Assessment, thresholds: Thresholds) -> None:
    """Write what rests on each component and group, and the morning of those with a capacity."""
    ids = _ids(saved.round_id)
    voters = {station.listing_id: station.voters for station in assessment.stations}
    known = [facts for code, facts in assessment.facts.components.items() if code in ids]
    mornings = morning_loads(assessment.facts, thresholds)
    records: list[ComponentRecord] = []
    in_turns(
        (
            _record(saved, facts, ids[facts.code], assessment, voters, mornings.get(facts.code))
            for facts in known
        ),
        lambda part: records.extend(ComponentRecord.objects.bulk_create(part)),
    )
    pairs = ((record.pk, facts) for record, facts in zip(records, known, strict=True))
    fields = ("record", "listing", "alone")
    in_turns(_dependences(assessment, pairs), partial(insert_rows, DependenceRecord, fields))


def forget_dependences(saved: SavedAssessment) -> None:
    """Take out what earlier assessments of the round said rests on each: they keep the sums."""
    earlier = DependenceRecord.objects.filter(record__assessment__round=saved.round_id)
    delete_in_turns(earlier.exclude(record__assessment=saved))


def take_out(saved: SavedAssessment) -> None:
    """Take out an assessment that broke off, with all that was written of it."""
    for rows in (
        FindingRecord.objects.filter(cause__assessment=saved),
        CauseRecord.objects.filter(assessment=saved),
        DependenceRecord.objects.filter(record__assessment=saved),
        ComponentRecord.objects.filter(assessment=saved),
        SignalRecord.objects.filter(assessment=saved),
        StationRecord.objects.filter(assessment=saved),
    ):
        delete_in_turns(rows)
    saved.delete()


def take_out_broken_off(round_id: int, *, now: datetime) -> None:
    """Take out what writers left that ended half-way; one that still writes is not so old."""
    left = SavedAssessment.everything.filter(
        round_id=round_id, whole=False, made_at__lt=now - _LONGEST
    )
    for saved in left.defer("summary"):
        take_out(saved)


def _ids(round_id: int) -> dict[str, tuple[str, int]]:
    """Give the table and key of every component and group by its code."""
    found: dict[str, tuple[str, int]] = {}
    for name, table in (("component", Component), ("group", ComponentGroup)):
        rows = table._default_manager.filter(round=round_id).values_list("code", "pk")
        found.update({code: (f"{name}_id", pk) for code, pk in rows})
    return found


def _record(
    saved: SavedAssessment,
    facts: ComponentFacts,
    which: tuple[str, int],
    assessment: Assessment,
    voters: Mapping[int, int | None],
    morning: MorningLoad | None,
) -> ComponentRecord:
    behind = [count for listing in facts.behind if (count := voters.get(listing)) is not None]
    costs = assessment.alone.costs.get(facts.code, {})
    closed = _working(costs, CLOSED)
    return ComponentRecord(
        assessment=saved,
        stations_behind=len(facts.behind),
        voters_behind=sum(behind) if behind else None,
        stations_closed=closed.stations if closed else 0,
        voters_closed=closed.voters if closed else None,
        stations_below_online=cost.stations if (cost := _working(costs, BELOW_ONLINE)) else 0,
        capacity_per_s=morning.capacity.value if morning else None,
        morning_share=morning.utilisation if morning else None,
        losses={
            level: {
                reading: [cost.stations, cost.voters, cost.without_voters]
                for reading, cost in by_reading.items()
            }
            for level, by_reading in costs.items()
        },
        **{which[0]: which[1]},
    )


def _working(costs: Mapping[str, Mapping[str, LossAlone]], level: str) -> LossAlone | None:
    return costs.get(level, {}).get("working")


def _dependences(
    assessment: Assessment, records: Iterable[tuple[int, ComponentFacts]]
) -> Iterator[tuple[int, int, int]]:
    codes = {station.listing_id: station.code for station in assessment.stations}
    nothing: Mapping[str, frozenset[str]] = {}
    closed = assessment.alone.falls.get(CLOSED, nothing)
    below = assessment.alone.falls.get(BELOW_ONLINE, nothing)
    none: frozenset[str] = frozenset()
    for pk, facts in records:
        for listing in sorted(facts.behind):
            station = codes[listing]
            if facts.code in closed.get(station, none):
                alone = Alone.CLOSED
            elif facts.code in below.get(station, none):
                alone = Alone.BELOW_ONLINE
            else:
                alone = Alone.NOTHING
            yield pk, listing, alone.value


def contradicted_fields(facts: StationFacts) -> list[str]:
    """Name the fields of a station about which its sources differ."""
    return sorted(name for name, known in facts.claims.items() if known.contradicted)


def disputed_fields(facts: StationFacts) -> list[str]:
    """Name these, and those of its stops: where radio coverage of a mobile station is recorded."""
    at_stops = any(
        path.signal.contradicted or path.test_date.contradicted
        for stop in facts.stops
        for path in stop.paths
    )
    return sorted({*contradicted_fields(facts), *(("signal_1", "signal_2") if at_stops else ())})
