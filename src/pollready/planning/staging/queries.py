"""Kept staging plans as a user may read them."""

from django.db.models import Q, QuerySet

from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import in_places, listings_for, places_of
from pollready.places.models import Place
from pollready.planning.made_from import MadeFrom, made_from_now
from pollready.planning.staging.asking import asked_of
from pollready.planning.staging.keeping import Reader, plan_of
from pollready.planning.staging.models import KeptStagingPlan
from pollready.planning.staging.plan import StagingPlan
from pollready.register.models import Component
from pollready.register.queries import components_for
from pollready.register.veil import Veil


def plans_for(user: User, round_id: int) -> QuerySet[KeptStagingPlan]:
    """Give the plans of a round up to the user's class, the newest first.

    Of those that were asked for one county, those whose county lies in his places.
    """
    places = places_of(user)
    here = in_places("county", places)
    if places is not None:
        # Who sees a district of it reads there what his district gets.
        above = Q(county__in=places.values("parent")) | Q(
            county__in=places.values("parent__parent")
        )
        here |= above | Q(county=None)
    return KeptStagingPlan.objects.filter(
        here, round=round_id, classification__lte=user.clearance
    ).select_related("made_by", "withdrawn_by", "county")


def reader_of(user: User, round_id: int, veil: Veil) -> Reader:
    """Give what the user may see in the plans of a round."""
    stations = listings_for(user).filter(round=round_id)
    depots = Component.objects.none()
    if may(user, Permission.SEE_INFRASTRUCTURE):
        depots = components_for(user).filter(round=round_id, kind="depot")
    return Reader(
        {pk: (code, name) for pk, code, name in
         stations.values_list("pk", "code", "point__name")},
        {code: name or code for code, name in depots.values_list("code", "name")
         if veil.shows(code)},
        dict(Place.objects.values_list("pk", "name")),
    )  # fmt: skip


def read_plan(plan: KeptStagingPlan, reader: Reader) -> StagingPlan:
    """Give a kept plan as its reader may see it."""
    return plan_of(plan.result, asked_of(plan.asked), reader)


def is_stale(plan: KeptStagingPlan, now: MadeFrom | None = None) -> bool:
    """Say whether it would be made from something else now."""
    if plan.withdrawn_at is not None:
        return False
    made = MadeFrom(plan.version_of_register, plan.ledger_sha256, plan.assessment_id)
    return made != (now or made_from_now(plan.round_id))
