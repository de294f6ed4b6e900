"""`pollready audit`: prove that nobody has touched the log of every write."""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path

from pollready.cli.options import add_language, not_blank


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("audit", help="check the log of every write")
    parser.add_argument("action", choices=("verify", "accept"))
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument(
        "--kept", type=_number_and_hash, metavar="NUMBER:HASH",
        help="verify: a batch as an earlier run printed it, kept elsewhere",
    )  # fmt: skip
    parser.add_argument(
        "--reason", type=not_blank, metavar="REASON",
        help="accept: why the log as it stands is the true one, such as a backup put back",
    )  # fmt: skip
    add_language(parser)
    parser.set_defaults(run=run, refuse=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Verify or accept the log; 0 when it holds, 1 where it does not."""
    if (arguments.action == "accept") != (arguments.reason is not None):
        arguments.refuse("--reason belongs to accept, which needs it")
    from pollready.jobs.registers import open_register

    open_register(arguments.data, must_exist=True)
    return _accept(arguments) if arguments.action == "accept" else _verify(arguments)


def _verify(arguments: argparse.Namespace) -> int:
    from pollready.audit.queries import Kept, last_batch, verify_chain
    from pollready.language import say

    fault = verify_chain(Kept(*arguments.kept) if arguments.kept else None)
    if fault is not None:
        number, reason = fault.number, fault.reason
        print(say(f"cli.audit.{reason}", arguments.language, number=number))
        return 1
    last = last_batch()
    if last is None:
        print(say("cli.audit.empty", arguments.language))
    else:
        kept = f"{last.number}:{last.hash}"
        print(say("cli.audit.holds", arguments.language, number=last.number, kept=kept))
    return 0


def _accept(arguments: argparse.Namespace) -> int:
    """Seal the log anew; what its chain of hashes itself shows cannot be accepted away."""
    from pollready.audit.commands import accept_log
    from pollready.audit.logins import login
    from pollready.language import say

    accept_log(actor=login(), reason=arguments.reason, now=datetime.now(UTC))
    print(say("cli.audit.accepted", arguments.language))
    return _verify(arguments)


def _number_and_hash(text: str) -> tuple[int, str]:
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip().lower())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text}: expected NUMBER:HASH as verify prints it")
    return int(match[1]), match[2]
