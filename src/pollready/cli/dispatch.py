"""`pollready dispatch`: routes of teams for a day, or who goes now, as a table."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pollready.cli.options import add_language, existing_file, table_path

if TYPE_CHECKING:  # the tables are imported late
    from pollready.planning.dispatching.ground import Ground
    from pollready.planning.dispatching.routing import RoutesPlan
    from pollready.planning.dispatching.sending import NowPlan

LIMIT_S = 30.0
NAMES = ("work", "open_from", "open_to", "at", "horizon_h", "stations", "speed_km_h",
         "detour_ratio")  # fmt: skip


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("dispatch", help="plan which team goes to which stations")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument("--round", metavar="CODE", help="the round; by default the newest assessed")
    parser.add_argument(
        "--work", default="", metavar="WORK",
        help="visits (default: stations with obstacles that one mends), set_up or deliveries",
    )  # fmt: skip
    parser.add_argument("--now", action="store_true", help="who goes now, instead of routes")
    parser.add_argument(
        "--county", default="", metavar="NAME",
        help="code or name of the county (default: that with most to do; of deliveries all)",
    )  # fmt: skip
    parser.add_argument(
        "--team", action="append", default=[], type=_team, metavar="PLACE[=N]",
        help="N teams at a depot or station, by its code; may be repeated (default: the ledger's)",
    )  # fmt: skip
    for name, metavar, about in (
        ("from", "HH:MM", "when teams leave (default: of the office's table of visits)"),
        ("to", "HH:MM", "when they must be back"),
        ("capacity", "N", "units that a team carries"),
        ("open-from", "HH:MM", "when work at a station may begin (default: any hour)"),
        ("open-to", "HH:MM", "until when it may begin"),
        ("plan", "NUMBER", "of the accepted allocation plan (default: the newest)"),
        ("at", "HH:MM", "with --now: the hour now (default: when polling opens)"),
        ("horizon-h", "H", "with --now: what a station counts as waiting to which nobody goes"),
        ("stations", "CODES", "with --now: stations that wait (default: those a visit is due at)"),
        ("speed-km-h", "KM/H", "speed where no travel time is given (default: 50)"),
        ("detour-ratio", "RATIO", "length of roads over the great circle (default: 1.3)"),
    ):
        parser.add_argument(f"--{name}", default="", metavar=metavar, help=about)
    parser.add_argument(
        "--travel", type=existing_file, metavar="F.csv",
        help="minutes by code of two places: a heading, then from,to,minutes",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=table_path, metavar="F", help="table to write: .xlsx, .csv or .json"
    )
    parser.add_argument(
        "--limit-s", type=float, default=LIMIT_S, metavar="S", help="time for it (default: 30)"
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    add_language(parser)
    parser.set_defaults(run=run)


def _team(text: str) -> tuple[str, str]:
    place, _, number = text.partition("=")
    return place, number or "1"


def run(arguments: argparse.Namespace) -> int:
    """Plan, print the figures, write the tables; 1 where there is nobody or nothing to send."""
    from pollready.jobs.registers import open_register

    open_register(arguments.data, must_exist=True)
    from pollready.planning.dispatching.register import opened
    from pollready.planning.staging.travel_table import read_travel_table

    table = read_travel_table(arguments.travel.read_text("utf-8")) if arguments.travel else None
    saved, ground = opened(arguments.round)
    values = _values(arguments, ground)
    if arguments.now:
        figures, tables, done = _now(arguments, ground, values, table)
    else:
        figures, tables, done = _routes(arguments, ground, values, table, saved.round_id)
    if arguments.out:
        _write(arguments.out, figures, tables, arguments.language)
    if arguments.json:
        print(json.dumps(figures, ensure_ascii=False))
    elif arguments.out:
        _say(arguments.language, "cli.written", file=str(arguments.out))
    return 0 if done else 1


def _values(arguments: argparse.Namespace, ground: "Ground") -> dict[str, str]:
    """Give what was typed by the names of the page's form."""
    from pollready.planning.dispatching.register import county_named

    values = {name: getattr(arguments, name) for name in NAMES} | {"plan": arguments.plan}
    values["county"] = county_named(ground, arguments.county)
    for row, (place, number) in enumerate(arguments.team):
        values |= {
            f"base_{row}": place, f"teams_{row}": number, f"capacity_{row}": arguments.capacity,
            f"from_{row}": getattr(arguments, "from"), f"to_{row}": arguments.to,
        }  # fmt: skip
    return values


def _say(language: str, key: str, **fields: Any) -> None:
    from pollready.language import say

    print(say(f"dispatch.{key}", language, **fields))


def _routes(
    arguments: argparse.Namespace, ground: "Ground", values: dict[str, str], table: Any, round_: int
) -> tuple[dict[str, Any], Any, bool]:
    from time import monotonic

    from pollready.engine.budget import Budget
    from pollready.planning.dispatching.asking import routes_asked
    from pollready.planning.dispatching.register import every_task
    from pollready.planning.dispatching.routing import plan_dispatch
    from pollready.planning.dispatching.tables import routes_tables

    asked = routes_asked(values, ground)
    tasks = every_task(ground, asked, round_)
    plan = plan_dispatch(ground, asked, tasks, Budget.within(arguments.limit_s, monotonic), table)
    figures = _routes_figures(ground, plan, asked)
    if not arguments.json:
        _tell_routes(plan, figures, arguments.language)
    return figures, routes_tables(ground, plan, arguments.language), bool(plan.routes)


def _routes_figures(ground: "Ground", plan: "RoutesPlan", asked: Any) -> dict[str, Any]:
    from collections import Counter

    tasks = plan.tasks
    why = Counter(str(why) for _, why in plan.unreached)
    why |= Counter({"unplaced": len(tasks.unplaced), "no-depot": len(tasks.no_depot)})
    county = None if asked.county is None else ground.staged.places[asked.county]
    return {
        "work": asked.work.value,
        "county": county,
        "tasks": len(tasks.tasks) + len(tasks.unplaced) + len(tasks.no_depot),
        "reached": sum(len(route.stops) for route in plan.routes),
        "routes": len(plan.routes),
        "idle": plan.idle,
        "unreached": {name: count for name, count in why.items() if count},
        "to_components": tasks.to_components,
        "travel_h": round(plan.travel_h, 3),
        "bound_h": round(plan.bound_h, 3),
        "gap": round(plan.gap, 4),
        "length_km": round(sum(route.length_km for route in plan.routes), 1),
        "ways_by_table": plan.ways_by_table,
        "ways_by_distance": plan.ways_by_distance,
        "speed_km_h": asked.speed_km_h,
        "detour_ratio": asked.detour_ratio,
    }


def _tell_routes(plan: "RoutesPlan", figures: dict[str, Any], language: str) -> None:
    from pollready.language import say

    if figures["county"]:
        _say(language, "cli.county", county=figures["county"])
    if not figures["tasks"]:
        _say(language, f"none.{figures['work']}")
        return
    if not plan.routes and not plan.idle:
        _say(language, "no_teams")
    key = "deliveries" if figures["work"] == "deliveries" else "reached"
    _say(language, f"found.{key}", teams=len(plan.routes), reached=figures["reached"],
         stations=figures["tasks"])  # fmt: skip
    if plan.routes:
        _say(
            language, "found.travel", travel=round(plan.travel_h, 1), bound=round(plan.bound_h, 1),
            gap=round(100 * plan.gap, 1), km=round(figures["length_km"]),
        )  # fmt: skip
    if plan.idle:
        _say(language, "cli.idle", teams=plan.idle)
    for why, stations in figures["unreached"].items():
        _say(language, "cli.missed", stations=stations, why=say(f"dispatch.why.{why}", language))
    if figures["to_components"]:
        _say(language, "found.components", components=figures["to_components"])
    _tell_ways(figures, language)


def _tell_ways(figures: dict[str, Any], language: str) -> None:
    from pollready.language import say

    if figures["ways_by_table"]:
        print(say("staging.cli.table", language, ways=figures["ways_by_table"]))
    print(
        say("staging.cli.distance", language, ways=figures["ways_by_distance"],
            ratio=figures["detour_ratio"], speed=figures["speed_km_h"])
    )  # fmt: skip


def _now(
    arguments: argparse.Namespace, ground: "Ground", values: dict[str, str], table: Any
) -> tuple[dict[str, Any], Any, bool]:
    from pollready.planning.dispatching.asking import now_asked
    from pollready.planning.dispatching.register import one_by_one
    from pollready.planning.dispatching.sending import send_now
    from pollready.planning.dispatching.tables import now_tables
    from pollready.planning.dispatching.work import tasks_now

    rows = one_by_one(arguments.team)
    values |= {f"place_{row}": place for row, place in enumerate(rows)}
    asked = now_asked(values, ground, ground.staged.opens_h)
    plan = send_now(ground, asked, tasks_now(ground, asked), table)
    figures = _now_figures(plan, asked)
    if not arguments.json:
        _say(arguments.language, "now.sent", teams=len(plan.sent), stations=figures["waiting"])
        if plan.staying:
            _say(arguments.language, "cli.idle", teams=len(plan.staying))
        _tell_ways(figures, arguments.language)
    return figures, now_tables(ground, plan, arguments.language), bool(plan.sent)


def _now_figures(plan: "NowPlan", asked: Any) -> dict[str, Any]:
    return {
        "at_h": asked.at_h,
        "horizon_h": asked.horizon_h,
        "sent": len(plan.sent),
        "staying": len(plan.staying),
        "waiting": len(plan.waiting) + len(plan.tasks.unplaced),
        "unplaced": len(plan.tasks.unplaced),
        "cost_h": round(plan.cost_h, 3),
        "ways_by_table": plan.ways_by_table,
        "ways_by_distance": plan.ways_by_distance,
        "speed_km_h": asked.speed_km_h,
        "detour_ratio": asked.detour_ratio,
    }


def _write(path: Path, figures: dict[str, Any], tables: Any, language: str) -> None:
    from datetime import UTC, datetime

    from pollready.jobs.folders import FolderUnusable
    from pollready.language import say
    from pollready.planning.dispatching.tables import COLUMNS
    from pollready.reports.table_file import TableFile, write_table_file

    try:
        if path.suffix.lower() == ".json":
            named = {
                name: [dict(zip(COLUMNS[name], row, strict=True)) for row in rows]
                for name, rows in tables.items()
            }
            text = json.dumps(figures | {"tables": named}, ensure_ascii=False, indent=1)
            path.write_text(text + "\n", "utf-8")
        else:
            now = datetime.now(UTC).replace(microsecond=0)
            file = TableFile("dispatch", say("dispatch.title", language), COLUMNS, tables, language)
            write_table_file(path, file, now=now)
    except OSError as error:
        raise FolderUnusable(path) from error
