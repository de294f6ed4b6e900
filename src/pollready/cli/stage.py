"""`pollready stage`: where people and spares wait, desks, couriers, as a table."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pollready.cli.options import add_language, existing_file, table_path

if TYPE_CHECKING:  # the tables are imported late
    from pollready.planning.staging.plan import StagingPlan

DECISIONS = ("stays", "ruled_out")  # options, and rules of `staging.decided`
LIMIT_S = 60.0


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("stage", help="plan where people and spares wait")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument("--round", metavar="CODE", help="the round; by default the newest assessed")
    parser.add_argument(
        "--goal", default="", metavar="GOAL", help="fewest (default), most, median or center"
    )
    parser.add_argument(
        "--candidates", default="", metavar="PLACES",
        help="districts (default: their centres, and depots), stations or depots",
    )  # fmt: skip
    for name, metavar, about in (
        ("sites", "P", "number of sites, for every goal but fewest (default: 12)"),
        ("target-min", "MIN", "minutes within which a site reaches a station (default: 45)"),
        ("speed-km-h", "KM/H", "speed where no travel time is given (default: 50)"),
        ("detour-ratio", "RATIO", "length of roads over the great circle (default: 1.3)"),
        ("messenger-min", "MIN", "how far a station's own messenger goes (default: 20)"),
        ("couriers", "N", "couriers of each county (default: 3)"),
        ("message-min", "MIN", "minutes within which a message must be in (default: 120)"),
    ):
        parser.add_argument(f"--{name}", default="", metavar=metavar, help=about)
    parser.add_argument(
        "--keep-depots", action="store_true", help="all depots are sites, but those ruled out"
    )
    for name, about in (
        ("stays", "a depot or station that is a site, and why; may be given again"),
        ("ruled-out", "a depot or station that is none, and why; may be given again"),
    ):
        parser.add_argument(
            f"--{name}", action="append", default=[], type=_decision, metavar="CODE=REASON",
            help=about,
        )  # fmt: skip
    parser.add_argument(
        "--travel", type=existing_file, metavar="F.csv",
        help="minutes by code of site and station: a heading, then from,to,minutes",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=table_path, metavar="F", help="table to write: .xlsx, .csv or .json"
    )
    parser.add_argument(
        "--limit-s", type=float, default=LIMIT_S, metavar="S", help="time for it (default: 60)"
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    add_language(parser)
    parser.set_defaults(run=run)


def _decision(text: str) -> tuple[str, str]:
    code, _, reason = (part.strip() for part in text.partition("="))
    if not code or not reason:
        raise argparse.ArgumentTypeError(f"{text}: the code of a depot or station, =, and why")
    return code, reason


def _decided(arguments: argparse.Namespace) -> dict[str, str]:
    """Give decisions as the rows of a form, in which they are read."""
    rows = [(rule, *each) for rule in DECISIONS for each in getattr(arguments, rule)]
    return {
        f"{name}_{row}": text
        for row, (rule, code, reason) in enumerate(rows, start=1)
        for name, text in (("site", code), ("rule", rule), ("why", reason))
    }


def run(arguments: argparse.Namespace) -> int:
    """Plan, print the figures, write the table; 1 where there was nothing to choose from."""
    from pollready.planning.staging.asking import asked_from

    names = ("goal", "candidates", "sites", "target_min", "speed_km_h", "detour_ratio",
             "messenger_min", "couriers", "message_min")  # fmt: skip
    typed = {name: getattr(arguments, name) for name in names} | _decided(arguments)
    asked = asked_from(typed | ({"keep_depots": "1"} if arguments.keep_depots else {}))
    from pollready.jobs.registers import open_register

    open_register(arguments.data, must_exist=True)
    from pollready.planning.staging.travel_table import read_travel_table

    table = read_travel_table(arguments.travel.read_text("utf-8")) if arguments.travel else None
    plan = _plan(arguments, asked, table)
    figures = _figures(plan)
    if arguments.out:
        _write(arguments.out, plan, figures, arguments.language)
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        _say(figures, arguments)
    return 0 if plan.sites.proof is not None else 1


def _plan(arguments: argparse.Namespace, asked: Any, table: Any) -> "StagingPlan":
    from dataclasses import replace
    from time import monotonic

    from pollready.assessment.models import SavedAssessment, StationRecord
    from pollready.engine.budget import Budget
    from pollready.planning.costs import NothingAssessed
    from pollready.planning.staging.facts import read_facts
    from pollready.planning.staging.plan import plan_staging
    from pollready.register.models import Component
    from pollready.register.veil import veil_for_everybody

    assessments = SavedAssessment.objects.select_related("round")
    if arguments.round:
        assessments = assessments.filter(round__code=arguments.round)
    saved = assessments.first()
    if saved is None:
        raise NothingAssessed
    facts = read_facts(
        StationRecord.objects.filter(assessment=saved),
        Component.objects.filter(round=saved.round_id),
        saved,
    )
    # A file goes from hand to hand: depots stand in it under their masked codes.
    veil = veil_for_everybody(saved.round_id)
    shown = {each.code: veil.code(each.code) for each in facts.depots}
    depots = [replace(each, code=shown[each.code], name="") for each in facts.depots]
    decided = tuple(replace(each, code=shown.get(each.code, each.code)) for each in asked.decided)
    asked = replace(asked, decided=decided)
    budget = Budget.within(arguments.limit_s, monotonic)
    return plan_staging(replace(facts, depots=depots), asked, budget, table)


def _figures(plan: "StagingPlan") -> dict[str, Any]:
    sites, proof = plan.sites, plan.sites.proof
    waves = [each for county in plan.messages for each in (*county.opening, *county.closing)]
    return {
        "goal": plan.asked.goal.value,
        "target_min": plan.asked.target_min,
        "candidates": sites.candidates,
        "sites": len(sites.sites),
        "sites_that_stay": sum(site.at.stays for site in sites.sites),
        "stations": len(plan.facts.stations),
        "beyond": len(sites.gaps),
        "unplaced": len(sites.unplaced),
        "cost": None if proof is None else proof.cost,
        "bound": None if proof is None else proof.bound,
        "gap": None if proof is None else proof.gap,
        "proven": proof is not None and proof.proven,
        "ways_by_table": 0 if proof is None else proof.by_table,
        "ways_by_distance": 0 if proof is None else proof.by_distance,
        "speed_km_h": plan.asked.speed_km_h,
        "detour_ratio": plan.asked.detour_ratio,
        "desks": len(plan.desks),
        "counties_too_small_for_a_desk": len(plan.too_few),
        "posts": sum(each.posts for each in plan.rosters),
        "posts_short": sum(sum(each.short.values()) for each in plan.rosters),
        "messages": len(waves),
        "messages_late": sum(each.is_late for each in waves),
        "messages_of_nobody": sum(each.arrival_h is None for each in waves),
        "signal_unknown": len(plan.unheard),
    }


def _say(figures: dict[str, Any], arguments: argparse.Namespace) -> None:
    from pollready.language import say

    def told(key: str, **fields: Any) -> None:
        print(say(f"staging.{key}", arguments.language, **fields))

    if figures["cost"] is None:
        told("no_candidates" if figures["stations"] > figures["unplaced"] else "nothing")
        return
    located = figures["stations"] - figures["unplaced"]
    told(
        "found.reached", sites=figures["sites"], reached=located - figures["beyond"],
        located=located, minutes=figures["target_min"],
    )  # fmt: skip
    if figures["sites_that_stay"]:
        told("found.stay", sites=figures["sites_that_stay"])
    if figures["proven"]:
        told("found.proven", candidates=figures["candidates"])
    else:
        told("found.gap", gap=100 * figures["gap"])
    if figures["ways_by_table"]:
        told("cli.table", ways=figures["ways_by_table"])
    told("cli.distance", ways=figures["ways_by_distance"], ratio=figures["detour_ratio"],
         speed=figures["speed_km_h"])  # fmt: skip
    told("cli.desks", desks=figures["desks"], counties=figures["counties_too_small_for_a_desk"])
    told("cli.posts", posts=figures["posts"], short=figures["posts_short"])
    told("cli.messages", messages=figures["messages"], late=figures["messages_late"],
         nobody=figures["messages_of_nobody"])  # fmt: skip
    if figures["signal_unknown"]:
        told("messages.unheard", stations=figures["signal_unknown"])
    if arguments.out:
        told("cli.written", file=str(arguments.out))


def _write(path: Path, plan: "StagingPlan", figures: dict[str, Any], language: str) -> None:
    from datetime import UTC, datetime

    from pollready.jobs.folders import FolderUnusable
    from pollready.reports.staging_file import StagingFile, write_staging_file

    file = StagingFile(plan, language, figures=figures)
    try:
        write_staging_file(path, file, now=datetime.now(UTC).replace(microsecond=0))
    except OSError as error:
        raise FolderUnusable(path) from error
