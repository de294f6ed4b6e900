"""The content of a report as one flow of pieces, for formats that have no pages of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

Content = Mapping[str, Any]
FIRST = (
    "summary", "readiness", "decisions", "causes", "counties", "commitments", "vulnerabilities",
    "rehearsal", "confidence",
)  # fmt: skip
# Shapes that any typeface has, where the picture of a sign cannot stand.
SHAPES = {
    "ready": "●", "not_ready": "▲", "unknown": "○", "contradicted": "◐", "offline": "◍",
    "closed": "✕",
}  # fmt: skip


def first_page_of(content: Content) -> Iterator[tuple[str, str, list[Content]]]:
    """Give the sections of the first page, where there is one: title, answer in a line, blocks."""
    for name in FIRST if "first" in content else ():
        part = content["first"][name]
        yield part["title"], part["headline"], list(_blocks_of(part))


def _blocks_of(part: Content) -> Iterator[Content]:
    if "map" in part:
        yield {"kind": "figure", **part["map"], "height": 148}
        if part["legend"]:
            yield {"kind": "legend", "items": part["legend"]}
        if part["note"]:
            yield {"kind": "note", "text": part["note"]}
    for table in (*part.get("tables", ()), *([part["table"]] if "table" in part else ())):
        yield {"kind": "table", "table": table}
    for line in part.get("lines", ()):
        yield {"kind": "text", "text": line}
    if "see" in part:
        yield {"kind": "see", "see": part["see"]["see"]}


def titles_of(content: Content) -> dict[str, str]:
    """Give the title of each part behind the first page, by its label."""
    return {part["label"]: part["title"] for part in content["parts"]}


def without_pictures(table: Content) -> Content:
    """Leave out the columns that only hold bars: their numbers stand beside them."""
    rows = table["rows"]
    kept = [
        index
        for index in range(len(table["columns"]))
        if not rows or not all(_is_bar(row[index]) for row in rows)
    ]
    return {
        **table,
        "columns": [table["columns"][index] for index in kept],
        "rows": [[row[index] for index in kept] for row in rows],
    }


def _is_bar(cell: Any) -> bool:
    return isinstance(cell, Mapping) and "bar" in cell


def plain(cell: Any) -> str:
    """Give a cell of a report as text."""
    if isinstance(cell, str):
        return cell
    if "soft" in cell:
        return plain(cell["soft"])
    if "lines" in cell:
        return "\n".join(cell["lines"])
    if "sign" in cell:
        return f"{SHAPES[cell['sign']]} {cell['text']}".strip()
    return str(cell.get("text", ""))
