"""The classified annex: the names behind the counts, for holders of the permission only."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from pollready.assessment.result import Loss, Vulnerabilities
from pollready.audit.classification import Classification
from pollready.reports.blocks import Block, note, section, table
from pollready.reports.content import Cell, Column, Table
from pollready.reports.status_report import document_head
from pollready.reports.wording import Wording

UPSTREAM_MAX = 200
SCOPES = ("below_province", "all_tiers")
SIZES = ("singles", "pairs")
LEVELS = ("offline", "online")
DURATIONS = ("generator", "service")
CSV_COLUMNS = (
    "class", "unknowns", "scope", "size", "level", "duration", "duration_h", "rank",
    "code_1", "name_1", "kind_1", "agency_1", "code_2", "name_2", "kind_2", "agency_2",
    "tier", "stations", "voters", "stations_without_voters", "more_than_sum",
)  # fmt: skip


def annex_class(assessed: int) -> int:
    """Give the annex's class: never below confidential, for it lists what to strike."""
    return max(assessed, Classification.CONFIDENTIAL)


def annex_report(
    words: Wording, *, number: str, now: datetime, who: str, reason: str
) -> dict[str, Any]:
    """Build the content of annex.pdf."""
    title = words.say("annex.title")
    level = annex_class(words.assessment.classification)
    made = words.short_date(localdate(now))
    return {
        **document_head(words, title, level, number, now),
        "head": {
            "title": title,
            "round": words.assessment.round_name,
            "status": words.say("status", date=words.long_date(words.assessment.as_of)),
            "number": words.say("number", number=number),
        },
        "reason": [
            words.say("annex.reason", reason=reason),
            words.say("annex.made_by", who=who, made=made),
            words.say("annex.warning"),
        ],
        "watermark": words.say(
            "annex.watermark", **{"class": words.classification(level), "who": who, "made": made}
        ),
        "parts": _parts(words),
    }


def _parts(words: Wording) -> list[dict[str, Any]]:
    if not words.assessment.vulnerabilities and not words.assessment.facts.components:
        return [
            section(
                "upstream", words.say("annex.upstream"), [note(words.say("annex.no_components"))]
            )
        ]
    return [_losses(words, size) for size in SIZES] + [_upstream(words), _causes(words)]


def _losses(words: Wording, size: str) -> dict[str, Any]:
    """List the worst single failures or pairs until the end of service, each reading once."""
    blocks: list[Block] = []
    shown: list[tuple[Loss, ...]] = []
    for level in LEVELS:
        for scope in SCOPES:
            for reading in words.assessment.vulnerabilities:
                losses = _of(reading, size, scope, level, "service")
                if losses in shown:
                    continue
                shown.append(losses)
                hours = reading.durations_h["service"]
                blocks.append(_loss_heading(words, reading, size, scope, level, hours))
                blocks.append(table(_loss_table(words, losses, size)))
    return section(size, words.say(f"annex.{size}"), blocks)


def _loss_heading(
    words: Wording, reading: Vulnerabilities, size: str, scope: str, level: str, hours: float
) -> Block:
    said = words.say(
        "annex.heading",
        what=words.say(f"annex.{size}"),
        scope=words.say(f"annex.scope_{scope}"),
        level=words.say(f"annex.level_{level}"),
        hours=hours,
    )
    return {
        "kind": "subheading",
        "text": f"{said} · {words.say(f'annex.reading_{reading.unknowns}')}",
    }


def _of(
    reading: Vulnerabilities, size: str, scope: str, level: str, duration: str
) -> tuple[Loss, ...]:
    losses: tuple[Loss, ...] = getattr(reading, f"{size}_{scope}").get((level, duration), ())
    return losses


def _loss_table(words: Wording, losses: Sequence[Loss], size: str) -> Table:
    columns = [
        Column("", "auto", "number"),
        Column(words.say("column.component"), "auto"),
        Column(words.say("column.component_name"), "1fr"),
        Column(words.say("column.component_kind"), "0.9fr"),
        Column(words.say("column.agency"), "1.3fr"),
        Column(words.say("column.stations"), "auto", "number"),
        Column(words.say("column.voters"), "auto", "number"),
    ]
    if size == "pairs":
        columns.append(Column(words.say("column.more_than_sum"), "auto", "number"))
    rows = [_loss_row(words, rank, loss, size) for rank, loss in enumerate(losses, 1)]
    return Table(columns, rows, words.say("annex.none"))


def _loss_row(words: Wording, rank: int, loss: Loss, size: str) -> list[Cell]:
    named = [_named(words, code) for code in loss.codes]
    row: list[Cell] = [
        words.number(rank),
        {"lines": [words.isolated(code) for code in loss.codes]},
        {"lines": [name for name, _ in named]},
        {"lines": [words.means(kind) for kind in loss.kinds]},
        {"lines": [agency for _, agency in named]},
        words.number(loss.stations),
        words.number(loss.voters),
    ]
    if size == "pairs":
        row.append(words.number(loss.more_than_sum))
    return row


def _named(words: Wording, code: str) -> tuple[str, str]:
    """Give a component's name and its agency's; what the register lacks is said so."""
    component = words.assessment.facts.components.get(code)
    if component is None:
        return words.say("unknown"), words.say("unknown")
    return component.name or words.say("unknown"), words.owner(component.agency)


def _upstream(words: Wording) -> dict[str, Any]:
    """List shared components by how many stations fall with each."""
    shared = [c for c in words.assessment.facts.components.values() if len(c.behind) > 1]
    shared.sort(key=lambda c: (-len(c.falls_with_it), -len(c.behind), c.code))
    columns = [
        Column(words.say("column.component"), "auto"),
        Column(words.say("column.component_name"), "1fr"),
        Column(words.say("column.component_kind"), "0.8fr"),
        Column(words.say("column.county"), "20mm"),
        Column(words.say("column.agency"), "1.3fr"),
        Column(words.say("column.behind"), "auto", "number"),
        Column(words.say("column.falls"), "auto", "number"),
        Column(words.say("column.voters"), "auto", "number"),
    ]
    rows: list[list[Cell]] = [
        [
            words.isolated(each.code),
            each.name or words.say("unknown"),
            words.means(each.kind),
            each.county or words.say("unknown"),
            words.owner(each.agency),
            words.number(len(each.behind)),
            words.number(len(each.falls_with_it)),
            words.number(each.voters_falling),
        ]
        for each in shared[:UPSTREAM_MAX]
    ]
    blocks = [table(Table(columns, rows, words.say("annex.none")))]
    if len(shared) > UPSTREAM_MAX:
        blocks.append(note(words.say("annex.upstream_more", count=len(shared) - UPSTREAM_MAX)))
    return section("upstream", words.say("annex.upstream"), blocks)


def _causes(words: Wording) -> dict[str, Any]:
    """List the causes that lie upstream, with the components they name."""
    columns = [
        Column(words.say("column.cause"), "1fr"),
        Column(words.say("column.component"), "45mm"),
        Column(words.say("column.agency"), "auto"),
        Column(words.say("column.stations"), "auto", "number"),
    ]
    rows: list[list[Cell]] = []
    for cause in words.assessment.causes:
        codes = tuple(dict.fromkeys(code for f in cause.findings for code in f.upstream))
        if codes:
            named = [words.isolated(code) for code in codes[:6]]
            if len(codes) > 6:
                named.append(words.say("annex.and_more", count=len(codes) - 6))
            rows.append(
                [
                    words.cause(cause),
                    words.say("list_comma").join(named),
                    words.owner(cause.owner),
                    words.number(cause.stations),
                ]
            )
    return section(
        "causes", words.say("annex.causes"), [table(Table(columns, rows, words.say("annex.none")))]
    )


def contingencies_csv(words: Wording) -> bytes:
    """Write every listed contingency: both readings, scopes, sizes, levels and durations."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(CSV_COLUMNS)
    level = Classification(annex_class(words.assessment.classification)).label
    for reading in words.assessment.vulnerabilities:
        for row in _csv_rows(words, reading):
            rows.writerow([level, *row])
    # The mark that Excel needs to take the file for UTF-8.
    return written.getvalue().encode("utf-8-sig")


def _csv_rows(words: Wording, reading: Vulnerabilities) -> Iterator[list[object]]:
    for scope in SCOPES:
        for size in SIZES:
            for level in LEVELS:
                for duration in DURATIONS:
                    losses = _of(reading, size, scope, level, duration)
                    for rank, loss in enumerate(losses, 1):
                        yield [
                            reading.unknowns, scope, size, level, duration, loss.duration_h, rank,
                            *_csv_names(words, loss), loss.tier, loss.stations, loss.voters,
                            loss.stations_without_voters, loss.more_than_sum,
                        ]  # fmt: skip


def _csv_names(words: Wording, loss: Loss) -> list[str]:
    cells: list[str] = []
    for index in (0, 1):
        if index >= len(loss.codes):
            cells += [""] * 4
            continue
        component = words.assessment.facts.components.get(loss.codes[index])
        name, agency = (component.name, component.agency) if component else ("", "")
        cells += [_plain(t) for t in (loss.codes[index], name, loss.kinds[index], agency)]
    return cells


def _plain(text: str) -> str:
    """Keep a cell from being read as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
