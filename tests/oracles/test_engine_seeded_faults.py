"""Faults seeded into the engine by hand: the comparison with enumeration reports each."""

import inspect
import random
import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from pollready.engine import (
    _cut_kernels,
    _numbering_kernels,
    _timing_kernels,
    canonical,
    contingency,
)
from pollready.engine.contingency import SetCost
from tests.oracles.engine_comparison import differences
from tests.oracles.engine_networks import draw


@dataclass(frozen=True)
class Fault:
    """A line of the engine, changed."""

    owner: Any
    function: str
    old: str
    new: str


FAULTS = {
    "a ride as long as the outage carries it": Fault(
        _timing_kernels, "_find", "time_s > longest_s", "time_s >= longest_s"
    ),
    "supersets are not absorbed": Fault(
        _cut_kernels, "_pairs_of_any_failing", "if not _hits(", "if True or not _hits("
    ),
    "reach is ignored": Fault(
        _numbering_kernels, "number_leaves", "if reach[group] < 1", "if reach[group] < 0"
    ),
    "nested rides do not add up": Fault(_timing_kernels, "_later", "time_s + ride_s", "ride_s"),
    "a group's event is drawn anew for each member": Fault(
        _numbering_kernels, "number_leaves", "OWN, event,", "PRIVATE, (1 << 40) + node,"
    ),
    "points below in the base state are counted": Fault(
        SetCost, "_fallen", "(before <= column) & ", ""
    ),
    "being at a level counts as being below it": Fault(
        SetCost, "_fallen", "(after > column)", "(after >= column)"
    ),
    "k of n is off by one": Fault(_timing_kernels, "_at_least", "held[j - 1]", "held[j]"),
    "the outage's duration is dropped": Fault(canonical, "_shares", "waited_h > 0", "waited_h < 0"),
    "nested events are taken as independent": Fault(
        canonical, "_shares", "np.where(new, 0, np.append(0, time_s)[: time_s.size])", "0 * time_s"
    ),
    "the correction's sign is turned": Fault(
        _cut_kernels, "pair_corrections", "weights, top, -1", "weights, top, 1"
    ),
    "pairs without a correction are left out": Fault(
        contingency, "best_pairs", "allowed, order, keys", "allowed, order[:0], keys"
    ),
}


def changed(fault: Fault) -> Any:
    """Compile the function with its line changed; a kernel becomes plain Python."""
    function = getattr(fault.owner, fault.function)
    function = getattr(function, "py_func", function)
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("def "))
    source = "\n".join(lines[start:])
    assert source.count(fault.old) >= 1, f"the engine no longer has the line {fault.old!r}"
    scope: dict[str, Any] = {}
    exec(source.replace(fault.old, fault.new), function.__globals__, scope)
    return scope[fault.function]


# Kernels that call others: as plain Python, they call the changed one.
CALLERS = {
    _cut_kernels: ("_pairs_of_any_failing", "cuts_of_order_two", "pair_corrections"),
    _timing_kernels: ("_later", "_find", "_ask", "_asked_of", "_at_least", "spell_out"),
}


@pytest.fixture
def plain_kernels(monkeypatch):
    """Run the callers as plain Python."""
    for module, names in CALLERS.items():
        for name in names:
            monkeypatch.setattr(module, name, getattr(module, name).py_func)


def compared(count: int) -> list[str]:
    random_ = random.Random(7)
    counts: Counter[str] = Counter()
    found = []
    for _ in range(count):
        found += differences(draw(random_), counts, max_states=2000)
        if found:
            break
    return found


def test_without_a_fault_nothing_differs():
    assert compared(40) == []


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")  # hashes wrap around
@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_reported(name, monkeypatch, request):
    fault = FAULTS[name]
    function = changed(fault)
    if fault.function in CALLERS.get(fault.owner, ()):
        request.getfixturevalue("plain_kernels")
    monkeypatch.setattr(fault.owner, fault.function, function)
    assert compared(40) != []


def test_ten_faults_or_more_are_seeded():
    assert len(FAULTS) >= 10
