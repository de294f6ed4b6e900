"""A suggestion tried in the model: what its changes would do to the round, kept beside it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.assessment import prepare, what_if
from pollready.assessment.models import SavedAssessment
from pollready.assessment.queries import last_assessment
from pollready.assessment.result import Readiness, StationResult
from pollready.assessment.supposing import Course, StationChange, WhatIf
from pollready.committee.meetings.changes import model_changes
from pollready.committee.meetings.commands import log
from pollready.committee.meetings.errors import MeetingRefused
from pollready.committee.meetings.models import Suggestion
from pollready.engine.terrain import Terrain
from pollready.obstacles.finding import Cause
from pollready.people.models import User
from pollready.people.scopes import listings_for, places_of
from pollready.places.models import Listing

CAUSES_KEPT = 100
_CLOSED = "closed"


def try_out(
    suggestion_id: int, *, by: User, now: datetime, terrain: Terrain | None = None
) -> dict[str, Any]:
    """Work out what a suggestion's changes do beside the last assessment, and keep it.

    Raises `MeetingRefused` where nothing can be tried, and what `what_if` raises.
    """  # fmt: skip
    suggestion = Suggestion.objects.get(pk=suggestion_id)
    saved = last_assessment(suggestion.round_id)
    if saved is None or not suggestion.changes:
        raise MeetingRefused("nothing-to-try")
    baseline = prepare(suggestion.round_id, as_of=saved.as_of_date, terrain=terrain)
    changes = model_changes(suggestion.changes, as_of=saved.as_of_date)
    effect = effect_of(what_if(baseline, changes))
    _keep(suggestion, effect, saved, by=by, now=now)
    return effect


@transaction.atomic
def _keep(
    suggestion: Suggestion, effect: dict[str, Any], saved: SavedAssessment, *, by: User,
    now: datetime,
) -> None:  # fmt: skip
    """Keep an effect, unless the changes are others by now."""
    kept = Suggestion.objects.filter(pk=suggestion.pk, changes=suggestion.changes).update(
        effect=effect, assessment=saved, effect_date=saved.as_of_date, tried_at=now
    )
    if kept:
        after = {name: effect[name] for name in ("stations_ready", "voters_ready")}
        log("try_suggestion", suggestion.pk, "suggestion", None, after, by=by, now=now)


def effect_of(found: WhatIf) -> dict[str, Any]:
    """Give what a change does as it is kept: stations by their keys, so that scopes can count."""
    became = {"ready": [], "not_ready_any_more": [], "opened": [], "closed": []}  # type: dict[str, list[int]]
    for change in found.stations:
        for name in _became(change):
            became[name].append(change.before.listing_id)
    after = {each.after.listing_id: each.after for each in found.stations}
    return {
        **{f"listings_{name}": keys for name, keys in became.items()},
        **_counted("ready", (after[key] for key in became["ready"])),
        **_counted("opened", (after[key] for key in became["opened"])),
        "stations_touched": len(found.stations),
        "ready_before": found.before.total.ready,
        "ready_after": found.after.total.ready,
        "vanished": _causes(found, Course.VANISHED),
        "shrank": _causes(found, Course.SHRANK),
        "appeared": _causes(found, Course.APPEARED),
    }


def _became(change: StationChange) -> Iterable[str]:
    """Say what a station became: ready, or open by both readings of what is unknown."""
    before, after = change.before, change.after
    if before.readiness is not after.readiness:
        if after.readiness is Readiness.READY:
            yield "ready"
        elif before.readiness is Readiness.READY:
            yield "not_ready_any_more"
    if _is_closed(before) and not _is_closed(after):
        yield "opened"
    if _is_closed(after) and not _is_closed(before):
        yield "closed"


def _is_closed(station: StationResult) -> bool:
    """Say whether it cannot admit anybody now, were everything unknown out of order."""
    return station.level_admit.get("failed") == _CLOSED


def _counted(name: str, stations: Iterable[StationResult]) -> dict[str, Any]:
    listed = list(stations)
    known = [each.voters for each in listed if each.voters is not None]
    return {
        f"stations_{name}": len(listed),
        f"voters_{name}": sum(known) if known or not listed else None,
        f"without_voters_{name}": len(listed) - len(known),
    }


def _causes(found: WhatIf, course: Course) -> list[dict[str, Any]]:
    """Give the causes of a course by rule and owner: no name of what lies upstream is kept."""
    rows = [_cause(change.before, change.after) for change in found.causes
            if change.course is course]  # fmt: skip
    return sorted(rows, key=lambda row: -(row["voters"] or 0))[:CAUSES_KEPT]


def _cause(before: Cause | None, after: Cause | None) -> dict[str, Any]:
    cause = before or after
    if cause is None:
        raise AssertionError("a change of a cause has the cause on one side")
    return {
        "rule": cause.rule, "owner": cause.owner, "severity": str(cause.severity),
        "stations": cause.stations, "voters": cause.voters,
        "left": None if after is None else after.stations,
    }  # fmt: skip


def effect_for(user: User, effect: Mapping[str, Any]) -> dict[str, Any]:
    """Give an effect as a reader may know it: stations and voters counted within his places.

    Whoever is bounded to places is told of no cause: those are of the whole round.
    """
    if places_of(user) is None:
        return dict(effect)
    keys = {*effect["listings_ready"], *effect["listings_opened"]}
    voters = dict(
        Listing.objects.filter(pk__in=listings_for(user).values("pk"))
        .filter(pk__in=keys)
        .values_list("pk", "expected_voters")
    )
    told: dict[str, Any] = {"is_part": True}
    for name in ("ready", "opened"):
        here = [voters[key] for key in effect[f"listings_{name}"] if key in voters]
        known = [each for each in here if each is not None]
        told[f"stations_{name}"] = len(here)
        told[f"voters_{name}"] = sum(known) if known or not here else None
        told[f"without_voters_{name}"] = len(here) - len(known)
    return told
