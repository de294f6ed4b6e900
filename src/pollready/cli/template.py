"""`pollready template`: the empty workbook for an office to fill."""

import argparse

from pollready.cli.options import add_language, add_out_file


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("template", help="write the empty workbook")
    add_language(parser)
    add_out_file(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the workbook."""
    from pollready.intake.writing import write_template

    write_template(arguments.out, arguments.language)
    print(arguments.out)
    return 0
