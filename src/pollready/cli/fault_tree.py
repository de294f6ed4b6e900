"""`pollready faulttree FILE.xml`: a fault tree's probability and minimal cut sets."""

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pollready.cli.options import add_language

if TYPE_CHECKING:
    from pollready.engine.fault_tree_analysis import FaultTreeResult, Literal

DEFAULT_LIMIT = 10_000


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("faulttree", help="solve a fault tree in Open-PSA format")
    parser.add_argument("file", type=Path, metavar="FILE.xml")
    add_language(parser)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--top", metavar="GATE", help="the top (default: the gate no other uses)")
    parser.add_argument(
        "--order", type=_count, metavar="N", help="count and list only sets of at most N"
    )
    parser.add_argument("--list", action="store_true", help="also list the sets, smallest first")
    parser.add_argument(
        "--limit", type=_count, default=DEFAULT_LIMIT, metavar="N",
        help=f"list at most N sets of a kind (default: {DEFAULT_LIMIT})",
    )  # fmt: skip
    parser.add_argument(
        "--probability-only", action="store_true", help="do without the sets: much faster"
    )
    parser.add_argument("--no-implicants", action="store_true", help="do without prime implicants")
    parser.add_argument("--importance", action="store_true", help="also weigh every basic event")
    parser.add_argument(
        "--seconds", type=_positive, metavar="S", help="stop then, with what is proven"
    )
    parser.add_argument(
        "--max-nodes", type=_nodes, metavar="N",
        help="largest diagram, about 30 bytes a node (default: 33,554,432)",
    )  # fmt: skip
    parser.add_argument(
        "--mission-time", type=_positive, metavar="T", help="for a file that asks for one"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Solve the tree; 0 when everything asked is proven, 1 where a limit left something open."""
    from pollready.engine.budget import UNLIMITED, Budget
    from pollready.engine.fault_tree_analysis import analyse_fault_tree
    from pollready.engine.fault_tree_limits import MAX_NODES
    from pollready.engine.openpsa import read_open_psa
    from pollready.language import message

    content = _content(arguments)
    if content is None:
        return 2
    limit_s = arguments.seconds
    started = perf_counter()
    budget = UNLIMITED if limit_s is None else Budget.within(limit_s, perf_counter)
    tree = read_open_psa(content, mission_time=arguments.mission_time)
    result = analyse_fault_tree(
        tree,
        arguments.top,
        max_order=arguments.order,
        sets=not arguments.probability_only,
        implicants=not arguments.no_implicants,
        budget=budget,
        max_nodes=arguments.max_nodes or MAX_NODES,
    )
    seconds = round(perf_counter() - started, 3)
    if arguments.json:
        print(json.dumps(as_json(result, seconds, arguments), ensure_ascii=False, indent=2))
    else:
        _print(result, seconds, arguments)
    for error in result.refused:
        print(message(error, arguments.language), file=sys.stderr)
    return 1 if result.refused else 0


def as_json(
    result: "FaultTreeResult", seconds: float, arguments: argparse.Namespace
) -> dict[str, Any]:
    """Give the object that `--json` prints: docs/reference/fault-trees.md."""
    found: dict[str, Any] = {
        "top": result.top,
        "basic_events": result.basic_events,
        "gates": result.gates,
        "probability": result.probability,
        "unknown_probabilities": result.unknown_probabilities,
        "coherent": result.coherent,
        "order": result.max_order,
        "minimal_cut_sets": result.minimal_cut_sets,
        "prime_implicants": result.prime_implicants,
        "seconds": seconds,
        "refused": [{"code": error.code, **error.fields} for error in result.refused],
    }
    if arguments.list:
        found["listed_at_most"] = arguments.limit
        if result.minimal_cut_sets is not None:
            found["cut_sets"] = result.cut_sets(arguments.limit)
        if result.prime_implicants is not None:
            found["implicants"] = [
                [each.event if each.failed else {"not": each.event} for each in product]
                for product in result.implicants(arguments.limit)
            ]
    if arguments.importance:
        found["importance"] = [vars(each) | _no_nan(vars(each)) for each in result.importance()]
    return found


def _no_nan(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None for name, value in values.items() if value != value}


def _print(result: "FaultTreeResult", seconds: float, arguments: argparse.Namespace) -> None:
    from pollready.language import say

    language = arguments.language
    shown = None if result.probability is None else f"{result.probability:.6g}"
    print(say("cli.faulttree.tree", language, top=result.top, events=result.basic_events,
              gates=result.gates))  # fmt: skip
    print(say("cli.faulttree.probability", language, probability=shown))
    if result.unknown_probabilities:
        print(say("cli.faulttree.unknown", language, events=result.unknown_probabilities))
    up_to = "" if result.max_order is None else "-up-to"
    if not arguments.probability_only:
        sets, implicants = result.minimal_cut_sets, result.prime_implicants
        print(say(f"cli.faulttree.cut-sets{up_to}", language, sets=sets, order=result.max_order))
        if result.coherent is False and not arguments.no_implicants:
            key = f"cli.faulttree.prime-implicants{up_to}"
            print(say(key, language, sets=implicants, order=result.max_order))
    if arguments.list:
        _print_sets(result, arguments)
    if arguments.importance and result.probability is not None:
        print(say("cli.faulttree.importance", language))
        for each in result.importance():
            figures = (each.birnbaum, each.criticality, each.raw, each.rrw)
            print("\t".join([each.event, *(_figure(figure) for figure in figures)]))
    print(say("cli.seconds", language, seconds=seconds))


def _print_sets(result: "FaultTreeResult", arguments: argparse.Namespace) -> None:
    from pollready.language import say

    limit, language = arguments.limit, arguments.language
    nothing = say("cli.faulttree.nothing-needed", language)
    if result.minimal_cut_sets:
        print(say("cli.faulttree.listed-cut-sets", language, limit=limit))
        for cut in result.cut_sets(limit):
            print(" + ".join(cut) or nothing)
    if result.prime_implicants:
        print(say("cli.faulttree.listed-prime-implicants", language, limit=limit))
        for product in result.implicants(limit):
            print(" + ".join(_signed(literal) for literal in product) or nothing)


def _figure(value: float) -> str:
    """Write a measure; one that would divide by nothing is a dash."""
    return "–" if value != value else f"{value:.6g}"


def _signed(literal: "Literal") -> str:
    return literal.event if literal.failed else f"¬{literal.event}"


def _content(arguments: argparse.Namespace) -> bytes | None:
    """Read the file, no further than the engine would; None where that is impossible."""
    from pollready.engine.openpsa_elements import MAX_BYTES
    from pollready.language import say

    name = str(arguments.file)
    try:
        with arguments.file.open("rb") as file:
            content: bytes = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        print(say("errors.intake.no-such-file", arguments.language, name=name), file=sys.stderr)
        return None
    except IsADirectoryError:
        print(say("cli.faulttree.is-folder", arguments.language, name=name), file=sys.stderr)
        return None
    except OSError:
        print(say("errors.intake.no-access", arguments.language, name=name), file=sys.stderr)
        return None
    return content


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text}: a whole number of 0 or more is expected")
    return int(text)


def _nodes(text: str) -> int:
    from pollready.engine.fault_tree_limits import MOST_NODES

    if not 2 <= _count(text) <= MOST_NODES:
        raise argparse.ArgumentTypeError(f"{text}: a number from 2 to {MOST_NODES} is expected")
    return int(text)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: a number above 0 is expected")
    return value
