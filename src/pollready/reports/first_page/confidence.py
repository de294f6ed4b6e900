"""Section 9: how much of what is asked is known."""

from collections.abc import Sequence
from typing import Any

from pollready.assessment.result import DataConfidence
from pollready.reports.content import Cell, Column, Table
from pollready.reports.first_page.heading import heading
from pollready.reports.wording import Wording

CONFIDENCE_MAX = 4


def confidence_section(words: Wording) -> dict[str, Any]:
    """Show how much of what is asked is known, and where the largest gaps are."""
    fields = words.assessment.confidence
    asked = sum(f.known + f.unknown + f.contradicted for f in fields)
    known = sum(f.known for f in fields)
    worst_first = sorted(fields, key=lambda f: (-(f.unknown + f.contradicted), f.field))
    gaps = [f for f in worst_first if f.unknown or f.contradicted][:CONFIDENCE_MAX]
    headline = ""
    if asked:
        headline = words.say("first.confidence_headline", share=words.share(known, asked))
    return {
        **heading(words, 9, "confidence", headline),
        "table": confidence_table(
            words, gaps, empty=words.say("first.all_known" if asked else "confidence.none")
        ),
        "see": words.see("first.all_confidence", "confidence"),
    }


def confidence_table(
    words: Wording, fields: Sequence[DataConfidence], *, empty: str
) -> dict[str, Any]:
    """Lay out what is known of each field, and how old the oldest of it is."""
    columns = [
        Column(words.say("column.field"), "1fr"),
        *(
            Column(words.say(f"column.{name}"), "auto", "number")
            for name in ("known", "unknown", "contradicted", "oldest")
        ),
    ]
    rows: list[list[Cell]] = [
        [
            words.field(each.field),
            words.number(each.known),
            words.number(each.unknown),
            words.number(each.contradicted),
            words.say("days", days=each.oldest_days)
            if each.oldest_days is not None
            else words.say("unknown"),
        ]
        for each in fields
    ]
    return Table(columns, rows, empty).as_content()
