"""After an assessment: which cases it finds, still or again, and which it no longer finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pollready.assessment.cases.disputes import disputed_cases
from pollready.assessment.models import CauseRecord, SavedAssessment
from pollready.audit.commands import Entry
from pollready.obstacles.cases import SETTLED, CaseState, when_found, when_not_found
from pollready.obstacles.due import SEVERITY_ORDER, due_date, gate_of
from pollready.obstacles.finding import Severity
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.obstacles.thresholds import Thresholds

BATCH = 500
_WRITTEN = (
    "record", "state", "severity", "severity_rank", "stations", "voters", "owner", "due_gate",
    "due_date", "found_date", "settled_date", "waived_until_date", "waived_until_gate",
    "waiver_authority", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """The assessment with which cases are compared."""

    saved: SavedAssessment
    election_date: date | None
    thresholds: Thresholds
    now: datetime

    @property
    def as_of(self) -> date:
        return self.saved.as_of_date


def sync_cases(
    saved: SavedAssessment,
    records: Iterable[CauseRecord],
    *,
    thresholds: Thresholds,
    now: datetime,
) -> list[Entry]:
    """Bring the round's cases in line with what an assessment found; give what changed.

    Must stand inside the transaction that saves the assessment.
    """
    look = _Look(saved, saved.round.election_date, thresholds, now)
    known = {
        (case.rule, case.key): case
        for case in ObstacleCase.objects.select_for_update().filter(round_id=saved.round_id)
    }
    made = _make_new(look, [record for record in records if _key(record) not in known])
    found = {_key(record): record for record in records}
    events, entries = [], [_entry(case, None) for case in made]
    events += [_event(look, case, "", case.state) for case in made]
    gone = [case for key, case in known.items() if key not in found and case.state not in SETTLED]
    disputed = disputed_cases(gone, saved)
    for key, case in known.items():
        before = case.state
        record = found.get(key)
        if record is None:
            _not_found(look, case, is_disputed=case.pk in disputed)
        else:
            _found(look, case, record)
        if case.state != before:
            case.version += 1
            events.append(_event(look, case, before, case.state))
            entries.append(_entry(case, before))
    ObstacleCase.objects.bulk_update(known.values(), _WRITTEN, batch_size=BATCH)
    CaseEvent.objects.bulk_create(events, batch_size=BATCH)
    _hand_on_owners([case for case in known.values() if case.owner_given])
    return entries


def _key(record: CauseRecord) -> tuple[str, str]:
    return record.rule, record.key


def _make_new(look: _Look, records: list[CauseRecord]) -> list[ObstacleCase]:
    cases = []
    for record in records:
        case = ObstacleCase(
            round_id=look.saved.round_id,
            rule=record.rule,
            key=record.key,
            state=CaseState.FOUND.value,
            found_date=look.as_of,
        )
        _describe(look, case, record)
        cases.append(case)
    return ObstacleCase.objects.bulk_create(cases, batch_size=BATCH)


def _describe(look: _Look, case: ObstacleCase, record: CauseRecord) -> None:
    """Take over what the assessment says; what a person decided stays."""
    case.record = record
    case.severity = record.severity
    case.severity_rank = SEVERITY_ORDER.index(Severity(record.severity))
    case.stations, case.voters = record.stations, record.voters
    if not case.owner_given:
        case.owner = record.owner
    if not case.due_given:
        case.due_gate = gate_of(record.rule, record.fields)
    case.due_date = due_date(case.due_gate, look.election_date, look.thresholds)


def _found(look: _Look, case: ObstacleCase, record: CauseRecord) -> None:
    until = case.waived_until_date
    ended = until is not None and until < look.as_of
    was_settled = case.state in SETTLED
    case.state = when_found(CaseState(case.state), waiver_ended=ended).value
    if was_settled:
        case.found_date, case.settled_date = look.as_of, None
    if case.state != CaseState.WAIVED:
        end_waiver(case)
    _describe(look, case, record)


def _not_found(look: _Look, case: ObstacleCase, *, is_disputed: bool) -> None:
    settle(case, when_not_found(CaseState(case.state), is_disputed=is_disputed), look.as_of)


def settle(case: ObstacleCase, state: CaseState, day: date) -> None:
    """Write down on the case that its rule no longer finds it; it is not saved here."""
    if case.state in SETTLED:
        return
    if state not in SETTLED:  # it is disputed
        case.state = state.value
        return
    case.state, case.settled_date = state.value, day
    end_waiver(case)


def end_waiver(case: ObstacleCase) -> None:
    """Take a waiver off the case; the time line keeps it."""
    case.waived_until_date, case.waived_until_gate, case.waiver_authority = None, "", ""


def _event(look: _Look, case: ObstacleCase, before: str, after: str) -> CaseEvent:
    detail: Mapping[str, Any] = {
        "as_of": look.as_of.isoformat(),
        "stations": case.stations,
    }
    return CaseEvent(
        case=case, kind=CaseEvent.Kind.STATE, at=look.now, before=before, after=after, detail=detail
    )


def _entry(case: ObstacleCase, before: str | None) -> Entry:
    described = {"rule": case.rule, "state": case.state, "owner": case.owner}
    return Entry(
        "obstacle_case", str(case.pk), None if before is None else {"state": before}, described
    )


def _hand_on_owners(cases: list[ObstacleCase]) -> None:
    """Let the records of this assessment name the owner whom a person gave the case."""
    changed = []
    for case in cases:
        record = case.record
        if case.state not in SETTLED and record is not None and record.owner != case.owner:
            record.owner = case.owner
            changed.append(record)
    CauseRecord.objects.bulk_update(changed, ["owner"], batch_size=BATCH)
