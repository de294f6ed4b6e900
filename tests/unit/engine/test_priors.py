"""What priors claim, and where they claim nothing."""

from math import inf

import numpy as np
import pytest

from pollready.engine.priors import (
    BadHistory,
    Evidence,
    History,
    Likelihood,
    evidence_of,
    fit_priors,
    word_of,
)
from pollready.engine.regime import find_regime_change
from pollready.engine.repairs import fit_repairs


def history(incidents, exposure, kind=None, place=None, agency=None):
    incidents = np.array(incidents)
    codes = np.arange(len(incidents))
    zero = codes * 0
    return History(
        zero if kind is None else np.array(kind),
        codes if place is None else np.array(place),
        zero if agency is None else np.array(agency),
        incidents,
        np.broadcast_to(np.asarray(exposure, float), incidents.shape),
    )


def test_no_incident_is_not_no_probability():
    priors = fit_priors(history([[0, 0], [0, 0], [3, 2]], 100.0))
    assert 0 < priors.low[0] < priors.mean[0] < priors.high[0]
    assert priors.any_prob[0] > 0
    assert np.all(fit_priors(history([[0, 0]], 100.0)).mean > 0)


def test_no_incident_anywhere_is_a_rate_about_one_over_all_exposure():
    priors = fit_priors(history(np.zeros((50, 3), int), 1000.0))
    assert np.all((priors.mean > 0.2 / 150_000) & (priors.mean < 5 / 150_000))
    assert np.all(priors.high > 1 / 150_000)


def test_a_margin_in_which_every_cell_stands_alone_tells_nothing_and_changes_nothing():
    counts = np.random.default_rng(3).poisson(4, (30, 2))
    alone = history(counts, 100.0)
    together = History(alone.kind, alone.kind, alone.agency, alone.incidents, alone.exposure)
    np.testing.assert_allclose(fit_priors(alone).mean, fit_priors(together).mean)


def test_without_exposure_nothing_is_claimed():
    priors = fit_priors(history([[4, 1], [2, 5]], [[100.0, 80.0], [0.0, 0.0]]))
    assert priors.evidence == (Evidence.WORDS, Evidence.NONE)
    assert priors.word[1] is None
    assert np.isnan([priors.mean[1], priors.low[1], priors.high[1], priors.any_prob[1]]).all()
    # what happened where nobody knows the exposure says nothing of the others either
    alone = fit_priors(history([[4, 1]], [[100.0, 80.0]]))
    assert priors.mean[0] == pytest.approx(alone.mean[0])
    assert (priors.incidents[1], priors.rounds[1]) == (0, 0)


def test_with_no_exposure_at_all_every_cell_is_unknown():
    priors = fit_priors(history([[1, 2], [0, 0]], 0.0))
    assert priors.evidence == (Evidence.NONE, Evidence.NONE)
    assert np.isnan(priors.mean).all()


def test_a_round_that_a_cell_did_not_see_is_no_round_without_incidents():
    seen_once = fit_priors(history([[5, 0], [4, 6], [6, 5]], [[100, 0], [100, 100], [100, 100]]))
    seen_twice = fit_priors(history([[5, 0], [4, 6], [6, 5]], 100.0))
    assert seen_once.rounds.tolist() == [1, 2, 2]
    assert seen_once.mean[0] > seen_twice.mean[0]


@pytest.mark.parametrize(
    ("incidents", "rounds", "shown"),
    [(29, 5, "words"), (30, 1, "words"), (30, 2, "digits"), (0, 9, "words")],
)
def test_under_thirty_incidents_or_two_rounds_words_stand_instead_of_digits(
    incidents, rounds, shown
):
    assert evidence_of(incidents, rounds).value == shown


def test_words_follow_the_chance_of_one_unit_in_a_round():
    assert [word_of(p) for p in (0.0199, 0.02, 0.0999, 0.1)] == [
        Likelihood.LOW, Likelihood.MEDIUM, Likelihood.MEDIUM, Likelihood.HIGH,
    ]  # fmt: skip
    many = history([[400, 380], [300, 330]], 100_000.0)
    assert fit_priors(many, 1.0).word[0] is Likelihood.LOW
    assert fit_priors(many, 100.0).word[0] is Likelihood.HIGH


def test_a_bad_round_is_shared_by_all_and_widens_every_interval():
    rng = np.random.default_rng(5)
    base = rng.poisson(40, (30, 4))
    calm = fit_priors(history(base, 1000.0))
    stormy = fit_priors(history(base * np.array([1, 1, 1, 3]), 1000.0))
    assert stormy.level_sd > 2 * calm.level_sd
    assert np.median(np.log(stormy.high / stormy.low)) > np.median(np.log(calm.high / calm.low))


def test_rounds_that_scatter_are_told_from_rounds_that_do_not():
    rng = np.random.default_rng(6)
    steady = rng.poisson(20, (60, 4))
    scattered = rng.poisson(20 * rng.gamma(1, 1, (60, 4)))
    assert fit_priors(history(steady, 100.0)).round_cv < 0.2
    assert fit_priors(history(scattered, 100.0)).round_cv == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (lambda h: History(h.kind[:1], h.place, h.agency, h.incidents, h.exposure), "kind"),
        (lambda h: History(h.kind, h.place, h.agency, -h.incidents, h.exposure), "incidents"),
        (lambda h: History(h.kind, h.place, h.agency, h.incidents[0], h.exposure), "incidents"),
        (lambda h: History(h.kind, h.place, h.agency, h.incidents, h.exposure * inf), "exposure"),
        (lambda h: History(h.kind, h.place, h.agency, h.incidents, h.exposure[:, :1]), "exposure"),
    ],
)  # fmt: skip
def test_a_history_that_does_not_fit_together_is_refused_by_the_name_of_its_field(bad, field):
    with pytest.raises(BadHistory) as refused:
        fit_priors(bad(history([[1, 2], [3, 4]], 10.0)))
    assert refused.value.fields["field"] == field


def test_an_exposure_to_come_that_is_none_is_refused():
    with pytest.raises(BadHistory):
        fit_priors(history([[1, 2]], 10.0), unit_exposure=0.0)


def test_after_a_change_of_regime_there_is_no_forecast():
    series = np.random.default_rng(1).normal(90, 2, (24 * 5, 12))
    series[90:] = 0
    change = find_regime_change(series)
    priors = fit_priors(history([[40, 41], [35, 50]], 100.0))
    changed = priors.after(change)
    assert changed.evidence == (Evidence.REGIME_CHANGED,) * 2
    assert changed.word == (None, None)
    for figures in (changed.mean, changed.median, changed.low, changed.high, changed.any_prob):
        assert np.isnan(figures).all()
    assert changed.regime is change
    assert changed.incidents.tolist() == priors.incidents.tolist()  # the past itself stands
    assert priors.after(None) is priors


def test_who_is_still_down_makes_repairs_longer_and_never_shorter():
    ended = history([[20, 20]], 1.0)
    known = fit_repairs(History(ended.kind, ended.place, ended.agency, ended.incidents,
                                np.array([[40.0, 40.0]])))  # fmt: skip
    still_down = fit_repairs(History(ended.kind, ended.place, ended.agency, ended.incidents,
                                     np.array([[40.0, 60.0]])))  # fmt: skip
    assert still_down.mean_h[0] > known.mean_h[0]
    assert known.low_h[0] < known.mean_h[0] < known.high_h[0]


def test_incidents_of_which_none_ended_still_bound_the_repair_from_below():
    open_ended = fit_repairs(history([[0, 0]], 30.0))
    assert open_ended.mean_h[0] > 60.0
    assert open_ended.evidence == (Evidence.WORDS,)
