"""`pollready report verify`: make a kept report again from its inputs, and compare."""

import argparse
import json
from pathlib import Path

from pollready.cli.options import add_language


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("report", help="prove a kept status report")
    parser.add_argument("action", choices=("verify",))
    parser.add_argument("id", type=int, metavar="ID", help="as in the address of its page")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument("--json", action="store_true", help="print one object")
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Verify the report; 0 when it is whole and comes out again, 1 where it does not."""
    from pollready.jobs.registers import open_register

    open_register(arguments.data, must_exist=True)
    from pollready.jobs.reporting import proof_values, prove
    from pollready.language import message, say
    from pollready.reports.kept.models import KeptReport
    from pollready.reports.kept.rules import ReportRefused

    report = KeptReport.objects.filter(pk=arguments.id).first()
    if report is None:
        print(message(ReportRefused("unknown", number=arguments.id), arguments.language))
        return 1
    proof = prove(report)
    if arguments.json:
        print(json.dumps({"report": report.number, **proof_values(proof)}, ensure_ascii=False))
        return 0 if proof.holds else 1
    language = arguments.language
    print(say(f"reports.proof.{'holds' if proof.holds else 'broken'}", language))
    if not proof.whole:
        print(say("reports.proof.not_whole", language))
    if not proof.logged:
        print(say("reports.proof.not_logged", language))
    if not proof.data_again:
        print(say("reports.proof.not_again", language), *proof.parts)
    for name, again in proof.files_again.items():
        if not again:
            print(say("reports.proof.file_differs", language, file=name))
    for why in proof.differs:
        print(say(f"reports.proof.differs.{why}", language))
    return 0 if proof.holds else 1
