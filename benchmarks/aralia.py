"""The 24 Aralia fault trees: probability and minimal cut sets, beside SCRAM and oxidd.

Run as `python -m benchmarks.aralia`. The trees are real ones, read from POLLREADY_TEST_DATA, else
../shared/data. Each is solved in a process of its own with warm kernels: seconds are of solving
alone, megabytes are what its memory grew by. SCRAM's seconds are those that it gives for
its own computation; its report, which lists every set, is read up to their number only. oxidd
builds diagrams from the very programs and orders that ours came to, so that its seconds stand
beside ours of the diagrams, without the search for an order.
"""

import gc
import multiprocessing
import os
import re
import resource
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import Any

from pollready.engine.fault_tree import FaultTree
from pollready.engine.fault_tree_analysis import analyse_fault_tree
from pollready.engine.fault_tree_orders import program
from pollready.engine.openpsa import read_open_psa
from pollready.engine.warm_up import warm_up

SCRAM_LIMIT_S = 60.0
TURNS = 3  # of which the best is shown, ours and SCRAM's
LONG_S = 2.0  # a run of SCRAM that takes longer is not repeated
ROOT = Path(__file__).resolve().parent.parent


def files() -> list[Path]:
    """List the trees, smallest file first."""
    data = Path(os.environ.get("POLLREADY_TEST_DATA") or ROOT.parent / "shared" / "data")
    return sorted((data / "aralia").glob("*.xml"), key=lambda path: path.stat().st_size)


def rows(*, peers: bool = True, scram_limit_s: float = SCRAM_LIMIT_S) -> list[dict[str, Any]]:
    """Measure every tree: one dict each; None stands where a peer is absent or gave up."""
    warm_up()
    gc.freeze()  # else a forked process copies all that the collector looks at
    found = []
    for path in files():
        row = {"tree": path.stem, **_alone(partial(_ours, path))}
        if peers and shutil.which("scram"):
            few = _best_of_scram(path, scram_limit_s, "--limit-order", "1")
            row |= {"scram_probability": few["probability"], "scram_prob_s": few["seconds"]}
            every = _best_of_scram(path, scram_limit_s)
            row |= {"scram_sets": every["sets"], "scram_sets_s": every["seconds"]}
        if peers and find_spec("oxidd"):
            row |= _alone(partial(_oxidd, path))
        found.append(row)
    return found


def _alone(measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run in a process forked from this one, whose kernels are warm."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sending.send(measure()))
    process.start()
    result: dict[str, Any] = receiving.recv()
    process.join()
    return result


def _ours(path: Path) -> dict[str, Any]:
    warm_up()  # a forked process copies its pages as it first touches them
    before_kb = _peak_kb()
    start = perf_counter()
    tree = read_open_psa(path.read_bytes())
    read_s = perf_counter() - start
    prob_s = _seconds(lambda: analyse_fault_tree(tree, sets=False))
    sets_s = _seconds(lambda: analyse_fault_tree(tree, implicants=False))
    result = analyse_fault_tree(tree, implicants=False)
    grown_mb = (_peak_kb() - before_kb) / 1024
    row: dict[str, Any] = {
        "basic_events": result.basic_events,
        "gates": result.gates,
        "probability": result.probability,
        "minimal_cut_sets": result.minimal_cut_sets,
        "read_s": read_s,
        "prob_s": prob_s,
        "sets_s": sets_s,
        "peak_mb": grown_mb,
        "prime_implicants": None,
        "implicants_s": None,
    }
    if not result.coherent:
        start = perf_counter()
        row["prime_implicants"] = analyse_fault_tree(tree).prime_implicants
        row["implicants_s"] = perf_counter() - start - sets_s
    return row


def _seconds(work: Callable[[], object]) -> float:
    """Give the best of three runs."""
    taken = []
    for _ in range(TURNS):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return min(taken)


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _best_of_scram(path: Path, limit_s: float, *options: str) -> dict[str, Any]:
    runs = [_scram(path, limit_s, *options)]
    while len(runs) < TURNS and (runs[-1]["seconds"] or LONG_S) < LONG_S:
        runs.append(_scram(path, limit_s, *options))
    return min(runs, key=lambda run: run["seconds"] or float("inf"))


def _scram(path: Path, limit_s: float, *options: str) -> dict[str, Any]:
    """Run SCRAM and read its report up to the number of sets, which it gives before them."""
    command = ["scram", "--bdd", "--probability", "1", *options, "-o", "/dev/stdout", str(path)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    timer = Timer(limit_s, process.kill)
    timer.start()
    head = ""
    assert process.stdout is not None
    for line in process.stdout:
        head += line
        if "<sum-of-products" in line:
            break
    timer.cancel()
    process.kill()
    process.stdout.close()
    process.wait()
    times = re.findall(r"<(?:products|probability)>([\d.e+-]+)<", head)
    prob = re.search(r'<sum-of-products.* probability="([^"]+)"', head)
    sets = re.search(r'<sum-of-products.* products="(\d+)"', head)
    return {
        "probability": float(prob[1]) if prob else None,
        "sets": int(sets[1]) if sets else None,
        "seconds": sum(map(float, times)) if sets else None,
    }


def _oxidd(path: Path) -> dict[str, Any]:
    """Build with oxidd what our search for an order came to; see that the states agree."""
    from oxidd.bdd import BDDManager

    tree = read_open_psa(path.read_bytes())
    halves = (0.5,) * len(tree.event_names)
    even = FaultTree(tree.name, tree.nodes, tree.event_names, halves, tree.gates, tree.uses)
    solving = analyse_fault_tree(even, sets=False).solving
    assert solving is not None
    seconds, agrees = 0.0, True
    for solved in solving.solved.values():
        steps = program(solving.part, solved.module, solved.order)
        manager = BDDManager(1 << 22, 1 << 20, 1)
        manager.add_vars(len(solved.order))
        start = perf_counter()
        registers: list[Any] = [None] * steps.registers
        registers[:2] = manager.false(), manager.true()
        for level, register in enumerate(steps.variable.values()):
            registers[register] = manager.var(level)
        for op, left, right, target in steps.instructions.tolist():
            one, other = registers[left], registers[right]
            registers[target] = (one & other, one | other, one ^ other)[op]
        seconds += perf_counter() - start
        agrees &= registers[steps.result].node_count() == len(solved.diagram)
    return {"oxidd_diagram_s": seconds, "oxidd_agrees": agrees}


def main() -> None:
    """Print the table and its totals."""
    found = rows()
    shown = ("tree", "basic_events", "gates", "probability", "minimal_cut_sets", "prob_s",
             "sets_s", "peak_mb", "scram_prob_s", "scram_sets_s", "oxidd_diagram_s")  # fmt: skip
    print(" ".join(f"{name:>16}" for name in shown))
    for row in found:
        print(" ".join(f"{_written(row.get(name)):>16}" for name in shown))
    for row in found:
        if row["prime_implicants"] is not None:
            print(f"{row['tree']}: {row['prime_implicants']:,} prime implicants, "
                  f"{row['implicants_s']:.2f} s more")  # fmt: skip
    for ours, peer in (("prob_s", "scram_prob_s"), ("sets_s", "scram_sets_s")):
        both = [row for row in found if row.get(peer) is not None]
        print(f"total {ours}: {sum(row[ours] for row in found):.2f} s; of the {len(both)} that "
              f"SCRAM finished: ours {sum(row[ours] for row in both):.2f} s, "
              f"SCRAM {sum(row[peer] for row in both):.2f} s")  # fmt: skip


def _written(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.5g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
