"""`pollready minutes verify`: prove frozen minutes, and that a PDF is one of theirs."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from pollready.cli.options import add_language, existing_file

if TYPE_CHECKING:
    from pollready.committee.meetings.models import Minutes


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("minutes", help="prove frozen minutes of meetings")
    parser.add_argument("action", choices=("verify",))
    parser.add_argument(
        "which", type=_which, metavar="ID|all",
        help="as in the address of their page; or all that are frozen",
    )  # fmt: skip
    parser.add_argument(
        "--file", type=existing_file, metavar="PDF", help="say whether a file is theirs"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument("--json", action="store_true", help="print one object")
    add_language(parser)
    parser.set_defaults(run=run)


def _which(text: str) -> int | None:
    return None if text == "all" else int(text)


def run(arguments: argparse.Namespace) -> int:
    """Verify minutes; 0 where all hashes hold, 1 where one does not or nothing is frozen."""
    from pollready.jobs.registers import open_register

    open_register(arguments.data, must_exist=True)
    from pollready.committee.meetings.freezing import faults_of, is_pdf_of
    from pollready.committee.meetings.models import Minutes, MinutesState
    from pollready.language import say

    frozen = Minutes.objects.filter(state=MinutesState.FROZEN).select_related("meeting")
    if arguments.which is not None:
        frozen = frozen.filter(pk=arguments.which)
    found = {each: faults_of(each) for each in frozen.order_by("pk")}
    content = arguments.file.read_bytes() if arguments.file else None
    theirs = None
    if content is not None:
        theirs = [each.pk for each in found if is_pdf_of(each, content)]
    holds = bool(found) and not any(found.values()) and theirs != []
    language = arguments.language
    if arguments.json:
        said = {
            "holds": holds,
            "minutes": [_values(each, faults) for each, faults in found.items()],
            "file_is_of": theirs,
        }
        print(json.dumps(said, ensure_ascii=False))
        return 0 if holds else 1
    if not found:
        print(say("meetings.cli.none", language))
    for each, faults in found.items():
        print(say(f"meetings.cli.{'broken' if faults else 'holds'}", language, number=each.pk,
                  title=each.meeting.title))  # fmt: skip
        for fault in faults:
            print("  " + say(f"meetings.fault.{fault}", language))
    if theirs is not None:
        word = "file_is_of" if theirs else "file_of_none"
        print(say(f"meetings.cli.{word}", language, file=arguments.file.name,
                  numbers=[str(each) for each in theirs]))  # fmt: skip
    return 0 if holds else 1


def _values(minutes: "Minutes", faults: list[str]) -> dict[str, object]:
    return {
        "id": minutes.pk, "meeting": minutes.meeting_id, "number": minutes.number,
        "content_hash": minutes.content_hash, "faults": faults,
    }  # fmt: skip
