"""`pollready allocate`: who gets which means, so that the fewest voters are affected."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pollready.cli.assess import is_missing
from pollready.cli.options import add_language, day

_SUFFIXES = (".xlsx", ".csv", ".json")
_COUNTS = ("saved", "stations", "units")
_GROUPS = ("each_county", "urban", "rural", "fixed", "mobile")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "allocate", help="propose who gets which means of the ledger, with a proven bound"
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE",
                        help="a workbook; without one, the register")  # fmt: skip
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument("--round", default="", metavar="CODE", help="default: the newest")
    parser.add_argument("--as-of", type=day, metavar="DATE")
    parser.add_argument("--level", choices=("closed", "online"), default="closed",
                        help="avoid a closed station (default), or one not online")  # fmt: skip
    parser.add_argument("--unknowns", choices=("working", "failed"), default="working",
                        help="how what nobody knows is taken")  # fmt: skip
    parser.add_argument("--scenario", default="", metavar="CODE",
                        help="as if this scenario of the register happened, as F05")  # fmt: skip
    parser.add_argument("--units", type=_units, action="append", default=[], metavar="KIND=N",
                        help="so many of a kind, instead of all in stock")  # fmt: skip
    parser.add_argument(
        "--travel", type=float, metavar="HOURS", help="the longest way from a depot"
    )
    parser.add_argument("--budget", type=float, metavar="MONEY",
                        help="buy within a budget, instead of giving what is in stock")  # fmt: skip
    parser.add_argument("--floor", type=_floor, action="append", default=[],
                        metavar="GROUP:COUNTS:N",
                        help="at least N for a group, as each_county:stations:2, "
                        "county=05:saved:20, rural:units=generator:6")  # fmt: skip
    parser.add_argument("--voters-unknown", type=int, metavar="N",
                        help="taken for stations of which nobody knows the voters")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="a greedy preview, nothing proven")
    parser.add_argument("--gap", type=float, default=1e-4, help="share of the bound (default 1e-4)")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="S",
                        help="the longest search (default 60)")  # fmt: skip
    parser.add_argument("--out", type=_out, metavar="F.xlsx|csv|json")
    parser.add_argument("--json", action="store_true", help="print one object")
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the plan, write it, and say what came of it."""
    if arguments.file is not None and is_missing(arguments.file, arguments.language):
        return 2
    with _register(arguments):
        from pollready.cli.progress import progress
        from pollready.jobs.allocate_file import Wishes, allocate_file

        wishes = Wishes(
            level=arguments.level, reading=arguments.unknowns, units=dict(arguments.units),
            travel_max_h=arguments.travel, money=arguments.budget,
            floors=tuple(arguments.floor), voters_unknown=arguments.voters_unknown,
            scenario=arguments.scenario, quick=arguments.quick, seconds=arguments.seconds,
            gap=arguments.gap,
        )  # fmt: skip
        with progress(arguments.language, quiet=arguments.json) as tell:
            found = allocate_file(
                arguments.file, wishes, round_code=arguments.round, language=arguments.language,
                now=datetime.now(UTC).replace(microsecond=0), out=arguments.out,
                as_of=arguments.as_of, progress=tell,
            )  # fmt: skip
        if arguments.json:
            print(json.dumps(found.values, ensure_ascii=False, indent=2))
        else:
            from pollready.cli.allocation_summary import print_plan

            print_plan(found, arguments.language)
    return 0


@contextmanager
def _register(arguments: argparse.Namespace) -> Iterator[None]:
    from pollready.jobs.registers import open_register, temporary_register

    if arguments.file is not None and arguments.data is None:
        with temporary_register():
            yield
    else:
        open_register(arguments.data, must_exist=arguments.file is None)
        yield


def _units(text: str) -> tuple[str, int]:
    kind, _, count = text.rpartition("=")
    if not kind.strip() or not count.strip().lstrip("-").isdecimal():
        raise argparse.ArgumentTypeError(f"{text}: expected KIND=N, as generator=12")
    return kind.strip(), int(count)


def _floor(text: str) -> tuple[str, str, str, str, float]:
    """Read a floor: group, code of a county, what is counted, of which kind, how much."""
    who, _, rest = text.partition(":")
    what, _, least = rest.rpartition(":")
    group, _, county = who.partition("=")
    counts, _, kind = what.partition("=")
    is_group = group in _GROUPS or (group == "county" and county)
    try:
        number = float(least)
    except ValueError:
        is_group = False
    if not is_group or counts not in _COUNTS or (counts == "units") != bool(kind):
        raise argparse.ArgumentTypeError(
            f"{text}: expected GROUP:COUNTS:N, as each_county:stations:2, county=05:saved:20 or "
            "rural:units=generator:6"
        )
    return group, county, counts, kind, number


def _out(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in _SUFFIXES:
        raise argparse.ArgumentTypeError(f"{text}: a name that ends in .xlsx, .csv or .json")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: the folder {path.parent} does not exist")
    return path
