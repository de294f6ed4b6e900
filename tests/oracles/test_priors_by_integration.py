"""The posterior of a cell against plain integration and against closed forms."""

from math import exp, log

import numpy as np
import pytest

from pollready.engine import prior_cells
from pollready.engine.prior_cells import CELL_CV, ROUND_CV, fit_cells, quantile
from pollready.engine.prior_margins import Margins
from tests.oracles.prior_by_integration import cell_posterior, gamma_poisson_mean


def one_cell(counts, hours, *, sd=0.4):
    """Fit one cell about a given margin, with the grid drawn closer twice."""
    margin = Margins(np.zeros(1), np.zeros(0), np.zeros(1), np.full(1, log(0.02)), np.full(1, sd))
    counts, hours = np.array([counts], float), np.array([hours], float)
    grid = prior_cells.first_grid(margin, counts.sum(axis=1), hours.sum(axis=1))
    for _ in range(3):
        fitted, grid = fit_cells(grid, margin, counts, hours)
    return fitted


@pytest.mark.parametrize(
    ("counts", "hours"), [([0, 0], [60, 50]), ([1, 0, 4], [90, 40, 70]), ([30, 22], [500, 500])]
)
def test_the_posterior_on_the_grid_is_that_of_plain_integration(counts, hours):
    fitted = one_cell(counts, hours)
    models = [
        (law, cv, 0.5 if cv >= 0.5 else 1.0)
        for law in ("lognormal", "gamma")
        for cv in CELL_CV
        if law == "lognormal" or cv >= 0.5
    ]
    rounds = [(cv, exp(-((cv / 0.7) ** 2) / 2)) for cv in ROUND_CV]
    shares = (0.05, 0.5, 0.95)
    mean, points = cell_posterior(counts, hours, (log(0.02), 0.4), models, rounds, shares)
    assert (fitted.mass * np.exp(fitted.grid)).sum() == pytest.approx(mean, rel=0.01)
    found = [exp(quantile(fitted.grid, fitted.mass, share)[0]) for share in shares]
    assert found[1:] == pytest.approx(points[1:], rel=0.03)
    # a lower end that is next to nothing need only be next to nothing
    assert found[0] == pytest.approx(points[0], rel=0.1, abs=1e-6)


@pytest.mark.parametrize(("incidents", "exposure"), [(1, 40.0), (3, 100.0), (25, 900.0)])
def test_a_known_spread_and_a_known_margin_give_the_gamma_poisson_posterior(
    monkeypatch, incidents, exposure
):
    monkeypatch.setattr(prior_cells, "CELL_CV", np.array([1.0]))  # a gamma of shape 1, half of it
    monkeypatch.setattr(prior_cells, "ROUND_CV", np.array([1e-4]))
    monkeypatch.setattr(prior_cells, "_log_model_prior", lambda: np.log([[1e-12], [1.0]]))
    fitted = one_cell([incidents], [exposure], sd=1e-6)
    mean = float((fitted.mass * np.exp(fitted.grid)).sum())
    by_hand = (1 + incidents) / (1 / 0.02 + exposure)
    assert gamma_poisson_mean(incidents, exposure, 1.0, 0.02) == pytest.approx(by_hand, rel=1e-6)
    assert mean == pytest.approx(by_hand, rel=0.005)
