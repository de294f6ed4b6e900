"""A plan made: solved with a proven bound, then worked out again exactly; or at once, greedily."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

import numpy as np

from pollready.assessment.chances import Ground, chances
from pollready.engine.allocation import allocate, preview, value_of_one_more
from pollready.engine.allocation_faults import InvalidAllocationProblem
from pollready.engine.allocation_result import Allocation
from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.errors import Fault
from pollready.planning.allocations.effects import Kind
from pollready.planning.allocations.evaluating import affected, chances_after
from pollready.planning.allocations.inputs import (
    InputFault,
    Inputs,
    WrongInputs,
    check_inputs,
    kind_phrase,
)
from pollready.planning.allocations.merging import merges
from pollready.planning.allocations.outcome import OneMore, gifts_of, outcome_of
from pollready.planning.allocations.problem import Basis, Built, build
from pollready.planning.allocations.queries import known_of

GAP = 1e-4  # of the bound: nearer nobody has to be
ONE_MORE_S = 8.0  # for what one more unit of a kind would save
Tell = Callable[[str], None]  # which stage begins; raises to stop


def _silent(stage: str) -> None:
    """Tell nobody."""


def preview_plan(basis: Basis, inputs: Inputs) -> dict[str, Any]:
    """Give a plan at once, by the greedy way: a preview, of which no bound is proven.

    Raises `WrongInputs` with everything that is wrong.
    """
    built = built_of(basis, inputs)
    found = _asked(built, lambda: preview(built.problem))
    return outcome_of(basis, built, inputs, found)


def make_plan(
    basis: Basis,
    inputs: Inputs,
    ground: Ground,
    kinds: Sequence[Kind],
    *,
    gap: float = GAP,
    budget: Budget = UNLIMITED,
    tell: Tell = _silent,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Give the best plan with its bound, and what it does to the whole network, exactly.

    Raises `WrongInputs`, and what `tell` raises to stop.
    """
    built = built_of(basis, inputs)
    tell("solving")
    found = _asked(
        built,
        lambda: allocate(built.problem, target_gap=gap, budget=budget, cancelled=cancelled),
    )
    tell("valuing")
    one_more = _one_more(built, found, gap, cancelled)
    tell("re-evaluating")
    gifts = gifts_of(built, found)
    before, after = chances(ground), chances_after(ground, kinds, gifts)
    served = np.zeros(basis.stations.count, dtype=np.bool_)
    served[[gift.station for gift in gifts if gift.station is not None]] = True
    return outcome_of(
        basis, built, inputs, found,
        after=after,
        figures=affected(before, after, basis.stations.voters),
        one_more=one_more,
        merges=merges(
            after[inputs.level, inputs.reading], served, basis.stations, basis.thresholds
        ),
    )  # fmt: skip


def built_of(basis: Basis, inputs: Inputs) -> Built:
    """Check the inputs and build the problem; raises `WrongInputs`."""
    check_inputs(inputs, known_of(basis))
    return build(basis, inputs)


def _asked(built: Built, ask: Callable[[], Allocation]) -> Allocation:
    """Ask the engine; what it finds impossible in the decisions is said as they were entered."""
    try:
        return ask()
    except InvalidAllocationProblem as wrong:
        raise WrongInputs([_said(fault, built) for fault in wrong.faults]) from None


def _said(fault: Fault, built: Built) -> InputFault:
    """Name depots and kinds in a fault of the engine as the ledger does."""
    depots = {str(store.lot): store.depot for store in built.stores}
    fields = dict(fault.fields)
    if "depot" in fields:
        fields["depot"] = depots.get(fields["depot"], fields["depot"])
    if "kind" in fields:
        fields["kind"] = kind_phrase(fields["kind"])
    return InputFault(fault.code, "decisions", fields)


def _one_more(
    built: Built, found: Allocation, gap: float, cancelled: Callable[[], bool] | None
) -> OneMore:
    """Give what one more unit of each kind that is used up would save, where it saves most."""
    values: dict[str, tuple[float, float]] = {}
    if found.stock_value is None:
        return values
    for number, kind in enumerate(built.problem.kinds):
        if found.left[:, number].sum() or not found.used[:, number].sum():
            continue
        depot = int(np.argmax(found.stock_value[:, number]))
        more = value_of_one_more(
            built.problem, number, depot, before=found, target_gap=gap,
            budget=Budget.within(ONE_MORE_S, monotonic), cancelled=cancelled,
        )  # fmt: skip
        values[kind] = more.low, more.high
    return values
