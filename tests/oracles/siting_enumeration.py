"""Siting by trying every choice, and by the textbook's program: slow and obvious."""

from itertools import combinations, permutations, product

import highspy
import numpy as np


def choices(candidates, p, fixed=()):
    """Give every choice of p candidates that has all the fixed ones."""
    every = combinations(range(candidates), p)
    return (list(each) for each in every if set(fixed) <= set(each))


def least_sum(hours, p, weights, fixed=()):
    """Give the least weighted sum of hours to p sites; NaN counts twice the most."""
    far = 2 * np.nanmax(hours)
    known = np.where(np.isnan(hours), far, hours)
    counted = ~np.isnan(hours).all(axis=1)
    return min(
        float((known[counted][:, sites].min(axis=1) * weights[counted]).sum())
        for sites in choices(hours.shape[1], p, fixed)
    )


def least_longest(hours, p, fixed=()):
    """Give the least longest hours of a point from the nearest of p sites."""
    known = np.where(np.isnan(hours), np.inf, hours)[~np.isnan(hours).all(axis=1)]
    return min(float(known[:, s].min(axis=1).max()) for s in choices(hours.shape[1], p, fixed))


def fewest(hours, target_h, fixed=()):
    """Give the fewest sites that reach every point that any site reaches."""
    reach = hours <= target_h
    reach = reach[reach.any(axis=1)]
    for p in range(hours.shape[1] + 1):
        if any(reach[:, sites].any(axis=1).all() for sites in choices(hours.shape[1], p, fixed)):
            return p
    raise AssertionError("all sites together reach every point")


def least_beyond(hours, target_h, p, weights, fixed=()):
    """Give the least weight left beyond the target by p sites, of points that any reaches."""
    reach = hours <= target_h
    counted = reach.any(axis=1)
    return min(
        float(weights[counted & ~reach[:, sites].any(axis=1)].sum())
        for sites in choices(hours.shape[1], p, fixed)
    )


def least_sum_by_program(hours, p, fixed=()):
    """Solve the textbook's p-median (ReVelle and Swain 1970) by plain HiGHS."""
    points, sites = hours.shape
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    is_open = [highs.addBinary() for _ in range(sites)]
    highs.addConstr(sum(is_open) == p)
    for j in fixed:
        highs.addConstr(is_open[j] == 1)
    cost = 0
    for i in range(points):
        by = [highs.addVariable(0, 1) for _ in range(sites)]
        highs.addConstr(sum(by) == 1)
        for j in range(sites):
            highs.addConstr(by[j] <= is_open[j])
        cost += sum(float(hours[i, j]) * by[j] for j in range(sites))
    highs.minimize(cost)
    return highs.getInfo().objective_function_value


def best_groups(hours, number, least, most):
    """Give the least sum of hours to desks' seats over all ways to share stations out."""
    stations, best = len(hours), np.inf
    for seats in combinations(range(stations), number):
        for desk_of in product(range(number), repeat=stations):
            sizes = [desk_of.count(desk) for desk in range(number)]
            if all(least <= size <= most for size in sizes):
                cost = sum(hours[seats[desk], station] for station, desk in enumerate(desk_of))
                best = min(best, cost)
    return best


def courier_arrivals(roads, wave, route, halts):
    """Walk a courier's route step by step; `halts` are the places after which he hands over.

    Gives when each message of the route is in, or None where he comes back too late.
    """
    stop_h, now, carried, arrival = wave.stop_min / 60, wave.from_h, [], {}
    at = ("desk", None)
    for place, station in enumerate(route):
        kind, number = at
        if kind == "desk":
            now += roads.from_desk[station]
        elif kind == "relay":
            now += roads.from_relay[number, station]
        else:
            now += roads.between[number, station]
        now = max(now, wave.ready_h[station]) + stop_h
        carried.append(station)
        at = ("station", station)
        if place in halts:
            drops = [*roads.to_relay[station], roads.to_desk[station]]
            nearest = int(np.nanargmin(drops))
            now += drops[nearest]
            if not now <= wave.until_h:
                return None
            arrival.update(dict.fromkeys(carried, now))
            carried = []
            at = ("desk", None) if nearest == len(drops) - 1 else ("relay", nearest)
    return arrival


def least_missed(roads, wave, stations):
    """Give the least (left out, late) of these stations over all routes of one courier."""
    best = (len(stations), 0)
    for size in range(1, len(stations) + 1):
        for route in permutations(stations, size):
            for inner in product((False, True), repeat=size - 1):
                halts = {k for k, stop in enumerate(inner) if stop} | {size - 1}
                arrival = courier_arrivals(roads, wave, route, halts)
                if arrival is not None:
                    late = sum(at > wave.target_h[s] for s, at in arrival.items())
                    best = min(best, (len(stations) - size, int(late)))
    return best
