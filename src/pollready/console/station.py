"""What a station's page shows: criteria, needs, causes, stops, incidents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pollready.assessment.cases.queries import cases_for, day_of
from pollready.assessment.models import FindingRecord, SavedAssessment, StationRecord
from pollready.assessment.queries import counted_in_scope, findings_for
from pollready.console.claims import sheet_row, written_value
from pollready.console.names import field_name
from pollready.console.needs import Need, read_needs
from pollready.console.places import places_above
from pollready.console.recording import Recorder, Recording
from pollready.console.wording import CauseInWords, Wording
from pollready.language import say
from pollready.obstacles.cases import SETTLED, CaseState
from pollready.obstacles.finding import Severity
from pollready.people.models import User
from pollready.places.models import Listing, Place, PlaceLevel, Stop


@dataclass(frozen=True, slots=True)
class CriterionInWords:
    """One criterion: its value and why."""

    name: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class CauseHere:
    """A cause of this station, with what was found here and what can be recorded against it."""

    cause: CauseInWords
    findings: Sequence[str]
    evidence: Sequence[str]
    recording: Recording
    state: str = ""  # of its case, once something came of it


@dataclass(frozen=True, slots=True)
class StopInWords:
    """One stop of a mobile station, with what is claimed of its radio coverage."""

    ordinal: int
    place: str
    arrive: Any
    leave: Any
    radio: Sequence[str]


@dataclass(frozen=True, slots=True)
class IncidentInWords:
    """What happened here in an earlier round; its free texts may name what lies upstream."""

    election: str
    started_at: datetime | None
    kind: str
    cause: str
    stop_min: int | None
    learned: str


@dataclass(frozen=True, slots=True)
class Station:
    """A station's page."""

    listing: Listing
    record: StationRecord | None
    readiness: str
    county: Place | None
    county_called: str  # as the list of stations takes it
    district: str
    criteria: Sequence[CriterionInWords]
    needs: Need | None
    level_admit: str
    level_close: str
    causes: Sequence[CauseHere]
    stops: Sequence[StopInWords]
    incidents: Sequence[IncidentInWords]
    address: str
    basis: str


def read_station(listing: Listing, wording: Wording, *, viewer: User) -> Station:
    """Read everything that the page of one station shows."""
    record = _record(listing)
    detail: Mapping[str, Any] = record.detail if record else {}
    language = wording.language
    county = _county(listing.point.place)
    return Station(
        listing=listing,
        record=record,
        readiness=_readiness(record),
        county=county,
        county_called=(county.code or county.name) if county else "",
        district=places_above(listing.point.place).get(PlaceLevel.DISTRICT, ""),
        criteria=[_criterion(row, wording) for row in detail.get("criteria", ())],
        needs=read_needs(
            detail.get("requirement", ""),
            round_id=listing.round_id,
            veil=wording.veil,
            language=language,
        ),
        level_admit=_level(detail.get("level_admit"), language),
        level_close=_level(detail.get("level_close"), language),
        causes=_causes(record, listing, wording, viewer) if record else [],
        stops=_stops(listing, wording) if listing.point.kind == "mobile" else [],
        incidents=_incidents(listing, wording, viewer),
        address=wording.veil.text(listing.point.address),
        basis=wording.veil.text(listing.voters_basis),
    )


def _incidents(listing: Listing, wording: Wording, viewer: User) -> list[IncidentInWords]:
    """List the incidents that this viewer is cleared for, without hidden names."""
    cleared = listing.incidents.filter(classification__lte=viewer.clearance)
    shown = wording.veil.text
    return [
        IncidentInWords(
            shown(each.election),
            each.started_at,
            shown(each.kind),
            shown(each.cause),
            each.stop_min,
            shown(each.lesson or each.action),
        )
        for each in cleared.order_by("-started_at", "pk")
    ]


def _record(listing: Listing) -> StationRecord | None:
    """Find the station in the last assessment of its round."""
    last = (
        SavedAssessment.objects.filter(round_id=listing.round_id)
        .values_list("pk", flat=True)
        .first()
    )
    records = StationRecord.objects.select_related("assessment").defer("assessment__summary")
    return records.filter(listing=listing, assessment=last).first()


def _readiness(record: StationRecord | None) -> str:
    if record is None:
        return "unknown"
    return "contradicted" if record.contradicted else record.readiness


def _county(place: Place | None) -> Place | None:
    while place is not None and place.level > PlaceLevel.COUNTY:
        place = place.parent
    return place if place is not None and place.level == PlaceLevel.COUNTY else None


def _criterion(row: Mapping[str, Any], wording: Wording) -> CriterionInWords:
    fields = wording.veil.anything(row.get("fields") or {})
    return CriterionInWords(
        row["name"], row["value"], say(row["reason"], wording.language, **fields)
    )


def _level(levels: Mapping[str, str] | None, language: str) -> str:
    """Say a level; where unknowns make a difference, both readings."""
    if not levels:
        return say("console.unknown", language)
    working, failed = (
        say(f"console.level.{levels[reading]}", language) for reading in ("working", "failed")
    )
    if working == failed:
        return working
    return say("console.station.if_unknowns_work", language, level=working, other=failed)


def _causes(
    record: StationRecord, listing: Listing, wording: Wording, viewer: User
) -> list[CauseHere]:
    """Gather the findings at this station by cause, the most severe first."""
    findings = (
        findings_for(viewer, record.assessment)
        .filter(listing_id=record.listing_id)
        .select_related("cause__case", "listing__point__place__parent__parent")
        .order_by("pk")
    )
    gathered: dict[int, list[FindingRecord]] = {}
    for finding in findings:
        gathered.setdefault(finding.cause_id, []).append(finding)
    severities = list(Severity)
    causes = counted_in_scope(viewer, (found[0].cause for found in gathered.values()))
    said = wording.causes(causes)
    first = [found[0] for found in gathered.values()]
    cases = {
        case.record_id: case
        for case in cases_for(viewer)
        .filter(record__in=gathered)
        .exclude(state__in=[state.value for state in SETTLED])
    }
    day = day_of(record.assessment, listing.round)
    recorder = Recorder(viewer, wording, listing.round, day, first)
    return sorted(
        (
            _cause_here(
                cause,
                found,
                wording,
                recorder.at(cause.rule, found[0], cases.get(found[0].cause_id)),
            )
            for cause, found in zip(said, gathered.values(), strict=True)
        ),
        key=lambda here: severities.index(Severity(here.cause.severity)),
    )


def _cause_here(
    cause: CauseInWords,
    found: Sequence[FindingRecord],
    wording: Wording,
    recording: Recording,
) -> CauseHere:
    evidence = dict.fromkeys(
        _evidence(row, wording.language) for finding in found for row in finding.evidence
    )
    return CauseHere(
        cause,
        [wording.finding(cause.rule, finding) for finding in found],
        [words for words in evidence if words],
        recording,
        _state(found[0]),
    )


def _state(finding: FindingRecord) -> str:
    """Say how far its case is: one checked since stands here until the next assessment."""
    case = getattr(finding.cause, "case", None)  # a cause without one has no such attribute
    return "" if case is None or case.state == CaseState.FOUND else str(case.state)


def _evidence(row: Mapping[str, Any], language: str) -> str:
    """Say where a finding's evidence stands."""
    if not row.get("sheet") or row.get("row") is None:
        return ""
    return sheet_row(row["sheet"], row["row"], language)


def _stops(listing: Listing, wording: Wording) -> list[StopInWords]:
    stops = listing.stops.prefetch_related("claims").order_by("ordinal")
    return [_stop(stop, wording) for stop in stops]


def _stop(stop: Stop, wording: Wording) -> StopInWords:
    radio = [
        say(
            "console.station.of_field",
            wording.language,
            field=field_name(claim.field, wording.language),
            value=written_value(claim.field, claim.value, wording.language),
        )
        for claim in sorted(stop.claims.all(), key=lambda claim: (claim.field, claim.pk))
        if claim.superseded_at is None and claim.field.startswith("signal")
    ]
    place = wording.veil.text(stop.place_name)
    return StopInWords(stop.ordinal, place, stop.arrive, stop.leave, radio)
