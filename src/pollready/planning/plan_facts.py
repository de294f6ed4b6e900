"""Plans as the rules of gaps see them, and the gaps of all plans of a round."""

from collections.abc import Iterable, Mapping

from pollready.assessment.models import SavedAssessment
from pollready.people.models import User
from pollready.planning.gaps import Gap, PlanFacts, StepFacts, gaps_of
from pollready.planning.means import stock_of
from pollready.planning.models import ContingencyPlan, PlanState, Scenario
from pollready.planning.queries import lots_of, plans_for


def facts_of(plan: ContingencyPlan) -> PlanFacts:
    """Give a plan as the rules of gaps see it."""
    steps = [
        StepFacts(
            ordinal=step.ordinal,
            has_owner=step.agency_id is not None or bool(step.who),
            means_kind=step.means_kind,
            means_count=step.means_count,
            lawful=step.lawful,
            legal_basis=step.legal_basis,
            order_by=step.order_by,
            order_no=step.order_no,
        )
        for step in plan.steps.all()
    ]
    return PlanFacts(
        approved=plan.state == PlanState.APPROVED,
        steps=steps,
        tested_on=plan.tested_on,
        changed_since_test=plan.tested_version != plan.version,
    )


def gaps_by_scenario(
    user: User, saved: SavedAssessment, scenarios: Iterable[Scenario]
) -> Mapping[int, tuple[Gap, ...]]:
    """Give, by scenario, the gaps of its plan, without those of means that plans share."""
    plans = {plan.scenario_id: plan for plan in plans_for(user, saved.round_id)}
    lots = lots_of(saved.round_id)
    return {
        scenario.pk: gaps_of(
            facts_of(plan) if (plan := plans.get(scenario.pk)) else None,
            lambda kind: stock_of(kind, lots),
            as_of=saved.as_of_date,
        )
        for scenario in scenarios
    }
