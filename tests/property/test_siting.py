import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pollready.engine.couriers import CourierHours, Wave, Way, plan_couriers
from pollready.engine.covering import cover_all, cover_most
from pollready.engine.desks import desk_numbers, group_into_desks
from pollready.engine.dispatch import assign_now
from pollready.engine.p_center import p_center
from pollready.engine.p_median import p_median
from pollready.engine.rosters import Person, roster, shifts

HOURS = st.floats(0, 6, allow_nan=False).map(lambda each: round(each, 2))
QUICK = settings(max_examples=40, deadline=None)


def matrices(points, sites, unknown=True):
    entry = st.one_of(HOURS, st.just(np.nan)) if unknown else HOURS
    return st.tuples(points, sites).flatmap(
        lambda shape: hnp.arrays(np.float64, shape, elements=entry)
    )


ANY = matrices(st.integers(1, 10), st.integers(2, 8))


@QUICK
@given(ANY)
def test_one_more_site_never_hurts(hours):
    if np.isnan(hours).all():
        return
    for choose in (p_median, p_center, lambda h, p: cover_most(h, 1.5, p)):
        costs = [choose(hours, p).cost for p in range(1, hours.shape[1] + 1)]
        assert all(b <= a + 1e-9 for a, b in itertools.pairwise(costs))


@QUICK
@given(ANY, st.data())
def test_one_more_fixed_site_never_helps(hours, data):
    if np.isnan(hours).all():
        return
    order = data.draw(st.permutations(range(hours.shape[1])))
    p = data.draw(st.integers(1, hours.shape[1]))
    for choose in (p_median, p_center, lambda h, p, **k: cover_most(h, 1.5, p, **k)):
        costs = [choose(hours, p, fixed=order[:k]).cost for k in range(p + 1)]
        assert all(b >= a - 1e-9 for a, b in itertools.pairwise(costs))


@QUICK
@given(ANY)
def test_a_farther_target_never_needs_more_sites_nor_leaves_more_out(hours):
    near, far = cover_all(hours, 1.0), cover_all(hours, 2.0)
    assert set(far.unreached.tolist()) <= set(near.unreached.tolist())
    if set(far.unreached.tolist()) == set(near.unreached.tolist()):
        assert far.cost <= near.cost


@QUICK
@given(ANY, st.randoms(use_true_random=False))
def test_the_order_of_points_and_sites_changes_no_cost(hours, random):
    if np.isnan(hours).all():
        return
    rows, columns = list(range(hours.shape[0])), list(range(hours.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    other = hours[np.ix_(rows, columns)]
    for choose in (p_median, p_center, lambda h, p: cover_most(h, 1.5, p)):
        assert choose(other, 2).cost == pytest.approx(choose(hours, 2).cost)


@QUICK
@given(st.integers(2, 40), st.integers(1, 4), st.integers(0, 6), st.integers(0, 99))
def test_no_desk_is_above_or_below_its_size(stations, least, more, seed):
    most = least + more
    at = np.random.default_rng(seed).random((stations, 2))
    hours = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    for number in list(desk_numbers(stations, least, most))[:2]:
        found = group_into_desks(hours, least=least, most=most, desks=number)
        sizes = np.bincount(found.desk_of, minlength=number)
        assert len(sizes) == number and sizes.min() >= least and sizes.max() <= most
        assert found.bound <= found.cost + 1e-9
        assert (found.desk_of[found.seat] == np.arange(number)).all() or found.cost > 0


@QUICK
@given(st.integers(0, 999), st.integers(0, 9), st.integers(1, 4))
def test_nobody_is_on_two_posts_at_a_time(seed, people, teams):
    rng = np.random.default_rng(seed)
    codes = tuple(f"team-{each}" for each in range(teams))
    staff = tuple(
        Person(
            f"p{each}", tuple(rng.permutation(codes).tolist()[: rng.integers(1, teams + 1)]),
            bool(rng.random() < 0.7), most_h=float(rng.uniform(4, 20)),
        )
        for each in range(people)
    )  # fmt: skip
    day = shifts(6, 26, shift_h=float(rng.uniform(4, 12)), overlap_h=0.5)
    served = {}
    for post in roster(codes, day, staff).posts:
        if post.person is not None:
            served.setdefault(post.person, []).append(post.shift)
    allowed = {person.code: person.most_h for person in staff}
    for person, times in served.items():
        assert sum(each.ends_h - each.starts_h for each in times) <= allowed[person] + 1e-6
        for place, one in enumerate(times):
            assert not any(one.overlaps(other) for other in times[place + 1 :])


@QUICK
@given(matrices(st.integers(1, 6), st.integers(1, 8)))
def test_a_job_has_one_team_and_a_team_one_job(hours):
    found = assign_now(hours)
    sent = found.job_of[found.job_of >= 0]
    assert len(sent) == len(set(sent.tolist())) == hours.shape[1] - len(found.waiting)


@QUICK
@given(st.integers(0, 9999), st.integers(1, 9), st.integers(0, 3), st.integers(0, 4))
def test_no_message_is_in_before_it_is_ready_and_carried(seed, stations, relays, couriers):
    rng = np.random.default_rng(seed)
    at, by, desk = rng.random((stations, 2)) * 4, rng.random((relays, 2)) * 4, np.full((1, 2), 2.0)

    def apart(one, other):
        return np.hypot(*(one[:, None] - other).transpose(2, 0, 1))

    roads = CourierHours(
        apart(at, by), apart(by, at), apart(at, at), apart(desk, at)[0], apart(at, desk)[:, 0]
    )
    ready = rng.uniform(5, 7, stations)
    wave = Wave(ready, ready + 1.5, 4.0, 13.0, couriers, float(rng.uniform(0, 1)), 6.0)
    found = plan_couriers(roads, wave)
    drop = np.column_stack([roads.to_relay, roads.to_desk]).min(axis=1)
    for station, way in enumerate(found.way):
        arrival = found.arrival_h[station]
        if way is Way.NOBODY:
            assert np.isnan(arrival)
            continue
        assert arrival >= found.earliest_h[station] - 1e-9
        assert found.earliest_h[station] >= ready[station] + drop[station] - 1e-9
        if way is Way.COURIER:
            first = wave.from_h + roads.from_desk[station] + 0.1 + drop[station]
            assert first - 1e-9 <= arrival <= wave.until_h
    assert found.bound <= found.missed == len(found.late) + len(found.nobody)
    assert sorted(s for route in found.routes for s in route) == [
        s for s, way in enumerate(found.way) if way is Way.COURIER
    ]
