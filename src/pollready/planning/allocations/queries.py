"""Plans and decisions as a user may read them, and what a new plan starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db.models import QuerySet

from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import Place, PlaceLevel
from pollready.planning import made_from
from pollready.planning.allocations.given import meanings_now
from pollready.planning.allocations.inputs import Decision, Inputs, Known
from pollready.planning.allocations.keeping import Weighed
from pollready.planning.allocations.means import office_means
from pollready.planning.allocations.models import AllocationDecision, AllocationPlan, PlanState
from pollready.planning.allocations.problem import Basis, unit_costs
from pollready.planning.allocations.stock import read_stock
from pollready.resources.models import ResourceLot
from pollready.resources.queries import lots_for


def plans_for(user: User, round_id: int) -> QuerySet[AllocationPlan]:
    """Give the plans of a round up to the user's class, the newest first."""
    return AllocationPlan.objects.filter(
        round=round_id, classification__lte=user.clearance
    ).select_related("made_by", "accepted_by")


def decisions_for(user: User, round_id: int) -> QuerySet[AllocationDecision]:
    """Give what was decided beforehand at the user's stations, and of lots that he may see."""
    rows = AllocationDecision.objects.filter(round=round_id)
    here = rows.filter(listing__in=listings_for(user).filter(round=round_id).values("pk"))
    kept = rows.filter(lot__in=lots_for(user, round_id).values("pk"))
    return (here | kept).select_related(
        "listing__point", "lot__agency", "county", "by", "withdrawn_by"
    )


def standing_decisions(round_id: int) -> Sequence[Decision]:
    """Give what was decided and not withdrawn, as plans are asked it."""
    rows = AllocationDecision.objects.filter(round=round_id, withdrawn_at=None).order_by("pk")
    return tuple(
        Decision(row.pk, row.listing_id, row.units, row.lot_id, row.county_id, row.kept)
        for row in rows
    )


def basis_of(round_id: int, weighed: Weighed, lots: QuerySet[ResourceLot] | None = None) -> Basis:
    """Give what a problem is built from: what was worked out, and the ledger as it stands."""
    table = office_means()
    every = ResourceLot.objects.all() if lots is None else lots
    stock = read_stock(every, round_id, table, weighed.stations)
    return Basis(weighed.stations, weighed.worth, stock, table, office_thresholds())


def known_of(basis: Basis) -> Known:
    """Give what inputs are checked by."""
    counties = Place.objects.filter(level=PlaceLevel.COUNTY).values_list("pk", flat=True)
    return Known(
        kinds=basis.worth.kinds,
        counties=set(counties),
        stations=set(basis.stations.listings.tolist()),
        stock={store.lot: store.units for store in basis.stock.stores},
        costs=unit_costs(basis.table, basis.worth.kinds),
    )


def first_inputs(basis: Basis, round_id: int) -> Inputs:
    """Give the inputs of a new plan: all that is in stock, and what was decided."""
    units = {kind: basis.stock.of(kind) for kind in basis.worth.kinds}
    return Inputs(units=units, decisions=standing_decisions(round_id))


@dataclass(frozen=True, slots=True)
class MadeFrom(made_from.MadeFrom):
    """The register, ledger, assessment and decisions that a plan is made from.

    `meanings` are hashes of what scenarios mean, by scenario: of a plan its own alone.
    """

    decisions: Sequence[Mapping[str, Any]]
    meanings: Mapping[int, str] = field(default_factory=dict)


def standing_now(round_id: int) -> MadeFrom:
    """Give what a plan would be made from now."""
    decisions = [asdict(each) for each in standing_decisions(round_id)]
    now = made_from.made_from_now(round_id)
    return MadeFrom(now.version, now.ledger, now.assessment, decisions, meanings_now(round_id))


def is_stale(plan: AllocationPlan, now: MadeFrom | None = None) -> bool:
    """Say whether it would be made from something else now, or be asked other decisions."""
    if plan.state != PlanState.MADE:
        return False
    scenario = plan.inputs.get("scenario")
    made = MadeFrom(
        plan.version_of_register or 0, plan.ledger_sha256, plan.assessment_id,
        plan.inputs["decisions"], {} if scenario is None else {scenario: _meaning_in(plan)},
    )  # fmt: skip
    standing = now or standing_now(plan.round_id)
    own = {key: told for key, told in standing.meanings.items() if key == scenario}
    return made != replace(standing, meanings=own)


def _meaning_in(plan: AllocationPlan) -> str:
    """Give the hash of what its scenario meant; a list has it without the whole result."""
    if hasattr(plan, "meaning"):
        return str(plan.meaning)
    return str(plan.result["scenario"]["meaning"])
