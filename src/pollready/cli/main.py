"""Reading the command line, and turning errors into one sentence."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from pollready.cli import (
    allocate,
    assess,
    audit,
    boundaries,
    dispatch,
    example,
    fault_tree,
    minutes,
    package,
    queues,
    remind,
    report,
    serve,
    set_up,
    stage,
    template,
    worker,
)

# One module a command, each with `add(subparsers)` and `run(arguments) -> exit status`.
COMMANDS = (
    assess, template, example, serve, worker, remind, audit, set_up, fault_tree, boundaries,
    report, minutes, package, allocate, stage, dispatch,
    queues,
)  # fmt: skip

ASSESSED, NOTHING_USABLE, USAGE = 0, 1, 2
# Errors of the command line itself that only show once the work has begun.
_OF_USAGE = frozenset(
    {
        "intake.unknown-mapping", "intake.unknown-column", "jobs.folder-unusable",
        "jobs.output-over-input", "jobs.register-unusable", "obstacles.wrong-thresholds",
        "allocation.wrong-inputs", "allocation.wrong-means",
        "planning.wrong-staging", "planning.bad-travel-table", "planning.unknown-sites",
        "engine.too-many-fixed-sites", "planning.wrong-dispatch", "planning.wrong-visits",
    }
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status: 0 done, 1 nothing usable, 2 usage."""
    parser = argparse.ArgumentParser(
        prog="pollready",
        description="Readiness of polling stations: obstacles, dependencies, cost of failures.",
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(subparsers)
    for stream in (sys.stdout, sys.stderr):  # a file's name may hold what is no letter
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read the output has enough: `pollready assess ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ASSESSED
    except Exception as error:  # the edge: a typed error becomes a sentence, others a reference
        return _explain(error, getattr(chosen, "language", "en"))


def _name_the_option(fields: dict[str, object]) -> None:
    """Say of unknown headings what only the command line has: an option."""
    from pollready.language import Phrase

    why = fields.get("why")
    if isinstance(why, Phrase) and why.key == "intake.nothing.not-recognised":
        fields["why"] = Phrase("cli.not_recognised", why.fields)


def _explain(error: Exception, language: str) -> int:
    """Say what happened in the user's language; unexpected errors keep a reference number."""
    from pollready.language import message  # only a command that fails pays for it

    if hasattr(error, "code") and hasattr(error, "fields"):
        _name_the_option(error.fields)
        print(message(error, language), file=sys.stderr)
        return USAGE if error.code in _OF_USAGE else NOTHING_USABLE
    from pollready.cli.reference_number import keep_traceback

    reference, file = keep_traceback(error)
    from pollready.language import say

    print(say("cli.unexpected", language, reference=reference, file=str(file)), file=sys.stderr)
    return NOTHING_USABLE
