"""What holds of priors for any history."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pollready.engine.priors import History, fit_priors


@st.composite
def histories(draw):
    cells, rounds = draw(st.integers(2, 12)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    kind, place, agency = (random.integers(0, n, cells) for n in (3, 5, 2))
    exposure = random.uniform(0, 2000, (cells, rounds)) * (random.random((cells, rounds)) < 0.9)
    exposure[0] = 100.0
    incidents = random.poisson(exposure * random.gamma(1, 0.01, (cells, 1)))
    return History(kind, place, agency, incidents, exposure)


@settings(max_examples=25, deadline=None)
@given(histories(), st.integers(0, 1000))
def test_the_order_of_cells_and_rounds_does_not_matter(history, seed):
    random = np.random.default_rng(seed)
    rows = random.permutation(history.kind.size)
    rounds = random.permutation(history.incidents.shape[1])
    moved = History(
        history.kind[rows], history.place[rows], history.agency[rows],
        history.incidents[rows][:, rounds], history.exposure[rows][:, rounds],
    )  # fmt: skip
    one, two = fit_priors(history), fit_priors(moved)
    for name in ("mean", "low", "high", "any_prob"):
        np.testing.assert_allclose(getattr(one, name)[rows], getattr(two, name), rtol=1e-6)


@settings(max_examples=25, deadline=None)
@given(histories())
def test_a_rate_lies_inside_its_interval_and_above_nothing(history):
    priors = fit_priors(history)
    claimed = ~np.isnan(priors.mean)
    assert np.array_equal(claimed, (history.exposure > 0).any(axis=1))
    low, middle, high = (x[claimed] for x in (priors.low, priors.median, priors.high))
    assert np.all((low > 0) & (low < middle) & (middle < high))
    assert np.all((priors.any_prob[claimed] > 0) & (priors.any_prob[claimed] < 1))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 20), st.integers(0, 500))
def test_a_cell_leans_from_its_own_rate_toward_those_of_the_others(count, seed):
    others = np.random.default_rng(seed).poisson(6, (9, 2))
    incidents = np.vstack([[count, count], others])
    codes = np.arange(10)
    priors = fit_priors(History(codes * 0, codes, codes * 0, incidents, np.full((10, 2), 100.0)))
    own, common = count / 100, others.mean() / 100
    # whole rounds that differ move all rates together by a little, hence the slack
    assert min(own, common) * 0.85 <= priors.mean[0] <= max(own, common) * 1.15


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 500))
def test_more_evidence_narrows_the_interval(seed):
    random = np.random.default_rng(seed)
    codes, rate = np.arange(12), random.gamma(4, 0.25, (12, 1))

    def width(hours):
        incidents = random.poisson(rate * hours, (12, 3))
        history = History(codes % 2, codes, codes % 3, incidents, np.full((12, 3), float(hours)))
        priors = fit_priors(history)
        return np.log(priors.high / priors.low).mean()

    assert width(1) > width(20)
    few, many = (
        fit_priors(
            History(codes % 2, codes, codes % 3, random.poisson(rate * 5, (12, rounds)),
                    np.full((12, rounds), 5.0))
        )
        for rounds in (2, 12)
    )  # fmt: skip
    assert np.log(many.high / many.low).mean() < np.log(few.high / few.low).mean()
