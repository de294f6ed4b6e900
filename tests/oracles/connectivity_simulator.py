"""Places without a change of regime: three ways in which they may come and go."""

import numpy as np

MECHANISMS = ("gaussian", "heavy", "stepped")


def quiet(mechanism: str, seed: int, *, days: int = 10, places: int = 40) -> np.ndarray:
    """Give readings [hours, places]: a daily course, a common wander, and places' own outages."""
    draw = np.random.default_rng([seed, MECHANISMS.index(mechanism)])
    hours = 24 * days
    night = 3 * np.cos(2 * np.pi * np.arange(hours) / 24)[:, None] * draw.uniform(0, 1.5, places)
    news = draw.normal(size=(hours, places))
    if mechanism == "heavy":
        news = draw.standard_t(4, (hours, places)) / np.sqrt(2)
    wander = _wander(draw.normal(size=hours), 0.6)[:, None] * draw.uniform(0.2, 1.0)
    series = 90 - night + wander + 3 * news
    for place in np.flatnonzero(draw.random(places) < 0.2):
        first = draw.integers(0, hours)
        series[first : first + draw.integers(2, 30), place] = 0
    if mechanism == "stepped":
        series = np.clip(np.round(series / 10) * 10, 0, 100)
    return series


def _wander(news, carry):
    course = np.zeros(news.size)
    for now in range(1, news.size):
        course[now] = carry * course[now - 1] + news[now]
    return course
