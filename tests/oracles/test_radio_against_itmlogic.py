"""Our way through a path against the package's own, over random profiles.

Where the antennas see each other the package reads the receiver's ground one step short of it,
so the two can agree only where the last two elevations are equal; elsewhere the package contradicts
itself (there is not back), which the last test shows.
"""

import numpy as np
import pytest
from itmlogic.preparatory_subroutines.qlrpfl import qlrpfl
from itmlogic.preparatory_subroutines.qlrps import qlrps
from itmlogic.statistics.avar import avar

from pollready.engine.longley_rice import Climate, RadioPath, Surroundings

DEVIATES = {0.1: 1.2817, 0.5: 0.0, 0.9: -1.2817}


def package_loss(heights, sender, receiver, frequency, climate, mode, deviate) -> float:
    """Take a path through the package alone."""
    count = heights.size - 1
    ends = count // 10
    prop = {
        "kwx": 0, "lvar": 5, "klimx": climate, "klim": climate, "mdvar": mode, "mdvarx": mode,
        "hg": [sender, receiver], "pfl": [count, 90.0, *heights.tolist()],
    }  # fmt: skip
    middle = float(heights[ends : count - ends + 1].mean())
    prop["wn"], prop["gme"], prop["ens"], prop["zgnd"] = qlrps(
        frequency, middle, 301.0, 1, 15.0, 0.005
    )
    prop = qlrpfl(prop)
    attenuation, _ = avar(deviate, deviate, deviate, prop)
    distance_km = prop["dist"] / 1000
    return 32.45 + 20 * np.log10(frequency) + 20 * np.log10(distance_km) + attenuation


def cases(count: int, *, level_end: bool):
    """Draw profiles from level to rugged, masts, frequencies, climates and modes."""
    generator = np.random.default_rng(7)
    for _ in range(count):
        steps = generator.normal(0, generator.uniform(0.1, 30), int(generator.integers(11, 400)))
        heights = 200 + np.abs(np.cumsum(steps))
        if level_end:
            heights[-2] = heights[-1]
        yield (
            heights,
            float(generator.uniform(3, 120)),
            float(generator.uniform(1, 12)),
            float(generator.uniform(200, 6000)),
            int(generator.integers(1, 8)),
            int(generator.choice((0, 1, 2, 3, 10, 12, 13))),
        )


def test_thousands_of_profiles_lose_the_same_at_every_share():
    seen = 0
    for heights, sender, receiver, frequency, climate, mode in cases(1200, level_end=True):
        ours = RadioPath(
            heights, 90.0, sender, receiver, frequency,
            Surroundings(Climate(climate)), variability=mode,
        )  # fmt: skip
        for share, deviate in DEVIATES.items():
            theirs = package_loss(heights, sender, receiver, frequency, climate, mode, deviate)
            assert ours.loss_db(share, share, share) == pytest.approx(theirs, abs=0.001)
            seen += 1
    assert seen == 3600


def test_the_package_alone_tells_there_from_back_and_ours_does_not():
    theirs_apart, ours_apart = [], []
    for heights, sender, receiver, frequency, climate, _ in cases(300, level_end=False):
        ends = (
            (heights, sender, receiver),
            (heights[::-1].copy(), receiver, sender),
        )
        theirs = [package_loss(*end, frequency, climate, 0, 0.0) for end in ends]
        ours = [
            RadioPath(h, 90.0, s, r, frequency, Surroundings(Climate(climate))).loss_db()
            for h, s, r in ends
        ]
        theirs_apart.append(abs(theirs[0] - theirs[1]))
        ours_apart.append(abs(ours[0] - ours[1]))
    assert max(ours_apart) < 1e-6
    assert max(theirs_apart) > 1.0
