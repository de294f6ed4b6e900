"""Where a scenario's plan has a gap: plain rules over what is written, each with a next step."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pollready.planning.means import Stock

TEST_AGE_MAX_DAYS = 180


class Weight(StrEnum):
    """Whether something is known to be missing, or nobody says."""

    GAP = "gap"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap: its reason and its next step are the phrases `planning.gap.<code>.*`."""

    code: str
    weight: Weight
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step as the rules see it."""

    ordinal: int
    has_owner: bool = True
    means_kind: str = ""
    means_count: int | None = None
    lawful: bool | None = True
    legal_basis: str = ""
    order_by: str = ""
    order_no: str = ""


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan as the rules see it; `changed_since_test` where steps are others than were tried."""

    approved: bool
    steps: Sequence[StepFacts]
    tested_on: date | None = None
    changed_since_test: bool = False


def gaps_of(
    plan: PlanFacts | None,
    stock: Callable[[str], Stock | None],
    *,
    as_of: date,
    test_age_max_days: int = TEST_AGE_MAX_DAYS,
) -> tuple[Gap, ...]:
    """Name every gap, what is known to be missing first."""
    if plan is None:
        return (Gap("no_plan", Weight.GAP),)
    found = [
        *_of_plan(plan, as_of, test_age_max_days),
        *_of_means(plan.steps, stock),
        *_of_law(plan.steps),
    ]
    return tuple(sorted(found, key=lambda gap: gap.weight is Weight.QUESTION))


def _of_plan(plan: PlanFacts, as_of: date, age_max: int) -> Iterable[Gap]:
    if not plan.steps:
        yield Gap("no_steps", Weight.GAP)
    elif not plan.approved:
        yield Gap("not_approved", Weight.GAP)
    if plan.tested_on is None:
        yield Gap("untested", Weight.GAP)
    elif plan.changed_since_test:
        yield Gap("changed_since_test", Weight.GAP, {"day": plan.tested_on})
    elif (as_of - plan.tested_on).days > age_max:
        yield Gap("test_old", Weight.GAP, {"days": (as_of - plan.tested_on).days, "limit": age_max})
    for step in plan.steps:
        if not step.has_owner:
            yield Gap("nobody", Weight.GAP, {"step": step.ordinal})


def _of_means(steps: Sequence[StepFacts], stock: Callable[[str], Stock | None]) -> Iterable[Gap]:
    """Compare what all steps need of a kind with what the ledger has."""
    needs: dict[str, int] = {}
    for step in steps:
        if not step.means_kind:
            continue
        if step.means_count is None:
            fields = {"step": step.ordinal, "means": step.means_kind}
            yield Gap("means_uncounted", Weight.QUESTION, fields)
            continue
        needs[step.means_kind] = needs.get(step.means_kind, 0) + step.means_count
    for kind, needed in needs.items():
        if needed == 0:
            continue
        there = stock(kind)
        if there is None:
            yield Gap("means_unrecorded", Weight.QUESTION, {"needed": needed, "means": kind})
        elif there.at_most is not None and needed > there.at_most:
            yield Gap(
                "means_short",
                Weight.GAP,
                {"needed": needed, "there": there.at_most, "means": kind},
            )
        elif needed > there.at_least:
            yield Gap(
                "means_untested",
                Weight.QUESTION,
                {"needed": needed, "there": there.at_least, "means": kind},
            )


def _of_law(steps: Sequence[StepFacts]) -> Iterable[Gap]:
    """A workaround against the law needs an order first; of some nobody has asked."""
    for step in steps:
        at = {"step": step.ordinal}
        if step.lawful is False and not step.order_no:
            yield Gap("unlawful", Weight.GAP, at)
        elif step.lawful is None:
            yield Gap("law_unasked", Weight.QUESTION, at)
        elif step.order_by and not step.order_no:
            yield Gap("order_missing", Weight.GAP, at | {"order_by": step.order_by})
        elif step.lawful and not step.legal_basis:
            yield Gap("basis_missing", Weight.QUESTION, at)
