"""Section 6: what agencies pledged, gave, and still owe."""

from collections.abc import Sequence
from typing import Any

from pollready.assessment.result import AgencyCommitments
from pollready.reports.content import Cell, Column, Table
from pollready.reports.first_page.heading import OWNER_MAX, heading
from pollready.reports.wording import Wording

COMMITMENTS_MAX = 4
MEANS_MAX = 26


def commitments_section(words: Wording) -> dict[str, Any]:
    commitments = words.assessment.commitments
    pressing = sorted(commitments, key=lambda c: (-c.overdue, -(c.shortfall or 0), c.agency))
    part: dict[str, Any] = {
        **heading(words, 6, "commitments"),
        "table": commitment_table(words, pressing[:COMMITMENTS_MAX], short=True),
    }
    if len(commitments) > COMMITMENTS_MAX:
        part["see"] = words.see("first.all_commitments", "commitments")
    return part


def commitment_table(
    words: Wording, commitments: Sequence[AgencyCommitments], *, short: bool = False
) -> dict[str, Any]:
    """Lay out what agencies pledged, gave, still owe, and owe past their date."""
    columns = [
        Column(words.say("column.agency"), "1.4fr"),
        Column(words.say("column.means"), "1fr"),
        *(
            Column(words.say(f"column.{name}"), "auto", "number")
            for name in ("pledged", "delivered", "shortfall", "overdue")
        ),
    ]
    rows: list[list[Cell]] = [
        [
            words.short(words.owner(each.agency), OWNER_MAX if short else 200),
            words.short(words.means(each.kind), MEANS_MAX if short else 200),
            words.number(each.pledged),
            words.number(each.delivered),
            words.number(each.shortfall),
            words.number(each.overdue),
        ]
        for each in commitments
    ]
    return Table(columns, rows, words.say("first.no_commitments")).as_content()
