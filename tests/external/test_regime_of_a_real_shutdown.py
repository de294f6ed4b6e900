"""The nation-wide shutdown of November 2019: it breaks every prior, and has to be named."""

import csv
from datetime import UTC, datetime

import numpy as np
import pytest

from pollready.engine.regime import Direction, find_regime_change

# The seconds of the file count local time.
EVENING = datetime(2019, 11, 16, 20, tzinfo=UTC)

pytestmark = pytest.mark.external


@pytest.fixture(scope="module")
def readings(real_data):
    """Give times and connectivity [hours, places], as the rows have them."""
    (file,) = (real_data / "outage_iran_2019").glob("*.csv")
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    times = sorted({int(row["time_e"]) for row in rows})
    places = sorted({(row["name_1"], row["name_2"]) for row in rows})
    hour, column = {t: n for n, t in enumerate(times)}, {p: n for n, p in enumerate(places)}
    series = np.full((len(times), len(places)), np.nan)
    for row in rows:
        place = column[row["name_1"], row["name_2"]]
        series[hour[int(row["time_e"])], place] = float(row["connectivity"])
    return [datetime.fromtimestamp(time, UTC) for time in times], series


@pytest.mark.parametrize("days", [2, 3, 4, 5])
def test_the_shutdown_is_reported_in_the_hour_in_which_most_places_fell(readings, days):
    times, series = readings
    change = find_regime_change(series, baseline_periods=days)
    assert change.direction is Direction.DOWN
    assert times[change.at_index] == EVENING
    assert change.noticed_index - change.at_index in (1, 2)
    assert change.places_share >= 0.5
    assert change.surprise_sd > 5
    assert change.seen < change.expected == 100


@pytest.mark.parametrize("days", [2, 3, 4, 5])
def test_the_days_before_it_give_no_alarm(readings, days):
    times, series = readings
    before = series[: times.index(EVENING)]
    assert find_regime_change(before, baseline_periods=days) is None
    assert find_regime_change(before, baseline_periods=days, false_alarm_prob=0.05) is None


def test_an_outage_of_one_real_place_is_no_change_of_regime(readings):
    times, series = readings
    before = series[: times.index(EVENING)].copy()
    for place in range(0, before.shape[1], 12):
        one = before.copy()
        one[100:, place] = 0
        assert find_regime_change(one) is None
