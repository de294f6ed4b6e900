"""What came of a plan, as it is kept: plain values, by keys of the register.

saved, bound, gap       by the engine; `figures` are the exact ones of the whole plan
kinds, lots             stock, given, left, what one more unit is worth, whether it binds
floors                  asked, reached; where they cannot all be met, what can
given                   who gets what from where, and what that saves
stations                of every station: chances before and after, and why it gets nothing
left_out, merges        units that count for nothing, and stations that could be merged
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from pollready.assessment.chances import Chances
from pollready.engine.allocation_result import Allocation
from pollready.planning.allocations.evaluating import Affected, Gift
from pollready.planning.allocations.floors import read_floor_name
from pollready.planning.allocations.inputs import Decision, Inputs, Limit
from pollready.planning.allocations.means import costs_are_own
from pollready.planning.allocations.merging import Merge
from pollready.planning.allocations.problem import FURTHER, Basis, Built, unit_costs
from pollready.planning.allocations.stock import store_values

_DIGITS = 6
UNWEIGHED = "unweighed"  # nobody knows its voters: no plan can weigh what it is worth
OneMore = Mapping[str, tuple[float, float]]  # by kind: at least, at most


def gifts_of(built: Built, allocation: Allocation) -> list[Gift]:
    """Give what stations and shared components get."""
    kinds = built.problem.kinds
    found = []
    for point, option in enumerate(allocation.option[: len(built.voters)].tolist()):
        units = built.problem.options.units[option] if option >= 0 else ()
        taken = [kind for kind, count in zip(kinds, units, strict=False) if count]
        if taken:
            found.append(Gift(point, "", taken))
    for number in np.flatnonzero(allocation.upgrades).tolist():
        component, _, kind = built.problem.all_upgrades.ids[number].partition("\n")
        found.append(Gift(None, component, [kind]))
    return found


def outcome_of(
    basis: Basis,
    built: Built,
    inputs: Inputs,
    allocation: Allocation,
    *,
    after: Chances | None = None,
    figures: Sequence[Affected] = (),
    one_more: OneMore | None = None,
    merges: Sequence[Merge] = (),
) -> dict[str, Any]:
    """Give everything that came of a plan; without `after` it is a preview."""
    return {
        "saved": _round(allocation.saved),
        "bound": _round(allocation.bound),
        "gap": _round(allocation.gap),
        "stopped": str(allocation.stopped),
        "spent": _round(allocation.spent),
        "costs": costs_of(basis, inputs),
        "money_value": _round(allocation.money_value),
        "figures": [asdict(each) for each in figures],
        "kinds": _kinds(built, inputs, allocation, one_more or {}),
        "lots": _lots(built, allocation),
        "floors": _floors(allocation),
        "given": _given(basis, built, inputs, allocation),
        "stations": _stations(basis, built, inputs, allocation, after),
        "left_out": [asdict(each) for each in basis.stock.left_out],
        "merges": [
            {
                "listing": _listing(basis, each.station),
                "into": _listing(basis, each.into),
                "travel_h": _round(each.travel_h),
            }
            for each in merges
        ],
        "without_voters": int(np.isnan(basis.stations.voters).sum()),
        "without_place": int((np.isnan(basis.stations.lat) | np.isnan(basis.stations.lon)).sum()),
        "looked_at": {
            "components": len(basis.worth.upgrades), "candidates": basis.worth.candidates,
        },
    }  # fmt: skip


def costs_of(basis: Basis, inputs: Inputs) -> dict[str, Any] | None:
    """Give what a unit cost, and whether the office set that; None without a budget."""
    if inputs.limit != Limit.BUDGET:
        return None
    return {"own": costs_are_own(), "kinds": unit_costs(basis.table, basis.worth.kinds)}


def _kinds(
    built: Built, inputs: Inputs, allocation: Allocation, one_more: OneMore
) -> list[dict[str, Any]]:
    stock = np.asarray(built.problem.stock)
    values = allocation.stock_value
    found = []
    for column, kind in enumerate(built.problem.kinds):
        own = stock[:, column] if built.further is None else stock[: built.further, column]
        held = built.held_back.get(kind, 0)
        given = int(allocation.used[:, column].sum()) - held
        left = int(allocation.left[:, column].sum())
        best = None if values is None else values[:, column].max(initial=0.0)
        low, high = one_more.get(kind, (None, None))
        found.append(
            {
                "kind": kind, "stock": int(own.sum()), "asked": inputs.units.get(kind, 0),
                "held_back": held, "further": int(stock[:, column].sum() - own.sum()),
                "given": given, "left": left,
                "used_up": left == 0 and given > 0,
                "value": _round(best), "one_more": [_round(low), _round(high)],
            }
        )  # fmt: skip
    return found


def _lots(built: Built, allocation: Allocation) -> list[dict[str, Any]]:
    place = {kind: number for number, kind in enumerate(built.problem.kinds)}
    return [
        store_values(store)
        | {
            "given": int(allocation.used[row, place[store.kind]]),
            "left": int(allocation.left[row, place[store.kind]]),
            "value": None
            if allocation.stock_value is None
            else _round(allocation.stock_value[row, place[store.kind]]),
        }
        for row, store in enumerate(built.stores)
    ]


def _floors(allocation: Allocation) -> list[dict[str, Any]]:
    found = []
    for floor in allocation.floors:
        wish, county = read_floor_name(floor.name)
        found.append(
            {
                "wish": wish, "county": county, "asked": _round(floor.asked),
                "held_to": _round(floor.held_to), "reached": _round(floor.reached),
                "alone": _round(floor.alone), "is_broken": floor.is_broken,
                "is_binding": floor.is_binding,
            }
        )  # fmt: skip
    return found


def _given(
    basis: Basis, built: Built, inputs: Inputs, allocation: Allocation
) -> list[dict[str, Any]]:
    fixed = {each.station: each for each in inputs.decisions if each.station is not None}
    sent = _sent(built, allocation)
    saves = built.problem.options.saves
    found: list[dict[str, Any]] = []
    for gift in gifts_of(built, allocation):
        if gift.station is not None:
            listing = _listing(basis, gift.station)
            decision: Decision | None = fixed.get(listing)
            found.append(
                {
                    "listing": listing, "component": "", "behind": 0,
                    "from": sent.get((gift.station, ""), []),
                    "saves": _round(saves[allocation.option[gift.station]]),
                    "decision": decision.number if decision else None,
                }
            )  # fmt: skip
        else:
            upgrade = _upgrade(basis, built, gift)
            found.append(
                {
                    "listing": None, "component": gift.component,
                    "behind": len(upgrade.behind),
                    "listings": basis.stations.listings[upgrade.behind].tolist(),
                    "from": sent.get((-1, f"{gift.component}\n{gift.kinds[0]}"), []),
                    "saves": None, "decision": None,
                }
            )  # fmt: skip
    return found


def _upgrade(basis: Basis, built: Built, gift: Gift) -> Any:
    return next(
        basis.worth.upgrades[number]
        for number in built.upgrades
        if basis.worth.upgrades[number].component == gift.component
        and basis.worth.kinds[basis.worth.upgrades[number].kind] == gift.kinds[0]
    )


def _sent(built: Built, allocation: Allocation) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """Give from which lot each point and upgrade gets its units."""
    found: dict[tuple[int, str], list[dict[str, Any]]] = {}
    names = built.problem.all_upgrades.ids
    rows = allocation.shipments
    for row in range(len(rows.depot)):
        point, upgrade = int(rows.point[row]), int(rows.upgrade[row])
        depot = int(rows.depot[row])
        is_further = built.problem.depots[depot] == FURTHER
        key = (point, "") if point >= 0 else (-1, names[upgrade])
        found.setdefault(key, []).append(
            {
                "lot": None if is_further else built.stores[depot].lot,
                "kind": built.problem.kinds[int(rows.kind[row])],
                "units": int(rows.units[row]),
                "travel_h": None if is_further else _round(rows.travel_h[row]),
            }
        )
    return found


def _stations(
    basis: Basis, built: Built, inputs: Inputs, allocation: Allocation, after: Chances | None
) -> dict[str, list[Any]]:
    """Give columns over all stations, in the round's order."""
    n = basis.stations.count
    key = (inputs.level, inputs.reading)
    before = basis.worth.before(*key)
    why: list[str] = [""] * n
    bundle: list[int | None] = [None] * n
    saves: list[float | None] = [None] * n
    price: list[float | None] = [None] * n
    for each in allocation.without_means:
        if each.point >= n:
            continue
        why[each.point] = UNWEIGHED if np.isnan(built.voters[each.point]) else str(each.why)
        if each.option is not None:
            bundle[each.point] = int(built.bundle[each.option])
        saves[each.point], price[each.point] = _round(each.saves), _round(each.price)
    return {
        "listings": basis.stations.listings.tolist(),
        "before": [_round(value) for value in before.tolist()],
        "after": [_round(value) for value in after[key].tolist()] if after else [],
        "why": why,
        "best": [_best(basis, number) for number in bundle],
        "best_saves": saves,
        "price": price,
    }


def _best(basis: Basis, bundle: int | None) -> list[str]:
    if bundle is None or bundle < 0:
        return []
    units = basis.worth.bundles[bundle]
    return [kind for kind, count in zip(basis.worth.kinds, units, strict=True) if count]


def _listing(basis: Basis, position: int) -> int:
    return int(basis.stations.listings[position])


def _round(value: Any) -> float | None:
    """Give a number as JSON keeps it: what is no number, or has no end, is null."""
    if value is None or not np.isfinite(value):
        return None
    return round(float(value), _DIGITS)
