"""Running the rules again for one case that somebody claims is fixed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.assessment.assessing import (
    Workings,
    work_out_at,
)
from pollready.assessment.cases.disputes import disputes_of
from pollready.assessment.cases.queries import day_of
from pollready.assessment.cases.sync import settle
from pollready.assessment.document import plain
from pollready.assessment.keeping import disputed_fields
from pollready.audit.commands import Entry, record
from pollready.engine.network import InvalidNetwork
from pollready.engine.terrain import Terrain
from pollready.obstacles.cases import CaseState, when_found, when_not_found
from pollready.obstacles.finding import Cause
from pollready.obstacles.models import KEY_MAX, CaseEvent, ObstacleCase

ACTOR = "assessment"
SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """What running the rules again said: at how many stations the obstacle still is."""

    state: str
    stations: int | None  # None where it is no longer found


def recheck(case_id: int, *, now: datetime, terrain: Terrain | None = None) -> Checked | None:
    """Assess the round as the register stands and settle the case, or send it back to work.

    Nothing but the case is written: the next assessment says what has changed in the round.
    None where the case does not wait for a check, or was taken out of that state meanwhile.
    """
    case = _waiting(case_id)
    if case is None or case.record is None:
        return None
    as_of = day_of(case.record.assessment, case.round)
    try:
        workings = work_out_at(case.round_id, now, as_of=as_of, terrain=terrain)
    except InvalidNetwork as error:
        _could_not(case, error, now)
        return None
    return _conclude(case, _cause_in(workings, case), workings, now)


def _waiting(case_id: int, *, lock: bool = False) -> ObstacleCase | None:
    cases = ObstacleCase.objects.select_related("round", "record__assessment")
    if lock:
        cases = cases.select_for_update(of=("self",))
    return (
        cases.defer("record__assessment__summary")
        .filter(pk=case_id, state=CaseState.CLAIMED_FIXED.value)
        .first()
    )


def _cause_in(workings: Workings, case: ObstacleCase) -> Cause | None:
    return next(
        (c for c in workings.causes if c.rule == case.rule and c.key[:KEY_MAX] == case.key), None
    )


@transaction.atomic
def _conclude(
    case: ObstacleCase, cause: Cause | None, workings: Workings, now: datetime
) -> Checked | None:
    """Write what the rule said, unless the case was taken back while it ran."""
    locked = _waiting(case.pk, lock=True)
    if locked is None or locked.version != case.version:
        return None
    before = CaseState(locked.state)
    disputes = {} if cause else disputes_of(locked, _disputed(workings))
    if cause is None:
        after = when_not_found(before, is_disputed=bool(disputes))
        settle(locked, after, workings.facts.as_of)
    else:
        locked.state = when_found(before, waiver_ended=False).value
    locked.version += 1
    locked.save()
    detail = {"as_of": workings.facts.as_of.isoformat(), **_detail(cause, disputes)}
    CaseEvent.objects.create(
        case=locked, kind=CaseEvent.Kind.CHECKED, at=now, by=None, before=before.value,
        after=locked.state, detail=detail,
    )  # fmt: skip
    _log(locked, {"state": before.value}, {"state": locked.state}, now)
    return Checked(locked.state, None if cause is None else cause.stations)


def _disputed(workings: Workings) -> dict[int, list[str]]:
    """Give the fields of each station on which its sources differ, now."""
    stations = zip(workings.stations, workings.facts.stations, strict=True)
    return {station.listing_id: disputed_fields(facts) for station, facts in stations}


def _detail(cause: Cause | None, disputes: Mapping[int, list[str]]) -> dict[str, Any]:
    """Keep where it is still found and why, so that the page can say so to who may see it."""
    if cause is None and disputes:
        rows = [{"listing": pk, "fields": fields} for pk, fields in disputes.items()]
        return {"found": False, "disputed": rows[:SHOWN_MAX]}
    if cause is None:
        return {"found": False}
    listings = sorted({f.listing_id for f in cause.findings if f.listing_id is not None})
    still = [
        {
            "listing": finding.listing_id,
            "fields": plain(finding.fields) | {"upstream": list(finding.upstream)},
        }
        for finding in cause.findings[:SHOWN_MAX]
    ]
    return {"found": True, "stations": cause.stations, "listings": listings, "still": still}


@transaction.atomic
def _could_not(case: ObstacleCase, error: InvalidNetwork, now: datetime) -> None:
    """Note that the register could not be assessed; the claim stands until it can be."""
    CaseEvent.objects.create(
        case=case, kind=CaseEvent.Kind.CHECKED, at=now, by=None, before=case.state,
        after=case.state, detail={"error": "network"},
    )  # fmt: skip
    _log(case, {"state": case.state}, {"state": case.state, "error": type(error).__name__}, now)


def _log(case: ObstacleCase, before: dict[str, Any], after: dict[str, Any], now: datetime) -> None:
    record(
        actor=ACTOR,
        command="recheck",
        now=now,
        entries=[Entry("obstacle_case", str(case.pk), before, after)],
    )
