"""The document of a kept report: the status report, and before its parts what moved since."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pollready import language as lang
from pollready.assessment.alone import BELOW_ONLINE, CLOSED
from pollready.reports.blocks import Block, note, section, subheading, table, text
from pollready.reports.content import Cell, Column, Table
from pollready.reports.first_page.heading import heading
from pollready.reports.kept.duties import duties_part
from pollready.reports.kept.models import ReportKind
from pollready.reports.kept.rules import Subject
from pollready.reports.status_report import status_report
from pollready.reports.wording import Wording

Data = Mapping[str, Any]
_COMMANDS_MAX = 60


def document(
    words: Wording, data: Data, subject: Subject, *, number: str, now: datetime, prepared_by: str
) -> dict[str, Any]:
    """Build the content of a report, for every format alike."""
    content = status_report(words, number=number, now=now, prepared_by=prepared_by)
    title = title_of(words, subject)
    content["title"] = f"{title} — {words.assessment.round_name}"
    content["head"]["title"] = title
    if subject.kind == ReportKind.COUNTY:
        empty = Table([], [], say(words, "commitments_of_county")).as_content()
        content["first"]["commitments"] = {
            **heading(words, 6, "commitments"), "table": empty,
        }  # fmt: skip
        content["parts"] = [part for part in content["parts"] if part["label"] != "commitments"]
    if subject.kind == ReportKind.AGENCY:
        content["first"]["vulnerabilities"] = _own_failures(words, data["own"]["failures"])
        content["parts"] = [part for part in content["parts"] if part["label"] != "vulnerabilities"]
    duties = [duties_part(words, data["duties"])] if "duties" in data else []
    content["parts"] = [*duties, _since(words, data), *content["parts"], _inputs(words, data)]
    return content


def say(words: Wording, key: str, **fields: Any) -> str:
    """Say a phrase of kept reports."""
    return lang.say(f"reports.{key}", words.language, **fields)


def title_of(words: Wording, subject: Subject) -> str:
    """Name the report after what it is about."""
    if subject.place is not None:
        return say(words, "title.county", county=words.isolated(words.place(subject.place.name)))
    if subject.agency is not None:
        return say(words, "title.agency", agency=words.isolated(subject.agency.name))
    return say(words, f"title.{subject.kind.value}")


def _since(words: Wording, data: Data) -> dict[str, Any]:
    """Tell the trend, what became of stations and causes, and which office did what."""
    blocks: list[Block] = []
    trend = data["trend"]
    if len(trend) > 1:
        blocks.append(text(_since_line(words, trend[-2])))
        blocks.append(table(_trend_table(words, trend)))
    else:
        blocks.append(text(say(words, "trend.first")))
    if data["moves"] is not None:
        blocks.append(subheading(say(words, "moves.title")))
        blocks.append(table(_moves_table(words, data["moves"])))
        blocks += _cause_moves(words, data["cause_moves"])
    blocks.append(subheading(say(words, "changed.title")))
    blocks += _changed(words, data)
    return section("since", say(words, "since"), blocks)


def _since_line(words: Wording, before: Data) -> str:
    return say(
        words,
        "trend.since",
        number=words.isolated(lang.digits(before["number"], words.language)),
        date=words.long_date(date.fromisoformat(before["as_of_date"])),
    )


_TREND = ("stations", "ready", "not_ready", "unknown", "contradicted", "voters", "voters_not_ready")


def _trend_table(words: Wording, trend: Sequence[Data]) -> Table:
    """Lay the reports out in rows, the oldest first, the last one being this."""
    columns = [
        Column(say(words, "trend.as_of"), "auto"),
        *(Column(say(words, f"trend.{name}"), "1fr", "number") for name in _TREND),
        *(
            Column(say(words, f"trend.causes_{name}"), "1fr", "number")
            for name in ("severe", "moderate")
        ),
    ]
    rows: list[list[Cell]] = []
    for point in trend:
        figures = point["figures"]
        rows.append(
            [
                words.short_date(date.fromisoformat(point["as_of_date"])),
                *(words.number(figures[name]) for name in _TREND),
                *(words.number(figures["causes"][name]) for name in ("severe", "moderate")),
            ]
        )
    return Table(columns, rows, strong=(len(rows) - 1,))


_MOVES = ("became_ready", "no_longer_ready", "became_known", "added", "gone")


def _moves_table(words: Wording, moves: Data) -> Table:
    columns = [
        Column(say(words, "moves.what"), "auto"),
        Column(words.say("column.stations"), "auto", "number"),
        Column(say(words, "moves.which"), "1fr"),
    ]
    rows: list[list[Cell]] = []
    for name in _MOVES:
        if not moves[name]["count"]:
            continue
        codes, count = moves[name]["codes"], moves[name]["count"]
        shown = words.say("list_comma").join(words.isolated(code) for code in codes)
        if count > len(codes):
            shown = say(words, "moves.and_more", codes=shown, more=count - len(codes))
        rows.append([say(words, f"moves.{name}"), words.number(count), {"soft": shown}])
    return Table(columns, rows, say(words, "moves.none"))


def _cause_moves(words: Wording, moves: Data) -> list[Block]:
    columns = [
        Column(say(words, "moves.cause"), "1fr"),
        Column(say(words, "moves.state"), "auto"),
        Column(words.say("column.stations"), "auto", "number"),
    ]
    rows: list[list[Cell]] = []
    for rule, state, stations in causes_by_rule(moves):
        title = words.rule_title(rule)
        if len(stations) > 1:
            title = say(words, "moves.times", title=title, times=len(stations))
        rows.append([title, say(words, f"moves.cause_{state}"), words.number(sum(stations))])
    return [table(Table(columns, rows, say(words, "moves.same_causes")))]


def causes_by_rule(moves: Data) -> list[tuple[str, str, list[int]]]:
    """Group the obstacles that are new or gone by rule, with the stations of each."""
    grouped: dict[tuple[str, str], list[int]] = {}
    for state in ("new", "gone"):
        for each in moves[state]:
            grouped.setdefault((each["rule"], state), []).append(each["stations"])
    return [(rule, state, stations) for (rule, state), stations in grouped.items()]


def office_word(row: Data, language: str) -> str:
    """Name an office: the agency, else the role; who came by a command is the installation."""
    if row["agency"]:
        return str(row["agency"])
    key = (
        "reports.changed.installation"
        if row["role"] == "installation"
        else f"console.role.{row['role']}"
    )
    return lang.say(key, language)


def command_word(command: str, language: str) -> str:
    """Name what was done; a command without words by its own name."""
    try:
        return lang.say(f"correct.command.{command.rpartition('.')[2]}", language)
    except lang.UnknownPhrase:
        return command.replace("_", " ")


def _changed(words: Wording, data: Data) -> list[Block]:
    """Say what each office did since the last report."""
    columns = [
        Column(say(words, "changed.office"), "1fr"),
        Column(say(words, "changed.what"), "1fr"),
        Column(say(words, "changed.times"), "auto", "number"),
        Column(say(words, "changed.objects"), "auto", "number"),
    ]
    changed = data["changed"]
    if changed is None:
        return [note(say(words, "changed.first"))]
    rows: list[list[Cell]] = []
    last = ""
    for row in changed[:_COMMANDS_MAX]:
        office = office_word(row, words.language)
        rows.append(
            [
                office if office != last else "",
                command_word(row["command"], words.language),
                words.number(row["times"]),
                words.number(row["objects"]),
            ]
        )
        last = office
    blocks = [table(Table(columns, rows, say(words, "changed.nothing")))]
    if len(changed) > _COMMANDS_MAX:
        blocks.append(note(say(words, "changed.more", count=len(changed) - _COMMANDS_MAX)))
    return blocks


def _own_failures(words: Wording, own: Data) -> dict[str, Any]:
    """Tell an agency what the loss of one of its own components would cost: counts only."""
    columns = [
        Column(say(words, "own.level"), "1.3fr"),
        Column(say(words, "own.points"), "1fr", "number"),
        Column(say(words, "own.stations"), "1fr", "number"),
        Column(words.say("column.voters_affected"), "1fr", "number"),
    ]
    rows: list[list[Cell]] = [
        [
            say(words, f"own.{name}"),
            words.number(own[level]["single_points"]),
            words.number(own[level]["worst_stations"]),
            words.number(own[level]["worst_voters"]),
        ]
        for name, level in (("closed", CLOSED), ("below_online", BELOW_ONLINE))
    ]
    empty = say(words, "own.none")
    return {
        **heading(words, 7, "vulnerabilities"),
        "table": Table(columns, rows if own["components"] else [], empty).as_content(),
        "lines": [say(words, "own.components", components=own["components"])],
    }


def _inputs(words: Wording, data: Data) -> dict[str, Any]:
    """Say from what the report was made, so that it can be made again."""
    inputs = data["inputs"]
    moment = datetime.fromisoformat(data["as_of"])
    return section(
        "inputs",
        say(words, "inputs.title"),
        [
            text(
                say(
                    words,
                    "inputs.text",
                    moment=moment,
                    batch=inputs["batch"],
                    hash=words.isolated(inputs["batch_hash"][:16] or "0"),
                )
            ),
            note(say(words, "inputs.again")),
        ],
    )
