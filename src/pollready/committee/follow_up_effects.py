"""What came of a follow-up: its figure at every station from the start, and after it was done.

    {"readiness": "not_ready", "criteria": "mu?m...", "rules": ["battery_short"],
     "asks": ["no_evidence:battery_h"]}

What a station's `before` and `after` hold is written by one function for both, from a saved
assessment at the start and from running the rules anew afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from pollready.assessment.assessing import (
    Workings,
    work_out_at,
)
from pollready.assessment.cases.queries import day_of
from pollready.assessment.commands import LETTERS
from pollready.assessment.models import (
    DependenceRecord,
    FindingRecord,
    SavedAssessment,
    StationRecord,
)
from pollready.assessment.queries import last_assessment
from pollready.assessment.result import CRITERIA
from pollready.audit.commands import Entry, record
from pollready.committee.covering import components_matching, stations_matching
from pollready.committee.duty_states import DutyState
from pollready.duties.follow_ups.commands import FollowUpDraft, change_follow_up, start_follow_up
from pollready.duties.follow_ups.models import (
    Figure,
    FollowUp,
    FollowUpEvent,
    FollowUpObject,
    FollowUpState,
)
from pollready.duties.follow_ups.rules import FollowUpRefused, is_told_by_register
from pollready.duties.models import Covers
from pollready.engine.network import InvalidNetwork
from pollready.engine.terrain import Terrain
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.evidence import fields_looked_at
from pollready.obstacles.finding import Severity
from pollready.people.models import User

ACTOR = "assessment"
CRITERION_OF = {rule.code: rule.criterion for rule in RULES}
# Rules whose findings tell what is not known, or not agreed.
_ASKING = ("no_evidence", "claim_contradicted")
_OF_LETTER = {
    "m": DutyState.DONE,
    "u": DutyState.OPEN,
    "?": DutyState.UNKNOWN,
    "c": DutyState.CONTRADICTED,
}


class Verdict(StrEnum):
    """What the register says of a follow-up that was reported done."""

    REACHED = "reached"  # at every station where it was wanting
    PARTLY = "partly"  # at some
    UNMOVED = "unmoved"  # at none, and somewhere the register says that it is as it was
    UNKNOWN = "unknown"  # evidence is missing or contradicted wherever it was wanting
    UNMEASURED = "unmeasured"  # the register knows nothing of what is meant


@dataclass(frozen=True, slots=True)
class Effect:
    """What changed between the start and the last check, at the stations counted."""

    stations: int = 0
    obstacles_before: int = 0
    obstacles_after: int = 0
    closed: int = 0  # obstacles that were found at the start and are no longer
    closed_at: int = 0  # stations with one or more of these
    ready_before: int = 0
    ready_after: int = 0
    became_ready: int = 0
    voters_ready: int | None = 0  # behind those that became ready; None if none is known
    wanting_before: int = 0  # stations where the figure was not as it should be
    wanting_after: int = 0
    unknown_after: int = 0  # among these, where it is not known or contradicted
    voters_before: int | None = 0  # behind these stations
    voters_after: int | None = 0


def start_measured(draft: FollowUpDraft, *, round_id: int, by: User, now: datetime) -> FollowUp:
    """Start a follow-up with its stations and what the register says of them from the start.

    Raises `NotPermitted`, `FollowUpRefused`.
    """
    with transaction.atomic():
        follow_up = start_follow_up(draft, round_id=round_id, by=by, now=now)
        measure_start(follow_up, by=by, now=now)
    return follow_up


def change_measured(
    follow_up_id: int, draft: FollowUpDraft, *, round_id: int, version: int, reason: str,
    by: User, now: datetime,
) -> FollowUp:  # fmt: skip
    """Change a follow-up; with another aim it is measured from now on.

    Raises what `change_follow_up` raises.
    """
    with transaction.atomic():
        follow_up = change_follow_up(
            follow_up_id, draft, round_id=round_id, version=version, reason=reason, by=by, now=now
        )
        if follow_up.measured_at is None:
            measure_start(follow_up, by=by, now=now)
    return follow_up


def measure_start(follow_up: FollowUp, *, by: User, now: datetime) -> None:
    """Keep which stations it is about, and what the last assessment found of each.

    Raises `FollowUpRefused` where its filter finds nothing within the scope of `by`.
    """
    saved = last_assessment(follow_up.round_id)
    listings = _listings(follow_up, saved, by, now)
    records = {} if saved is None else _of_saved(saved, listings)
    kept = {
        row.listing_id: row
        for row in FollowUpObject.objects.filter(follow_up=follow_up)
        if row.listing_id is not None
    }
    for listing, row in kept.items():
        row.before = records.get(listing)
        row.is_wanting = is_wanting(follow_up, row.before)
    FollowUpObject.objects.bulk_update(kept.values(), ["before", "is_wanting"], batch_size=500)
    new = [
        FollowUpObject(
            follow_up=follow_up,
            listing_id=listing,
            before=records.get(listing),
            is_wanting=is_wanting(follow_up, records.get(listing)),
        )
        for listing in sorted(set(listings) - kept.keys())
    ]
    FollowUpObject.objects.bulk_create(new, batch_size=1000)
    follow_up.measured_at = now
    as_of = saved.as_of_date if saved else None
    follow_up.before = _figure(follow_up, records, as_of, len(listings))
    follow_up.save(update_fields=["measured_at", "before"])


def _listings(
    follow_up: FollowUp, saved: SavedAssessment | None, by: User, now: datetime
) -> set[int]:
    """Give the stations covered, or those that rest on the components covered."""
    if follow_up.covers == Covers.OWNER:
        return set()
    if follow_up.covers == Covers.STATIONS:
        chosen = follow_up.objects_of.filter(listing__isnull=False)
        listings = set(chosen.values_list("listing_id", flat=True))
        if follow_up.query and saved is not None:
            found = stations_matching(follow_up.query, by, saved, now=now)
            listings |= set(found.order_by().values_list("listing_id", flat=True))
        if not listings:
            raise FollowUpRefused("matches-nothing", "query")
        return {pk for pk in listings if pk is not None}
    components = _components(follow_up, by)
    if saved is None:
        return set()
    behind = DependenceRecord.objects.filter(
        record__assessment=saved, record__component__in=components
    )
    return set(behind.values_list("listing_id", flat=True))


def _components(follow_up: FollowUp, by: User) -> set[int]:
    """Give the components covered, and keep those that the filter finds."""
    chosen = follow_up.objects_of.filter(component__isnull=False)
    kept = {pk for pk in chosen.values_list("component_id", flat=True) if pk is not None}
    found: set[int] = set()
    if follow_up.query:
        rows = components_matching(
            follow_up.query, by, follow_up.round_id, agency_id=follow_up.agency_id
        )
        found = set(rows.order_by().values_list("pk", flat=True))
    if not kept | found:
        raise FollowUpRefused("matches-nothing", "query")
    rows_new = [FollowUpObject(follow_up=follow_up, component_id=pk) for pk in sorted(found - kept)]
    FollowUpObject.objects.bulk_create(rows_new, batch_size=1000)
    return kept | found


# What is kept of a station


def _of_saved(saved: SavedAssessment, listings: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Read what a saved assessment found of stations."""
    wanted = set(listings)
    rows = StationRecord.objects.filter(assessment=saved).values_list(
        "listing_id", "readiness", "criteria"
    )
    kept: dict[int, dict[str, Any]] = {
        pk: {"readiness": readiness, "criteria": criteria, "rules": set(), "asks": set()}
        for pk, readiness, criteria in rows
        if pk in wanted
    }
    findings = FindingRecord.objects.filter(
        Q(listing__isnull=False), cause__assessment=saved
    ).values_list("listing_id", "cause__rule", "cause__severity", "fields__thing", "fields__field")
    for pk, rule, severity, thing, field in findings.order_by():
        if pk in kept:
            _add(kept[pk], rule, severity, {"thing": thing, "field": field})
    return {pk: _plain(row) for pk, row in kept.items()}


def _of_workings(workings: Workings, listings: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Read the same from what was worked out just now."""
    wanted = set(listings)
    kept: dict[int, dict[str, Any]] = {
        station.listing_id: {
            "readiness": station.readiness.value,
            "criteria": "".join(LETTERS[each.value] for each in station.criteria),
            "rules": set(),
            "asks": set(),
        }
        for station in workings.stations
        if station.listing_id in wanted
    }
    for finding in workings.findings:
        if finding.listing_id in kept:
            _add(kept[finding.listing_id], finding.rule, finding.severity, finding.fields)
    return {pk: _plain(row) for pk, row in kept.items()}


def _add(kept: dict[str, Any], rule: str, severity: str, fields: Mapping[str, Any]) -> None:
    """Keep an obstacle, and what it is that evidence is missing of or sources differ on."""
    if severity != Severity.UNKNOWN:
        kept["rules"].add(rule)
    else:
        kept["asks"].add(rule)
    if rule in _ASKING:
        kept["asks"].update(f"{rule}:{field}" for field in fields_looked_at(rule, fields))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) | {"rules": sorted(row["rules"]), "asks": sorted(row["asks"])}


def state_at(figure: str, figure_of: str, kept: Mapping[str, Any] | None) -> DutyState:
    """Tell how the figure stands at one station; what nobody knows is not done.

    >>> state_at("ready", "", {"readiness": "ready", "criteria": "", "rules": [], "asks": []})
    <DutyState.DONE: 'done'>
    """
    if kept is None:
        return DutyState.UNKNOWN
    if figure == Figure.CRITERION:
        return _OF_LETTER[kept["criteria"][CRITERIA.index(figure_of)]]
    if figure == Figure.RULE:
        return _of_rule(figure_of, kept)
    readiness = {"ready": DutyState.DONE, "not_ready": DutyState.OPEN}
    return readiness.get(kept["readiness"], DutyState.UNKNOWN)


def _of_rule(rule: str, kept: Mapping[str, Any]) -> DutyState:
    """Done where the rule finds nothing, and what it looks at is known well enough to say so."""
    if rule in kept["rules"]:
        return DutyState.OPEN
    asks, looked_at = set(kept["asks"]), fields_looked_at(rule, {})
    criterion = CRITERION_OF.get(rule)
    letter = kept["criteria"][criterion - 1] if criterion else "m"
    if letter == "c" or asks & {f"claim_contradicted:{field}" for field in looked_at}:
        return DutyState.CONTRADICTED
    missing = rule in asks or asks & {f"no_evidence:{field}" for field in looked_at}
    return DutyState.UNKNOWN if missing or letter == "?" else DutyState.DONE


def is_wanting(follow_up: FollowUp, kept: Mapping[str, Any] | None) -> bool:
    """Say whether something is still wanting at a station; so it is where nobody measures."""
    if not is_told_by_register(follow_up):
        return True
    return state_at(follow_up.figure, follow_up.figure_of, kept) != DutyState.DONE


def is_closed(rule: str, after: Mapping[str, Any]) -> bool:
    """Say whether an obstacle is known to be gone: no longer found, and not for want of evidence.

    Where sources differ since, nobody knows yet whether it is.
    """
    return _of_rule(rule, after) == DutyState.DONE


def counted_rules(follow_up: FollowUp, kept: Mapping[str, Any] | None) -> set[str]:
    """Give the obstacles at a station that the follow-up is about: one rule's, a criterion's, all.

    Only `no_severe_obstacle` is about obstacles of every criterion.
    """
    rules = set(kept["rules"]) if kept else set()
    if follow_up.figure == Figure.RULE:
        return rules & {follow_up.figure_of}
    if follow_up.figure == Figure.CRITERION and follow_up.figure_of != CRITERIA[-1]:
        number = CRITERIA.index(follow_up.figure_of) + 1
        return {rule for rule in rules if CRITERION_OF.get(rule) == number}
    return rules


# What is told


def effect_of(follow_up: FollowUp, rows: Iterable[FollowUpObject]) -> Effect:
    """Count what changed at stations, which the caller has found within somebody's scope.

    `rows` come with their listings, whose voters are counted.
    """
    told = _Counting(follow_up)
    for row in rows:
        told.take(row)
    return told.effect()


class _Counting:
    """Adds up an effect, station by station."""

    def __init__(self, follow_up: FollowUp) -> None:
        self._of, self._n = follow_up, dict.fromkeys(
            ("stations", "obstacles_before", "obstacles_after", "closed", "closed_at",
             "ready_before", "ready_after", "became_ready", "wanting_before", "wanting_after",
             "unknown_after"), 0
        )  # fmt: skip
        self._voters: dict[str, list[int | None]] = {"ready": [], "before": [], "after": []}

    def take(self, row: FollowUpObject) -> None:
        """Count one station."""
        n, before, after = self._n, row.before, row.after
        voters = row.listing.expected_voters if row.listing else None
        found, still = counted_rules(self._of, before), counted_rules(self._of, after)
        is_ready, was_ready = _is_ready(after), _is_ready(before)
        n["stations"] += 1
        n["obstacles_before"] += len(found)
        n["ready_before"] += was_ready
        state = state_at(self._of.figure, self._of.figure_of, before)
        self._want("before", state, voters)
        if after is None:
            return
        closed = {rule for rule in found if is_closed(rule, after)}
        n["obstacles_after"] += len(still)
        n["closed"] += len(closed)
        n["closed_at"] += bool(closed)
        n["ready_after"] += is_ready
        if is_ready and before and not was_ready:
            n["became_ready"] += 1
            self._voters["ready"].append(voters)
        state = state_at(self._of.figure, self._of.figure_of, after)
        self._want("after", state, voters)
        n["unknown_after"] += state in (DutyState.UNKNOWN, DutyState.CONTRADICTED)

    def _want(self, when: str, state: DutyState, voters: int | None) -> None:
        if state != DutyState.DONE:
            self._n[f"wanting_{when}"] += 1
            self._voters[when].append(voters)

    def effect(self) -> Effect:
        """Give what was counted."""
        voters = {name: _sum(rows) for name, rows in self._voters.items()}
        return Effect(
            voters_ready=voters["ready"], voters_before=voters["before"],
            voters_after=voters["after"], **self._n,
        )  # fmt: skip


def _is_ready(kept: Mapping[str, Any] | None) -> bool:
    return kept is not None and kept["readiness"] == "ready"


def _sum(voters: list[int | None]) -> int | None:
    """Sum known numbers; None where there are stations and no number is known of any."""
    known = [count for count in voters if count is not None]
    return sum(known) if known or not voters else None


def verdict_of(follow_up: FollowUp, rows: Iterable[FollowUpObject]) -> Verdict:
    """Say what the register says, over all stations of a follow-up.

    It is reached where the figure is as it should be at every station; where none was wanting
    at the start and none is now, it is reached too. What is about no station is not known.
    """
    if not is_told_by_register(follow_up):
        return Verdict.UNMEASURED
    stations = moved = open_ = unknown = 0
    for row in rows:
        was = state_at(follow_up.figure, follow_up.figure_of, row.before)
        now = state_at(follow_up.figure, follow_up.figure_of, row.after)
        stations += 1
        moved += now == DutyState.DONE and was != DutyState.DONE
        open_ += now == DutyState.OPEN
        unknown += now in (DutyState.UNKNOWN, DutyState.CONTRADICTED)
    if not stations:
        return Verdict.UNKNOWN
    if not open_ and not unknown:
        return Verdict.REACHED
    if moved:
        return Verdict.PARTLY
    return Verdict.UNMOVED if open_ else Verdict.UNKNOWN


def check_effect(
    follow_up_id: int, *, now: datetime, terrain: Terrain | None = None
) -> Verdict | None:
    """Run the rules as the register stands, and verify the follow-up where its figure moved.

    Nothing but the follow-up is written: the next assessment says what changed in the round.
    None where it waits for no check, or was taken back meanwhile.
    """
    follow_up = _waiting(follow_up_id)
    if follow_up is None:
        return None
    saved = last_assessment(follow_up.round_id)
    as_of = day_of(saved, follow_up.round) if saved else localdate(now)
    try:
        workings = work_out_at(follow_up.round_id, now, as_of=as_of, terrain=terrain)
    except InvalidNetwork:
        return _conclude(follow_up, None, as_of, now)
    return _conclude(follow_up, workings, as_of, now)


def _waiting(follow_up_id: int, *, lock: bool = False) -> FollowUp | None:
    rows = FollowUp.objects.select_related("round")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(pk=follow_up_id, state=FollowUpState.REPORTED).first()


@transaction.atomic
def _conclude(
    follow_up: FollowUp, workings: Workings | None, as_of: date, now: datetime
) -> Verdict | None:
    """Write what the rules said, unless the report was taken back while they ran."""
    locked = _waiting(follow_up.pk, lock=True)
    if locked is None or locked.version != follow_up.version:
        return None
    stations = list(
        locked.objects_of.filter(listing__isnull=False).select_related("listing").order_by("pk")
    )
    listings = {row.listing_id for row in stations if row.listing_id is not None}
    found = {} if workings is None else _of_workings(workings, listings)
    for row in stations:
        row.after = found.get(row.listing_id or 0)
        if workings is not None:
            row.is_wanting = is_wanting(locked, row.after)
    FollowUpObject.objects.bulk_update(stations, ["after", "is_wanting"], batch_size=500)
    verdict = verdict_of(locked, stations) if workings else Verdict.UNKNOWN
    effect = effect_of(locked, stations)
    locked.after = _figure(locked, found, as_of, len(stations)) | {
        "verdict": verdict.value, "closed": effect.closed, "closed_at": effect.closed_at,
        "became_ready": effect.became_ready,
    }  # fmt: skip
    locked.checked_at = now
    if verdict == Verdict.REACHED:
        locked.state, locked.settled_at = FollowUpState.VERIFIED, now
    locked.version += 1
    locked.save()
    FollowUpEvent.objects.create(
        follow_up=locked, kind=FollowUpEvent.Kind.CHECKED, at=now, by=None,
        before=FollowUpState.REPORTED, after=locked.state, detail=locked.after,
    )  # fmt: skip
    entry = Entry(
        "follow_up", str(locked.pk), {"state": str(FollowUpState.REPORTED)},
        {"state": str(locked.state), **locked.after},
    )  # fmt: skip
    record(actor=ACTOR, command="check_follow_up", now=now, entries=[entry])
    return verdict


def _figure(
    follow_up: FollowUp,
    records: Mapping[int, Mapping[str, Any]],
    as_of: date | None,
    stations: int,
) -> dict[str, Any]:
    """Give the figure over all stations: how many are how far. Empty where nothing was known."""
    counts = dict.fromkeys(map(str, DutyState), 0)
    for kept in records.values():
        counts[state_at(follow_up.figure, follow_up.figure_of, kept).value] += 1
    counts[DutyState.UNKNOWN.value] += stations - len(records)
    obstacles = sum(len(counted_rules(follow_up, kept)) for kept in records.values())
    return {
        "as_of": as_of.isoformat() if as_of else None, "stations": stations,
        "obstacles": obstacles, **counts,
    }  # fmt: skip
