"""Dispatch of a whole register, for who runs the command: depots stand under masked codes."""

from collections.abc import Sequence

from pollready.assessment.models import FindingRecord, SavedAssessment, StationRecord
from pollready.language import fold, parse_number
from pollready.people.models import Person
from pollready.places.models import Place
from pollready.planning.allocations.models import AllocationPlan, PlanState
from pollready.planning.costs import NothingAssessed
from pollready.planning.dispatching.asking import TEAMS_MAX, RoutesAsked, Work
from pollready.planning.dispatching.ground import Ground, Spot, read_ground
from pollready.planning.dispatching.tasks import Tasks
from pollready.planning.dispatching.work import chosen_plan, rows_of, tasks_of
from pollready.planning.staging.facts import read_facts
from pollready.register.models import Component
from pollready.register.veil import veil_for_everybody
from pollready.resources.models import ResourceLot


def opened(round_code: str | None) -> tuple[SavedAssessment, Ground]:
    """Read the newest assessment, or that of a round; raises `NothingAssessed`."""
    assessments = SavedAssessment.objects.select_related("round")
    if round_code:
        assessments = assessments.filter(round__code=round_code)
    saved = assessments.first()
    if saved is None:
        raise NothingAssessed
    here = {"round": saved.round_id}
    staged = read_facts(
        StationRecord.objects.filter(assessment=saved), Component.objects.filter(**here), saved
    )
    # A file goes from hand to hand: depots stand in it under their masked codes.
    veil = veil_for_everybody(saved.round_id)
    depots = [
        (Spot(veil.code(each.code), "", each.lat, each.lon, True), (each.code, each.name))
        for each in staged.depots
    ]
    findings = FindingRecord.objects.filter(cause__assessment=saved)
    people, lots = Person.objects.filter(**here), ResourceLot.objects.filter(**here)
    return saved, read_ground(staged, depots, lots, findings, people, veil)


def county_named(ground: Ground, typed: str) -> str:
    """Give a county's number as forms hold it: what names none stays as it was typed."""
    if not typed:
        return ""
    names = {fold(ground.staged.places[pk]): pk for pk in ground.counties}
    codes = Place.objects.filter(pk__in=ground.counties).values_list("code", "pk")
    found = names.get(fold(typed)) or dict(codes).get(typed)
    return typed if found is None else str(found)


def every_task(ground: Ground, asked: RoutesAsked, round_id: int) -> Tasks:
    """Give the tasks of a day, with the deliveries of an accepted plan."""
    rows = None
    if asked.work is Work.DELIVERIES:
        plans = AllocationPlan.objects.filter(round=round_id, state=PlanState.ACCEPTED)
        plan = chosen_plan(list(plans), asked.plan)
        rows = None if plan is None else rows_of(plan)
    return tasks_of(ground, asked, rows)


def one_by_one(teams: Sequence[tuple[str, str]]) -> list[str]:
    """Give the place of each team where several stand at one; what is no number stands for one.

    >>> one_by_one([("D1", "2"), ("D2", "many")])
    ['D1', 'D1', 'D2']
    """
    found = []
    for place, number in teams:
        count = parse_number(number) or 1
        found += [place] * min(max(int(count), 1), TEAMS_MAX)
    return found
