"""The work that is asked: the tasks of a kind of work, and the plan whose means are brought."""

from collections.abc import Sequence

from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import Listing
from pollready.planning.allocations.models import AllocationPlan, PlanState
from pollready.planning.allocations.queries import plans_for
from pollready.planning.allocations.rows import PlanRows
from pollready.planning.dispatching.asking import NowAsked, RoutesAsked, Work
from pollready.planning.dispatching.ground import Ground
from pollready.planning.dispatching.tasks import (
    Tasks,
    deliveries,
    set_ups,
    visits_due,
    visits_to,
)
from pollready.resources.models import ResourceLot
from pollready.resources.queries import lots_for


def accepted_plans(user: User, round_id: int) -> list[AllocationPlan]:
    """Give the accepted plans that the user may read, the newest first."""
    plans = plans_for(user, round_id).filter(state=PlanState.ACCEPTED)
    return list(plans.defer("result", "accepted_made"))


def chosen_plan(plans: Sequence[AllocationPlan], key: int | None) -> AllocationPlan | None:
    """Give the plan of a key; the newest where none is asked for."""
    if key is None:
        return next(iter(plans), None)
    return next((plan for plan in plans if plan.pk == key), None)


def rows_for(user: User, plan: AllocationPlan) -> PlanRows:
    """Give what a plan sends to the user's stations, from lots that he may read."""
    listings = listings_for(user).filter(round=plan.round_id)
    return PlanRows(plan.result, listings, lots_for(user, plan.round_id), plan.round_id)


def rows_of(plan: AllocationPlan) -> PlanRows:
    """Give everything that a plan sends."""
    here = {"round": plan.round_id}
    listings, lots = Listing.objects.filter(**here), ResourceLot.objects.filter(**here)
    return PlanRows(plan.result, listings, lots, plan.round_id)


def tasks_of(ground: Ground, asked: RoutesAsked, rows: PlanRows | None) -> Tasks:
    """Give the tasks of a day; of deliveries those of the plan's rows, none without a plan."""
    stations = ground.of_county(asked.county)
    if asked.work is Work.DELIVERIES:
        return Tasks(()) if rows is None else deliveries(ground, rows, stations)
    if asked.work is Work.SET_UP:
        return set_ups(ground, stations)
    return visits_due(ground, stations)


def tasks_now(ground: Ground, asked: NowAsked) -> Tasks:
    """Give the stations that wait: those named, else all of the county that a visit is due at."""
    if asked.stations:
        return visits_to(ground, asked.stations)
    return visits_due(ground, ground.of_county(asked.county))
