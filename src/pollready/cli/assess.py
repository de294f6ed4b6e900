"""`pollready assess FILE`: from an office's file to a readiness assessment."""

import argparse
import gc
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pollready.cli.options import add_language, day, existing_file, not_blank

if TYPE_CHECKING:
    from pollready.jobs.assess_file import AssessedFile


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("assess", help="assess a workbook, a folder of CSV, or a list")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the report (default: FILE-report)"
    )
    add_language(parser)
    parser.add_argument("--json", action="store_true", help="print one object, no progress")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the register here (default: temporary)"
    )
    parser.add_argument(
        "--map", action="append", default=[], type=column_mapping, metavar="COLUMN=FIELD",
        help="say what a column is; may be repeated",
    )  # fmt: skip
    parser.add_argument("--election", type=day, metavar="DATE", help="election day")
    parser.add_argument("--as-of", type=day, metavar="DATE", help="date of the assessment")
    parser.add_argument(
        "--thresholds", type=existing_file, metavar="F.toml", help="thresholds of the rules"
    )
    parser.add_argument(
        "--reveal", type=not_blank, metavar="REASON",
        help="also write the classified annex with names; the reason is recorded",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Assess the file, write its report, and say what came of it."""
    if is_missing(arguments.file, arguments.language):
        return 2
    # One run in a process of its own: what it makes, it keeps to its end.
    gc.disable()
    from pollready.jobs.registers import open_register, temporary_register

    register: AbstractContextManager[None] = nullcontext()
    if arguments.data is None:
        register = temporary_register()
    else:
        open_register(arguments.data)
    with register:
        result = _assess(arguments)
        if arguments.json:
            from pollready.jobs.assess_file import as_json

            print(json.dumps(as_json(result), ensure_ascii=False, indent=2))
        else:
            from pollready.cli.summary import print_summary

            print_summary(result, arguments.language)
    gc.freeze()  # ... nor is it looked through once more as the process ends
    return 0


def is_missing(path: Path, language: str) -> bool:
    """Say so where there is no such file or folder."""
    try:
        if path.exists():
            return False
    except OSError:  # a name too long, a folder that may not be looked into
        pass
    from pollready.language import say

    print(say("errors.intake.no-such-file", language, name=str(path)), file=sys.stderr)
    return True


def _assess(arguments: argparse.Namespace) -> "AssessedFile":
    from pollready.cli.progress import progress
    from pollready.jobs.assess_file import assess_file

    out = arguments.out or arguments.file.with_name(f"{arguments.file.stem}-report")
    with progress(arguments.language, quiet=arguments.json) as tell:
        return assess_file(
            arguments.file,
            out=out,
            language=arguments.language,
            now=datetime.now(UTC).replace(microsecond=0),
            mapping=dict(arguments.map),
            election_date=arguments.election,
            as_of=arguments.as_of,
            reveal_reason=arguments.reveal,
            thresholds_path=arguments.thresholds,
            temporary=arguments.data is None,
            progress=tell,
        )


def column_mapping(text: str) -> tuple[str, str]:
    """Read `COLUMN=FIELD`."""
    column, equals, field = text.rpartition("=")
    if not equals or not column.strip() or not field.strip():
        raise argparse.ArgumentTypeError(f"{text}: expected COLUMN=FIELD")
    return column.strip(), field.strip()
