"""`pollready remind`: tell everybody of what is due soon or overdue, once."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from pollready.cli.options import add_language


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "remind", help="remind people of what they owe (the worker does it once a day)"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument(
        "--dry-run", action="store_true", help="tell who would be reminded; write and send nothing"
    )
    parser.add_argument("--json", action="store_true", help="write what was done as JSON")
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Remind; 0 where every message left, 1 where one failed."""
    from pollready.jobs.registers import open_register

    open_register(arguments.data, must_exist=True)
    from pollready.committee.reminders.commands import remind
    from pollready.language import say

    outcome = remind(now=datetime.now(UTC), dry_run=arguments.dry_run)
    if arguments.json:
        print(json.dumps(asdict(outcome), ensure_ascii=False))
    elif arguments.dry_run:
        print(say("reminders.cli.dry_run", arguments.language,
                  reminders=outcome.reminders, people=outcome.people))  # fmt: skip
    else:
        counts = {name: value for name, value in asdict(outcome).items() if name != "messages"}
        print(say("reminders.cli.done", arguments.language, **counts))
    return 1 if outcome.failed else 0
