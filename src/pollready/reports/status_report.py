"""The status report: everything that the template needs to lay it out."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from pollready import language as lang
from pollready.reports.appendix import appendix
from pollready.reports.county_pages import counties_section
from pollready.reports.first_page import first_page
from pollready.reports.signs import SIGNS, sign_picture
from pollready.reports.wording import Wording


def status_report(
    words: Wording, *, number: str, now: datetime, prepared_by: str = ""
) -> dict[str, Any]:
    """Build the content of report.pdf."""
    assessment = words.assessment
    return {
        **document_head(words, words.say("title"), assessment.classification, number, now),
        "head": {
            "title": words.say("title"),
            "round": _round_line(words),
            "status": words.say("status", date=words.long_date(assessment.as_of)),
            "number": words.say("number", number=number),
        },
        "first": first_page(words),
        "signatures": [
            {
                "title": words.say("prepared_by"),
                "text": prepared_by,
                "hint": words.say("name_post_date"),
            },
            {"title": words.say("confirmed_by"), "text": "", "hint": words.say("name_post_date")},
            {"title": words.say("signature"), "text": "", "hint": ""},
        ],
        "parts": [counties_section(words), *appendix(words)],
    }


def document_head(
    words: Wording, title: str, classification: int, number: str, now: datetime
) -> dict[str, Any]:
    """Build what every page of a document carries: class, office, number, page x of y."""
    place = words.assessment.jurisdiction
    return {
        "language": words.language,
        "direction": words.direction,
        "digits": [lang.digits(str(digit), words.language) for digit in range(10)],
        "title": f"{title} — {words.assessment.round_name}",
        "signs": {name: sign_picture(name) for name in SIGNS},
        "frame": {
            "office": words.say("office", jurisdiction=words.isolated(place))
            if place
            else words.say("office_alone"),
            "classification": words.classification(classification),
            "page": words.say("page", page="{page}", pages="{pages}"),
            "foot": words.say(
                "foot",
                number=number,
                date=words.short_date(words.assessment.as_of),
                made=words.short_date(localdate(now)),
            ),
        },
    }


def _round_line(words: Wording) -> str:
    assessment = words.assessment
    if assessment.election_date is None:
        return words.say("round_alone", round=words.isolated(words.place(assessment.round_name)))
    return words.say(
        "round_and_date",
        round=words.isolated(words.place(assessment.round_name)),
        date=words.long_date(assessment.election_date),
    )
