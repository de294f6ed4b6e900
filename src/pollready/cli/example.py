"""`pollready example`: the workbook of an invented province."""

import argparse
from pathlib import Path

from pollready.cli.options import add_language, add_out_file


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("example", help="write the example province's workbook")
    add_language(parser)
    add_out_file(parser)
    parser.add_argument("--seed", type=int, default=0, help="another province of the same kind")
    parser.add_argument(
        "--planted", type=Path, metavar="P.json", help="write down what was planted where"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Generate and write the province."""
    from pollready.example import write_example

    write_example(
        arguments.out,
        language=arguments.language,
        seed=arguments.seed,
        planted_path=arguments.planted,
    )
    print(arguments.out)
    return 0
