"""The default profile of arrivals, learned again from what was counted."""

import csv
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from pollready.engine.arrivals import SEEN_IN_2019, learn_profile

pytestmark = pytest.mark.external
OPENS_H, SLICES, SLICE_MIN = 8, 48, 15
CENTRES_OPEN_H, CENTRES_H = 7, 13


def test_the_default_profile_is_what_the_counts_teach(real_data):
    casts, observed = casts_by_slice(real_data)
    learned = learn_profile(casts, observed, at_doors=share_at_doors(real_data))
    assert np.abs(learned.shares - SEEN_IN_2019.shares).max() < 6e-6
    assert learned.at_doors == pytest.approx(SEEN_IN_2019.at_doors, abs=5e-5)
    assert learned.concentration == pytest.approx(SEEN_IN_2019.concentration, rel=0.01)


def casts_by_slice(data):
    """Count ballots by station and quarter hour, and how much of it the camera was watched.

    Nobody watched before 8:30. Ballots in a slice that was watched less than a tenth are left out.
    """
    rows = _rows(data / "queue_ru_arrivals/ps.log.txt", delimiter="\t", quoting=csv.QUOTE_NONE)
    stations = sorted({row["PS.UID"] for row in rows})
    casts = np.zeros((len(stations), SLICES), np.int64)
    observed = np.ones((len(stations), SLICES))
    observed[:, :2] = 0
    ends = np.arange(1, SLICES + 1) * SLICE_MIN
    for row in rows:
        station, minute = stations.index(row["PS.UID"]), _minute(row["TIMECODE"])
        if row["ACTION.TYPE"] == "ballot cast":
            casts[station, int(minute // SLICE_MIN)] += 1
        elif row["ACTION.TYPE"] == "lacune begins":
            away = minute
        elif row["ACTION.TYPE"] == "lacune ends":
            overlap = np.minimum(minute, ends) - np.maximum(away, ends - SLICE_MIN)
            observed[station] -= np.maximum(overlap, 0) / SLICE_MIN
    observed[observed < 0.1] = 0
    casts[observed == 0] = 0
    return casts, observed


def share_at_doors(data):
    """Take a centre's first new wait within half an hour of opening, as a share of its day.

    A line that takes so long to serve holds at most that share of what the day can serve.
    """
    zone = ZoneInfo("America/New_York")
    said = {}
    for row in _rows(data / "waits_us_md/raw_early_voting.csv"):
        if row["Wait Time(Mins)"]:
            at = datetime.fromtimestamp(float(row["timestamp"]), zone)
            hour = at.hour + at.minute / 60
            said.setdefault((row["Location Name"], at.date()), []).append(
                (hour, float(row["Wait Time(Mins)"]))
            )
    first = [wait for waits in said.values() if (wait := _first_wait(waits)) is not None]
    return float(np.mean(first)) / (60 * CENTRES_H)


def _first_wait(waits):
    night = [wait for hour, wait in waits if hour < CENTRES_OPEN_H]
    new = [
        wait
        for hour, wait in sorted(waits)
        if CENTRES_OPEN_H <= hour <= CENTRES_OPEN_H + 0.5 and night and wait not in (night[-1], 999)
    ]
    return new[0] if new else None


def _minute(stamp):
    hour, minute, second = map(int, re.findall(r"\d+", stamp.split()[-1]))
    return (hour - OPENS_H) * 60 + minute + second / 60


def _rows(path, **dialect):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, **dialect))
