"""`pollready set-up`: what an installation does once (make setup calls it)."""

import argparse


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("set-up", help="compile kernels, prepare an empty register")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compile the engine's kernels and keep an empty register for temporary ones."""
    from pollready.engine.warm_up import warm_up
    from pollready.jobs.registers import make_empty_register

    make_empty_register()
    warm_up()
    return 0
