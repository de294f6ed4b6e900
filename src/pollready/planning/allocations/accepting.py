"""A plan accepted: its means leave the ledger's stores, and every agency knows what it owes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from pollready.audit.commands import Entry, record
from pollready.audit.versions import claim_version
from pollready.duties.follow_ups.commands import FollowUpDraft, start_follow_up
from pollready.duties.follow_ups.models import TEXT_MAX
from pollready.duties.models import Covers
from pollready.language import isolate, say
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission
from pollready.places.models import Listing, Place
from pollready.planning.allocations.commands import found_plan, plan_values, said
from pollready.planning.allocations.effects import split_key
from pollready.planning.allocations.models import AllocationPlan, PlanState
from pollready.planning.allocations.queries import is_stale
from pollready.planning.allocations.rules import AllocationRefused, may_accept
from pollready.planning.means import means_word
from pollready.planning.needs import CountyOf
from pollready.register.models import Component
from pollready.resources.accounts import EntryKind
from pollready.resources.commands import enter_movement
from pollready.resources.models import ResourceLot
from pollready.resources.rules import Movement

DEADLINE = "T-2"  # what is sent has to be there by the gate of deliveries


@dataclass(slots=True)
class _Load:
    """What one agency brings into one county."""

    units: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # by kind
    listings: set[int] = field(default_factory=set)


@transaction.atomic
def accept_plan(
    plan_id: int, *, round_id: int, version: int, reason: str, language: str, by: User,
    now: datetime,
) -> AllocationPlan:  # fmt: skip
    """Enter the plan's means as deployed, and start one follow-up an agency and county.

    All of it or nothing, and once. Raises `NotPermitted`, `AllocationRefused`,
    `ChangedMeanwhile`, and `LedgerRefused` where the ledger no longer holds what is given.
    """
    if not may_accept(by):
        raise NotPermitted(Permission.PLAN_MEANS)
    plan = found_plan(plan_id, round_id, by)
    _check_acceptable(plan)
    before = plan_values(plan)
    claim_version(plan, version)
    sent = _sent(plan)
    entries = _enter(plan, sent, language=language, by=by, now=now)
    follow_ups = _start_follow_ups(plan, sent, language=language, by=by, now=now)
    plan.state, plan.accepted_by, plan.accepted_at = PlanState.ACCEPTED, by, now
    plan.accepted_reason = said(reason, "reason")
    plan.accepted_made = {"entries": entries, "follow_ups": follow_ups}
    plan.save()
    after = plan_values(plan) | plan.accepted_made
    entry = Entry("allocation_plan", str(plan.pk), before, after)
    record(
        actor=by.username, command="accept_allocation", now=now, entries=[entry],
        reason=plan.accepted_reason,
    )  # fmt: skip
    return plan


def _check_acceptable(plan: AllocationPlan) -> None:
    if plan.state == PlanState.ACCEPTED:
        raise AllocationRefused("accepted-already")
    if plan.state != PlanState.MADE:
        raise AllocationRefused("not-worked-out")
    if is_stale(plan):
        raise AllocationRefused("stale")
    further = sum(
        row["units"] for given in plan.result["given"] for row in given["from"]
        if row["lot"] is None
    )  # fmt: skip
    if further:
        raise AllocationRefused("not-in-the-ledger", units=further)
    if not plan.result["given"]:
        raise AllocationRefused("gives-nothing")


Sent = Mapping[tuple[int, int | None], _Load]  # by lot and county


def _sent(plan: AllocationPlan) -> Sent:
    """Add up what leaves each lot for each county; a component's is of the stations behind it."""
    keys = {key for given in plan.result["given"] for key in _listings_of(given)}
    places = dict(Listing.objects.filter(pk__in=keys).values_list("pk", "point__place_id"))
    codes = {given["component"] for given in plan.result["given"] if given["component"]}
    homes = dict(
        Component.objects.filter(round=plan.round_id, code__in=codes).values_list(
            "code", "place_id"
        )
    )
    county_of = CountyOf()
    found: dict[tuple[int, int | None], _Load] = defaultdict(_Load)
    for given in plan.result["given"]:
        listings = _listings_of(given)
        place = homes.get(given["component"]) or places.get(listings[0])
        for row in given["from"]:
            load = found[row["lot"], county_of(place)]
            load.units[row["kind"]] += row["units"]
            load.listings |= set(listings)
    return found


def _listings_of(given: Mapping[str, Any]) -> list[int]:
    if given["listing"] is not None:
        return [given["listing"]]
    return list(given["listings"])


def _enter(
    plan: AllocationPlan, sent: Sent, *, language: str, by: User, now: datetime
) -> list[int]:
    """Enter what leaves each lot, county by county."""
    made = []
    for (lot_id, county), load in sorted(sent.items(), key=_in_order):
        lot = ResourceLot.objects.get(pk=lot_id)
        movement = Movement(
            EntryKind.DEPLOY, sum(load.units.values()), localdate(now),
            note=say("allocation.accept.note", language, number=plan.pk, title=plan.title),
            county_id=county,
        )  # fmt: skip
        entry = enter_movement(
            lot_id, movement, round_id=plan.round_id, version=lot.version, by=by, now=now
        )
        made.append(entry.pk)
    return made


def _start_follow_ups(
    plan: AllocationPlan, sent: Sent, *, language: str, by: User, now: datetime
) -> list[int]:
    """Tell every agency what it brings into each county, and to which stations."""
    agencies = dict(
        ResourceLot.objects.filter(pk__in={lot for lot, _ in sent}).values_list("pk", "agency_id")
    )
    names = dict(Place.objects.filter(pk__in={county for _, county in sent if county}).values_list(
        "pk", "name"))  # fmt: skip
    loads: dict[tuple[int, int | None], _Load] = defaultdict(_Load)
    for (lot, county), part in sent.items():
        load = loads[agencies[lot], county]
        load.listings |= part.listings
        for kind, units in part.units.items():
            load.units[split_key(kind)[0]] += units
    return [
        start_follow_up(
            FollowUpDraft(
                text=_text(plan, load, names.get(county or 0, ""), language),
                agency_id=agency, deadline=DEADLINE, covers=Covers.STATIONS,
                objects=tuple(sorted(load.listings)), classification=plan.classification,
            ),
            round_id=plan.round_id, by=by, now=now,
        ).pk
        for (agency, county), load in sorted(loads.items(), key=_in_order)
    ]  # fmt: skip


def _in_order(each: tuple[tuple[int, int | None], _Load]) -> tuple[int, int]:
    (first, county), _ = each
    return first, county or 0


def _text(plan: AllocationPlan, load: _Load, county: str, language: str) -> str:
    units = say("console.list_comma", language).join(
        say("allocation.accept.units", language, units=count, kind=means_word(kind, language))
        for kind, count in load.units.items()
    )  # fmt: skip
    key = "allocation.accept.text" if county else "allocation.accept.text_nowhere"
    text = say(
        key, language, units=units, county=isolate(county), number=plan.pk,
        stations=len(load.listings),
    )  # fmt: skip
    return text[:TEXT_MAX]
