"""`pollready worker`: does what the console has done in the background."""

import argparse
import os
import signal
import threading
from pathlib import Path
from types import FrameType

from pollready.cli.options import add_language


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "worker", help="do background work (`pollready serve` starts one itself)"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when standard input is closed"
    )
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do what waits until interrupted; the job in hand is done first."""
    from pollready.jobs.registers import open_register

    open_register(arguments.data)
    from pollready.jobs.worker import end_at_once, end_with_parent, work

    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(130)  # asked twice: another worker settles what was not finished
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if arguments.with_parent:
        end_with_parent(end_at_once)
    work(stop)
    return 0
