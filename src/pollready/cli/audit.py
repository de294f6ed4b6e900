"""`pollready audit verify`: prove that nobody has touched the log."""

import argparse
from pathlib import Path

from pollready.cli.options import add_language


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("audit", help="check the log of every write")
    parser.add_argument("action", choices=("verify",))
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Recompute the chain; 0 when it holds, 1 at the first batch where it does not."""
    from pollready.jobs.registers import open_register

    open_register(arguments.data)
    from pollready.audit.queries import last_batch, verify_chain
    from pollready.language import say

    fault = verify_chain()
    if fault is not None:
        number, reason = fault.number, fault.reason
        print(say(f"cli.audit.{reason}", arguments.language, number=number))
        return 1
    last = last_batch()
    if last is None:
        print(say("cli.audit.empty", arguments.language))
    else:
        print(say("cli.audit.holds", arguments.language, number=last.number, hash=last.hash))
    return 0
