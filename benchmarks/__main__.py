"""Every measurement in turn: `make bench`, or those named: `python -m benchmarks engine.province`.

Each runs in a process of its own, so that its peak memory is its own; its rows, the machine and the
probe of it are kept in `benchmarks/results/`, and printed. Nothing fails because of a figure.
"""

import argparse
import importlib
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import described, peak_mib, probe

RESULTS = Path(__file__).resolve().parent / "results"
# What is measured, and the function that gives its rows.
MEASUREMENTS = {
    "engine.province": "engine.measure_province",
    "engine.nation": "engine.measure_nation",
    "engine.million": "engine.measure_million",
    "engine.topologies": "engine.measure_topologies",
    "monte_carlo": "monte_carlo.measure",
    "worst_case": "worst_case.rows",
    "allocation.province": "allocation.measure_province",
    "allocation.nation": "allocation.measure_nation",
    "allocation.worth": "worth.measure_province",
    "allocation.worth.nation": "worth.measure_nation",
    "queues": "queues.rows",
    "aralia": "aralia.rows",
    "siting": "siting.rows",
    "what_if": "what_if.measure",
    "agreement": "agreement.measure",
    "start": "start.measure",
    "pages": "pages.measure",
    "map": "map.measure",
    "explore.pages": "explore.measure_pages",
    "imports.staging": "staging.measure",
    "radio": "radio.measure",
    "calibration.priors": "calibration.judge_priors",
    "calibration.regimes": "calibration.judge_regimes",
}


def main() -> int:
    """Run what is named, or all; 1 where a measurement did not come to an end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*", choices=MEASUREMENTS, help="what to measure")
    parser.add_argument("--here", action="store_true", help="in this process, without keeping it")
    arguments = parser.parse_args()
    names = arguments.name or list(MEASUREMENTS)
    if arguments.here:
        for name in names:
            show(name, measured(name))
        return 0
    return max(in_own_process(name) for name in names)


def in_own_process(name: str) -> int:
    """Measure in a process of its own and keep what it says."""
    RESULTS.mkdir(exist_ok=True)
    code = "import sys, json; from benchmarks.__main__ import measured; "
    code += "json.dump(measured(sys.argv[1]), open(sys.argv[2], 'w'), indent=1)"
    file = RESULTS / f"{name}.json"
    done = subprocess.run([sys.executable, "-c", code, name, str(file)], check=False)
    if done.returncode == 0:
        show(name, json.loads(file.read_text("utf-8")))
    else:
        print(f"{name}: ended with {done.returncode}")
    return int(done.returncode != 0)


def measured(name: str) -> dict[str, Any]:
    """Give the rows of a measurement, with the machine before and after."""
    module, _, function = MEASUREMENTS[name].partition(".")
    before = probe()
    rows = getattr(importlib.import_module(f"benchmarks.{module}"), function)()
    return {
        "measurement": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": described(),
        "probe_before": before,
        "probe_after": probe(),
        "peak_mib": peak_mib(),
        "rows": rows,
    }


def show(name: str, result: dict[str, Any]) -> None:
    """Print the rows as a table of what each holds."""
    print(f"\n{name}: peak {result['peak_mib']} MiB, probe {result['probe_before']}")
    for row in result["rows"]:
        print("  " + "  ".join(f"{key}={_short(value)}" for key, value in row.items()))


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return f"[{len(value)} rows]"
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
