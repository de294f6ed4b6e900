"""What a fault tree says: the probability of its top, and its minimal cut sets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from math import isnan, nan

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.errors import EngineError
from pollready.engine.fault_tree import FaultTree, Op
from pollready.engine.fault_tree_counts import total, totals_by_order
from pollready.engine.fault_tree_diagrams import RoomSpent, TimeSpent
from pollready.engine.fault_tree_limits import (
    MAX_NODES,
    MOST_NODES,
    FaultTreeOutOfTime,
    FaultTreeTooLarge,
)
from pollready.engine.fault_tree_reduction import reduced
from pollready.engine.fault_tree_sets import Sets
from pollready.engine.fault_tree_solving import Solving


@dataclass(frozen=True)
class Importance:
    """What one basic event matters to the top; NaN where it divides by nothing.

    `birnbaum` is dP(top)/dq; `criticality` q·birnbaum/P; `raw` P(top | failed)/P(top);
    `rrw` P(top)/P(top | works).
    """

    event: str
    birnbaum: float
    criticality: float
    raw: float
    rrw: float


@dataclass(frozen=True)
class Literal:
    """A basic event in a set, or its absence in a prime implicant."""

    event: str
    failed: bool = True


@dataclass(frozen=True, eq=False)
class FaultTreeResult:
    """What is known of a top event; what the limits left unknown is None, and `refused` says why.

    `basic_events` and `gates` count those at or below the top. `coherent` tells whether more
    failures never mend the top; it then has no prime implicants but its minimal cut sets. The
    counts are of sets of at most `max_order` where that is given.
    """

    top: str
    basic_events: int
    gates: int
    max_order: int | None
    probability: float | None
    unknown_probabilities: int
    coherent: bool | None = None
    minimal_cut_sets: int | None = None
    prime_implicants: int | None = None
    refused: tuple[EngineError, ...] = ()
    tree: FaultTree | None = field(default=None, repr=False)
    solving: Solving | None = field(default=None, repr=False)

    def cut_sets(self, limit: int) -> tuple[tuple[str, ...], ...]:
        """List minimal cut sets, the smallest first, at most `limit`; raises `ValueError`."""
        return tuple(
            tuple(literal.event for literal in found) for found in self._listed("minimal", limit)
        )

    def implicants(self, limit: int) -> tuple[tuple[Literal, ...], ...]:
        """List prime implicants, the smallest first, at most `limit`; raises `ValueError`."""
        return tuple(self._listed("minimal" if self.coherent else "primes", limit))

    def importance(self) -> tuple[Importance, ...]:
        """Give each basic event's importance, in the order of the file; none without P(top)."""
        if self.probability is None or self.solving is None or self.tree is None:
            return ()
        top, tree = self.probability, self.tree
        slopes = sorted(self.solving.birnbaum().items())
        return tuple(
            _importance(tree.event_names[event], tree.event_prob[event], slope, top)
            for event, slope in slopes
        )

    def _listed(self, kind: str, limit: int) -> Iterator[tuple[Literal, ...]]:
        known = self.minimal_cut_sets if kind == "minimal" else self.prime_implicants
        if known is None or self.tree is None or self.solving is None:
            raise ValueError(f"the sets of {self.top} are not known")
        names = self.tree.event_names
        for found in islice(Sets(self.solving, kind).listed(self.max_order), limit):
            yield tuple(Literal(names[event], failed) for event, failed in found)


def analyse_fault_tree(
    tree: FaultTree,
    top: str | None = None,
    *,
    max_order: int | None = None,
    sets: bool = True,
    implicants: bool = True,
    budget: Budget = UNLIMITED,
    max_nodes: int = MAX_NODES,
) -> FaultTreeResult:
    """Compute the exact probability of a top event and count its minimal cut sets.

    Parameters
    ----------
    tree : FaultTree
    top : str, optional
        Name of the gate; the only gate that no other uses, if it is not given.
    max_order : int, optional
        Count and list only sets of at most so many (at least 0).
    sets : bool
        False: the probability alone.
    implicants : bool
        False: no prime implicants of a tree that is not coherent; they can be far more.
    budget : Budget
        Looked at whenever tables grow.
    max_nodes : int
        Limit of each diagram, at most 2^28 (30 bytes a node with its tables).

    Returns
    -------
    FaultTreeResult
        With `refused`, where the limits left something open.

    Raises
    ------
    UnknownTop, TopNotChosen
        If there is no such gate, or not exactly one to choose.

    Notes
    -----
    Modules are solved one by one; each is a reduced ordered decision diagram of the best of
    several orders of its events; minimal solutions are families of sets on zero-suppressed
    diagrams. `docs/method/fault-trees.md`.

    Examples
    --------
    >>> from pollready.engine.openpsa import read_open_psa
    >>> tree = read_open_psa('''<opsa-mef><define-fault-tree name="school">
    ... <define-gate name="closed"><or><basic-event name="devices"/>
    ...   <and><basic-event name="mains"/><basic-event name="fuel"/></and></or></define-gate>
    ... <define-basic-event name="devices"><float value="0.05"/></define-basic-event>
    ... <define-basic-event name="mains"><float value="0.1"/></define-basic-event>
    ... <define-basic-event name="fuel"><float value="0.2"/></define-basic-event>
    ... </define-fault-tree></opsa-mef>''')
    >>> result = analyse_fault_tree(tree)
    >>> round(result.probability, 6), result.minimal_cut_sets
    (0.069, 2)
    >>> result.cut_sets(10)
    (('devices',), ('mains', 'fuel'))
    """
    if max_order is not None and max_order < 0:
        raise ValueError(f"an order is at least 0, not {max_order}")
    if not 2 <= max_nodes <= MOST_NODES:
        raise ValueError(f"max_nodes lies between 2 and {MOST_NODES}, not {max_nodes}")
    name = tree.top(top)
    run = _Run(tree, name, max_order, budget, max_nodes)
    run.diagrams()
    if sets and not run.refused:
        run.minimal_cut_sets()
    if implicants and run.coherent is False and not run.refused:
        run.prime_implicants()
    return run.result()


class _Run:
    """One analysis: every step either adds to the result or says why it could not."""

    def __init__(
        self, tree: FaultTree, top: str, max_order: int | None, budget: Budget, max_nodes: int
    ) -> None:
        self.tree = tree
        self.top = top
        self.max_order = max_order
        self.max_nodes = max_nodes
        self.cone = tree.below(tree.gates[top])
        part = reduced(tree, tree.gates[top])
        self.solving = Solving(part, tree.event_prob, max_nodes, budget)
        self.refused: list[EngineError] = []
        self.counts: dict[str, int] = {}
        self.coherent: bool | None = None
        self.probability: float | None = None

    def _attempt(self, what: str, step: Callable[[], None]) -> None:
        try:
            step()
        except (RoomSpent, MemoryError):
            self.refused.append(FaultTreeTooLarge(self.top, what, self.max_nodes))
        except TimeSpent:
            self.refused.append(FaultTreeOutOfTime(self.top, what))

    def diagrams(self) -> None:
        """Give the probability, unless that of some event that matters is unknown."""
        self._attempt("probability", self._diagrams)

    def _diagrams(self) -> None:
        self.solving.diagrams()
        prob = self.solving.solved[self.solving.part.root].prob
        self.probability = None if isnan(prob) else prob

    def minimal_cut_sets(self) -> None:
        """Count the smallest sets of failures that fail the top."""
        self._attempt("minimal_cut_sets", self._minimal_cut_sets)

    def _minimal_cut_sets(self) -> None:
        self.coherent = self.solving.increasing()
        self.solving.minimal()
        self._count("minimal")

    def prime_implicants(self) -> None:
        """Count the smallest products that imply the top, of events and of their absence."""
        self._attempt("prime_implicants", self._prime_implicants)

    def _prime_implicants(self) -> None:
        self.solving.primes()
        self._count("primes")

    def _count(self, kind: str) -> None:
        if self.max_order is None:
            self.counts[kind] = total(self.solving, kind)
        else:
            self.counts[kind] = sum(totals_by_order(self.solving, kind, self.max_order))

    def result(self) -> FaultTreeResult:
        """Freeze what is proven."""
        nodes = self.tree.nodes
        events = [nodes[n].param for n in self.cone if nodes[n].op == Op.EVENT]
        return FaultTreeResult(
            top=self.top,
            basic_events=len(events),
            gates=len(self.tree.gates_below(self.top)),
            max_order=self.max_order,
            probability=self.probability,
            unknown_probabilities=sum(isnan(self.tree.event_prob[event]) for event in events),
            coherent=self.coherent,
            minimal_cut_sets=self.counts.get("minimal"),
            prime_implicants=self.counts.get("primes"),
            refused=tuple(self.refused),
            tree=self.tree,
            solving=self.solving,
        )


def _importance(event: str, prob: float, slope: float, top: float) -> Importance:
    without = top - prob * slope
    return Importance(
        event=event,
        birnbaum=slope,
        criticality=prob * slope / top if top > 0 else nan,
        raw=(top + (1 - prob) * slope) / top if top > 0 else nan,
        rrw=top / without if without > 0 else nan,
    )
