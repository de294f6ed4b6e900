"""The blocks of the pages after the first."""

from collections.abc import Sequence
from typing import Any

from pollready.reports.content import Table

Block = dict[str, Any]


def section(label: str, title: str, blocks: Sequence[Block], *, new_page: bool = False) -> Block:
    """Open a part of the report that the first page can point to by `label`."""
    return {"label": label, "title": title, "blocks": list(blocks), "new_page": new_page}


def text(words: str) -> Block:
    """Write a paragraph."""
    return {"kind": "text", "text": words}


def note(words: str) -> Block:
    """Write a quiet remark."""
    return {"kind": "note", "text": words}


def notes(lines: Sequence[str]) -> Block:
    """Write quiet remarks that belong together."""
    return {"kind": "notes", "lines": list(lines)}


def subheading(words: str) -> Block:
    """Write a line that belongs to what follows."""
    return {"kind": "subheading", "text": words}


def table(content: Table) -> Block:
    """Place a table."""
    return {"kind": "table", "table": content.as_content()}


def figure(svg: str, alt: str, *, height: float) -> Block:
    """Place a picture, `height` points high at most."""
    return {"kind": "figure", "svg": svg, "alt": alt, "height": height, "empty": ""}


def legend_block(items: Sequence[tuple[str, str]]) -> Block:
    """Place signs with their words."""
    return {"kind": "legend", "items": [{"name": name, "text": word} for name, word in items]}


def terms(items: Sequence[tuple[str, str]]) -> Block:
    """Place words with their meanings."""
    return {"kind": "terms", "items": [{"word": word, "meaning": said} for word, said in items]}
