"""`pollready queues FILE`: how long voters wait at each station of a list."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pollready.cli.assess import column_mapping, is_missing
from pollready.cli.options import add_language, existing_file
from pollready.language import say

if TYPE_CHECKING:
    from pollready.jobs.queues_of_file import QueuesOfFile, StationWaits

ROWS = 20
LEAST_MIN, MOST_MIN, MOST_DESKS = 0.1, 60.0, 256


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
    parser.add_argument(
        "--second-min", type=_minutes, metavar="MINUTES",
        help="a second stage after check-in (ballot issue, booths): minutes a voter keeps a desk",
    )  # fmt: skip
    parser.add_argument(
        "--second-desks", type=_desks, metavar="N",
        help="desks of the second stage at every station (default: as many as each needs)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one object, every station")
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Work the queues out in a register that is thrown away, and say what came of it."""
    if is_missing(arguments.file, arguments.language):
        return 2
    if arguments.second_desks and not arguments.second_min:
        print(say("errors.form.queue_second", arguments.language), file=sys.stderr)
        return 2
    from pollready.jobs.registers import temporary_register

    with temporary_register():
        from pollready.cli.progress import progress
        from pollready.jobs.queues_of_file import SecondStageAsked, as_json, queues_of_file

        second = None
        if arguments.second_min:
            second = SecondStageAsked(arguments.second_min, arguments.second_desks)

        with progress(arguments.language, quiet=arguments.json) as tell:
            found = queues_of_file(
                arguments.file,
                now=datetime.now(UTC).replace(microsecond=0),
                mapping=dict(arguments.map),
                thresholds_path=arguments.thresholds,
                second=second,
                progress=tell,
            )
    if arguments.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        _print(found, arguments.language, arguments.rows)
    return 0


def _minutes(text: str) -> float:
    """Read minutes from 0.1 to 60."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not LEAST_MIN <= minutes <= MOST_MIN:
        raise argparse.ArgumentTypeError(f"{text}: expected minutes from {LEAST_MIN} to {MOST_MIN}")
    return minutes


def _desks(text: str) -> int:
    """Read a number of desks."""
    if not (text.isdecimal() and 1 <= int(text) <= MOST_DESKS):
        raise argparse.ArgumentTypeError(f"{text}: expected a number from 1 to {MOST_DESKS}")
    return int(text)


def _of_second_stage(row: "StationWaits") -> "list[float | None]":
    """Give the mean wait at both stages, and the desks needed."""
    found = row.second
    if found is None:
        return [None, None]
    played = found.played
    return [None if played is None else round(played.mean_min.estimate, 1), found.needed.desks]


def _print(found: "QueuesOfFile", language: str, rows: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=say("cli.queues.title", language, hours=found.model.polling_h))
    for name in ("code", "name", "county"):
        table.add_column(say(f"cli.queues.{name}", language), no_wrap=name == "code")
    second = ("second_wait", "second_needed") if found.second else ()
    for name in ("voters", "devices", "wait", "over", "needed", *second):
        table.add_column(say(f"cli.queues.{name}", language), justify="right")
    for row in found.stations[: max(rows, 0)]:
        over = None if row.figures is None else round(100 * row.figures.over_share, 1)
        mean = None if row.mean_min is None else round(row.mean_min, 1)
        counts = [row.voters, row.devices, mean, over, row.needed]
        counts += _of_second_stage(row) if found.second else []
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
