"""Keeping an assessment for the console and for the trend."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from pollready.assessment.cases.sync import sync_cases
from pollready.assessment.document import plain, to_summary
from pollready.assessment.keeping import (
    OfRound,
    contradicted_fields,
    disputed_fields,
    forget_dependences,
    list_columns,
    of_round,
    save_components,
    save_counts,
    save_signals,
    take_out,
    take_out_broken_off,
)
from pollready.assessment.models import (
    CauseRecord,
    FindingRecord,
    SavedAssessment,
    StationRecord,
)
from pollready.assessment.result import Assessment, CriterionValue, StationResult
from pollready.audit.commands import Entry, record
from pollready.audit.logins import login
from pollready.audit.turns import in_turns
from pollready.obstacles.facts import StationFacts
from pollready.obstacles.models import KEY_MAX
from pollready.obstacles.office import office_thresholds
from pollready.obstacles.thresholds import Thresholds, as_data

LETTERS = {
    CriterionValue.MET: "m",
    CriterionValue.UNMET: "u",
    CriterionValue.UNKNOWN: "?",
    CriterionValue.CONTRADICTED: "c",
}


def save_assessment(
    assessment: Assessment,
    *,
    now: datetime,
    thresholds: Thresholds | None = None,
    actor: str | None = None,
) -> SavedAssessment:
    """Write an assessment with all that is read of it later, and record it in the log.

    The cases of the round's obstacles follow: found, still found, or no longer found. It is
    written in turns, which nobody sees; one short transaction then makes it the current one.
    """
    take_out_broken_off(assessment.round_id, now=now)
    thresholds = thresholds or office_thresholds()
    saved = SavedAssessment.everything.create(
        round_id=assessment.round_id,
        made_at=now,
        as_of_date=assessment.as_of,
        summary=to_summary(assessment, mask=None),
        thresholds=as_data(thresholds),
        classification=assessment.classification,
        whole=False,
    )
    try:
        causes = _write(saved, assessment, thresholds)
        _make_current(saved, causes, assessment, thresholds, now, actor)
    except BaseException:
        if not connection.in_atomic_block:  # else it goes with the transaction
            take_out(saved)
        raise
    forget_dependences(saved)
    return saved


def _write(
    saved: SavedAssessment, assessment: Assessment, thresholds: Thresholds
) -> list[CauseRecord]:
    """Write everything that hangs on the assessment, which is not shown yet."""
    given = of_round(assessment.round_id, assessment.facts, thresholds)
    in_turns(
        (
            _station_record(saved, station, facts, given)
            for station, facts in zip(assessment.stations, assessment.facts.stations, strict=True)
        ),
        StationRecord.objects.bulk_create,
    )
    causes = _save_causes(saved, assessment)
    save_signals(saved, assessment.facts.stations)
    save_components(saved, assessment, thresholds)
    save_counts(saved)
    return causes


@transaction.atomic
def _make_current(
    saved: SavedAssessment,
    causes: list[CauseRecord],
    assessment: Assessment,
    thresholds: Thresholds,
    now: datetime,
    actor: str | None,
) -> None:
    """Turn to the assessment at once: from now on it is the one that is shown."""
    cases = sync_cases(saved, causes, thresholds=thresholds, now=now)
    saved.whole = True
    SavedAssessment.everything.filter(pk=saved.pk).update(whole=True)
    total = assessment.total
    after = {
        "as_of": assessment.as_of.isoformat(),
        "stations": total.stations,
        "ready": total.ready,
        "not_ready": total.not_ready,
        "unknown": total.unknown,
    }
    record(
        actor=actor or login(),
        command="save_assessment",
        now=now,
        entries=[Entry("assessment", str(saved.pk), None, after), *cases],
    )


def _station_record(
    saved: SavedAssessment,
    station: StationResult,
    facts: StationFacts,
    given: OfRound,
) -> StationRecord:
    chance = station.closed_prob
    detail: dict[str, Any] = {
        "criteria": plain(station.criteria),
        "requirement": station.requirement,
        "level_admit": plain(station.level_admit),
        "level_close": plain(station.level_close),
        "upstream": list(station.upstream),
        "agencies": list(station.agencies),
        "contradicted": contradicted_fields(facts),
        "disputed": disputed_fields(facts),
    }
    return StationRecord(
        assessment=saved,
        listing_id=station.listing_id,
        readiness=station.readiness.value,
        contradicted=station.contradicted,
        on_course=station.on_course.value,
        criteria="".join(LETTERS[criterion.value] for criterion in station.criteria),
        closed_prob_low=None if chance is None else chance.low,
        closed_prob_high=None if chance is None else chance.high,
        detail=detail,
        **list_columns(facts, station.agencies, given),
    )


def _save_causes(saved: SavedAssessment, assessment: Assessment) -> list[CauseRecord]:
    """Write causes first, in their order, then the findings under them."""
    records: list[CauseRecord] = []
    in_turns(
        (
            CauseRecord(
                assessment=saved,
                rule=cause.rule,
                key=cause.key[:KEY_MAX],
                severity=cause.severity.value,
                owner=cause.owner,
                fields=plain(cause.findings[0].fields),
                stations=cause.stations,
                voters=cause.voters,
            )
            for cause in assessment.causes
        ),
        lambda part: records.extend(CauseRecord.objects.bulk_create(part)),
    )
    in_turns(
        (
            FindingRecord(
                cause=cause_record,
                listing_id=finding.listing_id,
                fields=plain(finding.fields) | {"upstream": list(finding.upstream)},
                evidence=plain(finding.evidence),
            )
            for cause_record, cause in zip(records, assessment.causes, strict=True)
            for finding in cause.findings
        ),
        FindingRecord.objects.bulk_create,
    )
    return records
