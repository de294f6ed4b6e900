"""How long the command line takes to start, and the engine's first call in a new process."""

import subprocess
import sys
from time import perf_counter
from typing import Any

FIRST_CALL = """
from time import perf_counter
start = perf_counter()
from pollready.engine.contingency import analyse
from pollready.engine.network import NetworkBuilder
from pollready.engine.reliability import exact
imported = perf_counter()
builder = NetworkBuilder()
builder.component("site", q=0.1)
builder.component("battery", q=0.1)
for name in ("a", "b"):
    builder.point(name, voters=1, services={"admit": {"online": "ride(site, 4h, battery)"}})
network = builder.build()
analyse(network, "admit", "online", 2.0)
pairs = perf_counter()
exact(network, "admit", "online")
print(imported - start, pairs - imported, perf_counter() - pairs)
"""


def measure() -> list[dict[str, Any]]:
    """Start each five times, kernels compiled already; the best is given."""
    rows = [
        {"what": f"pollready {' '.join(arguments)}", "s": _best([*COMMAND, *arguments])}
        for arguments in (["--help"], ["template", "--help"])
    ]
    rows.append({"what": "python -c pass", "s": _best([sys.executable, "-c", "pass"])})
    parts = [
        subprocess.run(
            [sys.executable, "-c", FIRST_CALL], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(5)
    ]
    best = [min(map(float, column)) for column in zip(*parts, strict=True)]
    names = ("import", "first N-1 and N-2", "first probability")
    return rows + [{"what": f"engine, {n}", "s": s} for n, s in zip(names, best, strict=True)]


COMMAND = (sys.executable, "-m", "pollready")


def _best(command: list[str]) -> float:
    taken = []
    for _ in range(5):
        start = perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        taken.append(perf_counter() - start)
    return min(taken)
