"""Assessing a round: compile, ask the engine, fill the facts, run the rules, add up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from pollready.assessment.commitments import agency_commitments
from pollready.assessment.compiling import Compiled, CompiledStation, compile_network
from pollready.assessment.confidence import data_confidence
from pollready.assessment.contingencies import Answers, ask_engine
from pollready.assessment.decisions import decisions_needed
from pollready.assessment.filling import fill_facts
from pollready.assessment.likelihoods import NO_LIKELIHOODS, Likelihoods, likelihoods_of
from pollready.assessment.models import SavedAssessment
from pollready.assessment.people import PeopleIndex
from pollready.assessment.radio import with_estimates
from pollready.assessment.readiness import Judge, is_contradicted, make_judge, readiness_of
from pollready.assessment.reading import Register, read_register, service_period
from pollready.assessment.result import Assessment, StationResult
from pollready.assessment.rollups import tallies, tally
from pollready.assessment.standing import standing
from pollready.engine.expression import str_of
from pollready.engine.terrain import Terrain
from pollready.history.queries import incidents_before
from pollready.obstacles import group, run_rules
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.facts import Facts, StationFacts
from pollready.obstacles.finding import Cause, Finding, Severity
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.thresholds import Thresholds

# Findings of these rules are about the data rather than about a station.
DATA_RULES = (
    "no_evidence", "claim_contradicted", "claim_too_old", "coordinates_implausible",
    "radio_disputed", "reserve_counted_twice",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Workings:
    """Everything that an assessment was worked out from, and what came of it on the way."""

    rows: Register  # as they were read
    register: Register  # with the claims that stand
    thresholds: Thresholds
    people: PeopleIndex
    compiled: Compiled
    answers: Answers
    facts: Facts
    findings: tuple[Finding, ...]
    causes: tuple[Cause, ...]
    stations: tuple[StationResult, ...]
    likelihoods: Likelihoods
    terrain: Terrain | None


def assess(
    round_id: int,
    *,
    as_of: date,
    thresholds: Thresholds | None = None,
    recorded_by: datetime | None = None,
    terrain: Terrain | None = None,
) -> Assessment:
    """Assess a round as of a date: by the claims recorded by the end of that day.

    `recorded_by` is another moment of record, for a file that is read only now and speaks for
    an earlier day. Over `terrain` radio coverage is estimated where no test on site tells it.

    Raises `ElectionRound.DoesNotExist`, and `engine.network.InvalidNetwork` where the
    requirements of the register form a circle.
    """
    thresholds = thresholds or office_thresholds()
    rows = read_register(round_id, recorded_by or end_of(as_of))
    likelihoods = likelihoods_of_round(rows, thresholds)
    assessment = assessed(
        work_out(rows, as_of=as_of, thresholds=thresholds, likelihoods=likelihoods, terrain=terrain)
    )
    total = assessment.total
    change = _change(round_id, total.ready, total.not_ready, total.unknown)
    return replace(assessment, change=change)


def work_out_at(
    round_id: int, moment: datetime, *, as_of: date, terrain: Terrain | None = None
) -> Workings:
    """Work a round out by what was recorded by a moment, keeping nothing.

    Raises `engine.network.InvalidNetwork` where the requirements form a circle.
    """
    rows, thresholds = read_register(round_id, max(moment, end_of(as_of))), office_thresholds()
    likelihoods = likelihoods_of_round(rows, thresholds)
    return work_out(
        rows, as_of=as_of, thresholds=thresholds, likelihoods=likelihoods, terrain=terrain
    )


def likelihoods_of_round(rows: Register, thresholds: Thresholds) -> Likelihoods:
    """Estimate from the incidents of earlier rounds what the rows do not say of components."""
    return likelihoods_of(
        rows,
        incidents_before(rows.round.pk, rows.round.election_date),
        service_starts_h=thresholds.service_starts_h,
        service_h=thresholds.service_h,
    )


def work_out(
    rows: Register,
    *,
    as_of: date,
    thresholds: Thresholds,
    likelihoods: Likelihoods = NO_LIKELIHOODS,
    terrain: Terrain | None = None,
) -> Workings:
    """Work an assessment out from rows alone, without the database.

    Raises `engine.network.InvalidNetwork` where the requirements form a circle.
    """
    register = standing(rows)
    people = PeopleIndex(register, as_of)
    compiled = compile_network(register, people, likelihoods)
    service = service_period(register, thresholds.service_starts_h, thresholds.service_h)
    answers = ask_engine(compiled, register, thresholds, thresholds.service_h)
    facts = fill_facts(register, compiled, people, answers.structure, as_of=as_of, service=service)
    facts = with_estimates(facts, register, terrain)
    findings = run_rules(facts, thresholds)
    stations = judge_stations(
        compiled.stations,
        facts.stations,
        make_judge(facts, thresholds, severe_criteria(findings)),
        answers,
        register,
    )
    causes = group(findings, facts)
    return Workings(
        rows, register, thresholds, people, compiled, answers, facts, findings, causes, stations,
        likelihoods, terrain,
    )  # fmt: skip


def end_of(day: date) -> datetime:
    """Give the moment at which a day ends here."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time(0)))


def judge_stations(
    compiled: Iterable[CompiledStation],
    stations: Iterable[StationFacts],
    judge: Judge,
    answers: Answers,
    register: Register,
) -> tuple[StationResult, ...]:
    """Judge stations by their facts; `compiled` are the same stations in the same order."""
    return tuple(
        _station(one, station, judge, answers, register)
        for one, station in zip(compiled, stations, strict=True)
    )


def severe_criteria(findings: tuple[Finding, ...]) -> dict[int, frozenset[int | None]]:
    """Gather, by listing, the criteria to which its severe findings speak."""
    criterion_of = {rule.code: rule.criterion for rule in RULES}
    found: dict[int, set[int | None]] = {}
    for finding in findings:
        if finding.severity is Severity.SEVERE and finding.listing_id is not None:
            found.setdefault(finding.listing_id, set()).add(criterion_of[finding.rule])
    return {listing: frozenset(criteria) for listing, criteria in found.items()}


def _station(
    compiled: CompiledStation,
    station: StationFacts,
    judge: Judge,
    answers: Answers,
    register: Register,
) -> StationResult:
    criteria = judge.criteria_of(station)
    upstream = tuple(sorted(answers.structure.cone.get(station.code, ())))
    return StationResult(
        listing_id=station.listing_id,
        code=station.code,
        name=station.name,
        kind=station.kind,
        county=station.county,
        county_code=station.county_code,
        district=station.district,
        lat=station.lat,
        lon=station.lon,
        voters=station.voters,
        readiness=readiness_of(criteria),
        contradicted=is_contradicted(criteria),
        on_course=judge.on_course(station, criteria),
        criteria=criteria,
        level_admit=answers.levels("admit", station.code),
        level_close=answers.levels("close", station.code),
        closed_prob=answers.closed_prob.get(station.code),
        upstream=upstream,
        requirement=str_of(compiled.online),
        agencies=_agencies(upstream, register),
    )


def _agencies(upstream: tuple[str, ...], register: Register) -> tuple[str, ...]:
    rows = register.components
    return tuple(
        sorted({rows[code].agency for code in upstream if code in rows and rows[code].agency})
    )


def assessed(workings: Workings) -> Assessment:
    """Add up what was worked out; `change` is None: that is for whoever kept an assessment."""
    register, facts, stations = workings.register, workings.facts, workings.stations
    answers, causes, findings = workings.answers, workings.causes, workings.findings
    total = tally(stations)
    rehearsal = {"passed": 0, "failed": 0, "absent": 0, "unknown": 0}
    for station in facts.stations:
        rehearsal[str(station.claim("rehearsal").value or "unknown")] += 1
    faults: dict[str, int] = {}
    for finding in findings:
        if finding.rule in DATA_RULES:
            faults[finding.rule] = faults.get(finding.rule, 0) + 1
    return Assessment(
        round_id=register.round.pk,
        round_name=register.round.name,
        jurisdiction=register.round.jurisdiction,
        election_date=facts.election_date,
        as_of=facts.as_of,
        classification=register.classification,
        facts=facts,
        stations=stations,
        total=total,
        by_kind=tallies(stations, lambda station: [station.kind]),
        by_county=tallies(stations, lambda station: [station.county_code]),
        by_district=tallies(stations, lambda station: [(station.county_code, station.district)]),
        by_agency=tallies(stations, lambda station: station.agencies),
        county_names={station.county_code: station.county for station in stations},
        causes=causes,
        findings=findings,
        decisions=decisions_needed(causes, facts, workings.thresholds),
        commitments=agency_commitments(register, facts),
        vulnerabilities=answers.vulnerabilities,
        voters_affected=answers.voters_affected,
        voters_below_online=answers.voters_below_online,
        rehearsal=rehearsal,
        confidence=data_confidence(facts),
        components=len(register.components),
        groups=len(register.groups),
        change=None,
        data_faults=faults,
        likelihoods=workings.likelihoods.rows,
        figure_basis=workings.compiled.figure_basis,
        alone=answers.alone,
    )


def _change(round_id: int, ready: int, not_ready: int, unknown: int) -> Mapping[str, int] | None:
    """Compare with the last saved assessment of the round; None if there is none."""
    last = SavedAssessment.objects.filter(round_id=round_id).first()
    if last is None:
        return None
    before: dict[str, Any] = last.summary["total"]
    return {
        "ready": ready - before["ready"],
        "not_ready": not_ready - before["not_ready"],
        "unknown": unknown - before["unknown"],
    }
