"""What machine a figure was measured on, and how fast it was at that moment."""

import os
import platform
import resource
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numba import njit

PACKAGES = ("numpy", "numba", "scipy", "highspy", "oxidd", "itmlogic")


def described() -> dict[str, Any]:
    """Name processor, cores, memory and versions."""
    model = platform.processor() or "unknown"
    cpuinfo, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    memory_gib = None
    if meminfo.exists():
        memory_gib = round(int(meminfo.read_text().split()[1]) / 2**20, 1)
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": memory_gib,
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


@njit(cache=True)
def _mixed(turns: int) -> int:
    value = np.uint64(1)
    for _ in range(turns):
        value = (value ^ (value >> np.uint64(13))) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1)
    return value


def probe() -> dict[str, float]:
    """Measure memory (GB/s read and written by a copy) and one core (a fixed kernel's seconds)."""
    source = np.ones(32_000_000)
    target = np.empty_like(source)
    copy_s = min(_timed(lambda: np.copyto(target, source)) for _ in range(3))
    _mixed(1)
    kernel_s = min(_timed(lambda: _mixed(100_000_000)) for _ in range(3))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        "copy_gb_per_s": round(2 * source.nbytes / copy_s / 1e9, 2),
        "kernel_s": round(kernel_s, 4),
        "load": round(load, 2),
    }


def peak_mib() -> int:
    """Give the most memory that this process has held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _timed(work: Any) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
