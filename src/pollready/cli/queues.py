"""`pollready queues FILE`: how long voters wait at each station of a list."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pollready.cli.assess import column_mapping, is_missing
from pollready.cli.options import add_language, existing_file

if TYPE_CHECKING:
    from pollready.jobs.queues_of_file import QueuesOfFile

ROWS = 20


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("queues", help="waits and devices needed at stations of a list")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--map", action="append", default=[], type=column_mapping, metavar="COLUMN=FIELD",
        help="say what a column is; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--thresholds", type=existing_file, metavar="F.toml",
        help="thresholds: arrival_shares, check_in_service_min, wait_target_min, ...",
    )  # fmt: skip
    parser.add_argument(
        "--rows", type=int, default=ROWS, metavar="N", help=f"stations shown (default: {ROWS})"
    )
    parser.add_argument("--json", action="store_true", help="print one object, every station")
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Work the queues out in a register that is thrown away, and say what came of it."""
    if is_missing(arguments.file, arguments.language):
        return 2
    from pollready.jobs.registers import temporary_register

    with temporary_register():
        from pollready.cli.progress import progress
        from pollready.jobs.queues_of_file import as_json, queues_of_file

        with progress(arguments.language, quiet=arguments.json) as tell:
            found = queues_of_file(
                arguments.file,
                now=datetime.now(UTC).replace(microsecond=0),
                mapping=dict(arguments.map),
                thresholds_path=arguments.thresholds,
                progress=tell,
            )
    if arguments.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        _print(found, arguments.language, arguments.rows)
    return 0


def _print(found: "QueuesOfFile", language: str, rows: int) -> None:
    from rich.console import Console
    from rich.table import Table

    from pollready.language import say

    table = Table(title=say("cli.queues.title", language, hours=found.model.polling_h))
    for name in ("code", "name", "county"):
        table.add_column(say(f"cli.queues.{name}", language), no_wrap=name == "code")
    for name in ("voters", "devices", "wait", "over", "needed"):
        table.add_column(say(f"cli.queues.{name}", language), justify="right")
    for row in found.stations[: max(rows, 0)]:
        over = None if row.figures is None else round(100 * row.figures.over_share, 1)
        mean = None if row.mean_min is None else round(row.mean_min, 1)
        counts = (row.voters, row.devices, mean, over, row.needed)
        words = [say("console.number", language, value=value) for value in counts]
        table.add_row(row.code, row.name, row.county, *words)
    Console().print(table)
    short = found.shortage
    print(
        say(
            "cli.queues.sum",
            language,
            stations=short.stations,
            over=short.over,
            lacking=short.lacking,
            unknown=short.unknown,
        )
    )
