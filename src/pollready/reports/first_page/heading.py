"""What the sections of the first page share: their heading, and how long names may be."""

from typing import Any

from pollready.reports.wording import Wording

# Letters of a name that a column of the first page holds in one or two lines.
SUBJECT_MAX, OWNER_MAX = 110, 38


def heading(words: Wording, number: int, name: str, headline: str = "") -> dict[str, Any]:
    title = words.say("numbered", number=number, title=words.say(f"first.{name}"))
    return {"title": title, "headline": headline}
