"""Are the priors calibrated, and does the watch over regimes cry wolf? On simulated rounds.

`python -m benchmarks.calibration [--worlds N] [--drawing FILE.svg] [--language fa]` from the
checkout. Seven ways in which incidents may come about (tests/oracles/incident_simulator.py), three
of them outside what is fitted; every figure is repeatable by its seeds.
"""

import argparse
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.reliability_drawing import reliability_drawing
from pollready.engine.priors import fit_priors
from pollready.engine.regime import find_regime_change
from tests.oracles.connectivity_simulator import MECHANISMS as QUIET
from tests.oracles.connectivity_simulator import quiet
from tests.oracles.incident_simulator import MECHANISMS, Mechanism, simulate

WORLDS = 200
STATED_FALSE_ALARM = 0.05
_BINS = 10


def judge_priors(worlds: int = WORLDS) -> list[dict[str, Any]]:
    """Give one row per mechanism: how often the interval holds, Brier scores, reliability."""
    return [_judged(mechanism, worlds) for mechanism in MECHANISMS]


def _judged(mechanism: Mechanism, worlds: int) -> dict[str, Any]:
    below, above, given, base, happened = [], [], [], [], []
    seconds = 0.0
    for seed in range(worlds):
        truth = simulate(mechanism, seed)
        start = perf_counter()
        priors = fit_priors(truth.history, truth.coming_hours)
        seconds += perf_counter() - start
        below.append(truth.rate < priors.low)
        above.append(truth.rate > priors.high)
        given.append(priors.any_prob)
        happened.append(truth.coming_incidents > 0)
        base.append(np.full(truth.rate.size, (truth.history.incidents > 0).mean()))
    chance, came = np.concatenate(given), np.concatenate(happened)
    too_low, too_high = np.concatenate(above).mean(), np.concatenate(below).mean()
    return {
        "mechanism": mechanism.name,
        "worlds": worlds,
        "cells": int(chance.size),
        "interval_holds": float(1.0 - too_low - too_high),
        "truth_above": float(too_low),
        "truth_below": float(too_high),
        "brier": float(np.mean((chance - came) ** 2)),
        "brier_of_base_rate": float(np.mean((np.concatenate(base) - came) ** 2)),
        "reliability": _reliability(chance, came),
        "ms_per_fit": seconds / worlds * 1e3,
    }


def _reliability(chance: Any, came: Any) -> list[dict[str, Any]]:
    """Give, for tenths of the chance given, how often an incident came, with its 90% range."""
    tenth = np.minimum((chance * _BINS).astype(int), _BINS - 1)
    rows = []
    for number in range(_BINS):
        own = tenth == number
        cells = int(own.sum())
        if cells == 0:
            continue
        given, share = float(chance[own].mean()), float(came[own].mean())
        low, high = _wilson(share, cells)
        rows.append({"given": given, "happened": share, "cells": cells, "low": low, "high": high})
    return rows


def _wilson(share: float, cells: int, z: float = 1.645) -> tuple[float, float]:
    """Give the 90% range of a share; one cell tells next to nothing."""
    centre = (share + z * z / (2 * cells)) / (1 + z * z / cells)
    half = z / (1 + z * z / cells) * (share * (1 - share) / cells + (z / cells) ** 2 / 4) ** 0.5
    return centre - half, centre + half


def judge_regimes(series: int = WORLDS) -> list[dict[str, Any]]:
    """Give one row per quiet mechanism: the share of series reported as a change though none was.

    Once as the watch is used, once with the rule that most places must share the change taken
    away: the cumulative sum alone must keep the rate that it states.
    """
    rows = []
    for mechanism in QUIET:
        alarms = {0.5: 0, 1e-9: 0}
        for seed in range(series):
            readings = quiet(mechanism, seed, days=8, places=30)
            for share in alarms:
                found = find_regime_change(
                    readings, false_alarm_prob=STATED_FALSE_ALARM, least_share=share
                )
                alarms[share] += found is not None
        rows.append({
            "mechanism": mechanism, "series": series, "stated": STATED_FALSE_ALARM,
            "measured": alarms[0.5] / series, "measured_without_share": alarms[1e-9] / series,
        })  # fmt: skip
    return rows


def main() -> None:
    """Print the figures; draw the reliability diagram where a file is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--drawing", type=Path, help="file of the reliability diagram (SVG)")
    parser.add_argument("--language", choices=("fa", "en"), default="en")
    arguments, _ = parser.parse_known_args()
    rows = judge_priors(arguments.worlds)
    for row in rows:
        print(
            f"{row['mechanism']:<38} 90% interval holds {row['interval_holds']:.3f} "
            f"(truth above {row['truth_above']:.3f}, below {row['truth_below']:.3f}), "
            f"Brier {row['brier']:.4f} against {row['brier_of_base_rate']:.4f}, "
            f"{row['ms_per_fit']:.0f} ms a fit"
        )
    mean = np.mean([row["interval_holds"] for row in rows])
    print(f"{'all':<38} 90% interval holds {mean:.3f}")
    for row in judge_regimes(arguments.worlds):
        print(
            f"no change, {row['mechanism']:<26} reported {row['measured']:.3f}, by the sum alone "
            f"{row['measured_without_share']:.3f}, stated {row['stated']:.2f}"
        )
    if arguments.drawing:
        arguments.drawing.write_text(reliability_drawing(rows, arguments.language), "utf-8")


if __name__ == "__main__":
    main()
