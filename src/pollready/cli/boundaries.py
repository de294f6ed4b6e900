"""`pollready boundaries`: borders of counties and districts for the map, from a GeoJSON file."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from pollready.cli.options import add_language


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("boundaries", help="add borders to the map from GeoJSON")
    parser.add_argument("file", type=Path, metavar="FILE", help="a GeoJSON FeatureCollection")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument("--source", default="", metavar="TEXT", help="where the borders come from")
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Keep every border whose place is found by its code or name; say how many found none."""
    from pollready.intake.reading.limits import NoAccess, NoSuchFile

    file: Path = arguments.file
    if not file.is_file():
        raise NoSuchFile(file.name)
    from pollready.jobs.registers import open_register

    open_register(arguments.data, must_exist=True)
    from pollready.audit.logins import login
    from pollready.intake.boundaries.commands import keep_matched_boundaries
    from pollready.language import say

    try:
        content = file.read_bytes()
    except OSError:
        raise NoAccess(file.name) from None
    kept = keep_matched_boundaries(
        content=content,
        name=file.name,
        source=arguments.source,
        actor=login(),
        now=datetime.now(UTC).replace(microsecond=0),
    )
    print(say("map.borders.kept", arguments.language, borders=kept.kept))
    if kept.unmatched or kept.faults:
        left = say(
            "map.borders.left", arguments.language, unmatched=kept.unmatched, faults=kept.faults
        )
        print(left)
    return 0
