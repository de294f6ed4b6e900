"""Reports and minutes as documents: real headings, tables, and Persian set as such."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pollready.reports.formats.docx import styles
from pollready.reports.formats.docx.document import WordDocument
from pollready.reports.formats.flow import (
    SHAPES,
    Content,
    first_page_of,
    titles_of,
    without_pictures,
)

_STYLE_OF = {
    "text": styles.NORMAL, "lead": styles.LEAD, "note": styles.SOFTLY,
    "heading": styles.HEADINGS[1], "subheading": styles.HEADINGS[2],
}  # fmt: skip


def write_docx(content: Content, *, now: datetime) -> bytes:
    """Write a report; the same content and time give the same bytes."""
    layout = _Layout(content)
    layout.head()
    for title, headline, blocks in first_page_of(content):
        layout.document.paragraph(title, styles.HEADINGS[0])
        if headline:
            layout.document.paragraph(headline, styles.LEAD)
        layout.blocks(blocks)
    layout.signatures(content.get("signatures", ()))
    layout.parts()
    return layout.saved(now)


def write_minutes(content: Content, *, now: datetime) -> bytes:
    """Write minutes whose tagged texts may be edited; the same give the same bytes."""
    layout = _Layout(content)
    layout.head()
    layout.parts()
    return layout.saved(now)


class _Layout:
    """Lays blocks out, one below the other."""

    def __init__(self, content: Content) -> None:
        self._content, self._titles = content, titles_of(content)
        self.document = WordDocument(content["language"], is_rtl=content["direction"] == "rtl")

    def head(self) -> None:
        head, frame = self._content["head"], self._content["frame"]
        self.document.running(
            frame["office"], frame["foot"], frame["classification"], frame["page"]
        )
        self.document.paragraph(head["title"], styles.TITLE)
        self.document.paragraph(head["round"], styles.SUBTITLE)
        self.document.paragraph(f"{head['status']} · {head['number']}", styles.LEAD)

    def parts(self) -> None:
        for part in self._content["parts"]:
            self.document.paragraph(part["title"], styles.HEADINGS[0], label=part["label"])
            self.blocks(part["blocks"])

    def blocks(self, blocks: Iterable[Content]) -> None:
        for block in blocks:
            self._block(block)

    def signatures(self, signatures: Sequence[Mapping[str, str]]) -> None:
        if signatures:
            self.document.paragraph("", styles.GAP)
        for each in signatures:
            hint = f"  ({each['hint']})" if each["hint"] else ""
            self.document.paragraph(
                f"{each['text']}{hint}", styles.SIGNATURE, lead=f"{each['title']}: "
            )

    def saved(self, now: datetime) -> bytes:
        office = self._content["frame"]["office"]
        return self.document.saved(title=self._content["title"], author=office, now=now)

    def _block(self, block: Content) -> None:
        kind, write = block["kind"], self.document.paragraph
        if "tag" in block:
            self.document.editable(block["tag"], block["said"], block["text"])
        elif kind == "table":
            self.document.table(without_pictures(block["table"]))
        elif kind == "figure":
            write(block["alt"] if block["svg"] else block["empty"], styles.SOFTLY)
        elif kind == "legend":
            self._legend(block["items"])
        elif kind == "notes":
            for line in block["lines"]:
                write(line, styles.SOFTLY)
        elif kind == "terms":
            for each in block["items"]:
                write(each["meaning"], lead=f"{each['word']} ")
        elif kind == "county":
            write(f"{block['title']} · {block['stations']}", styles.HEADINGS[1])
            self._legend(block["tally"])
            self.blocks(block["blocks"])
        elif kind == "see":
            if title := self._titles.get(block["see"]):
                self.document.reference(title, block["see"], styles.SOFTLY)
        else:
            write(block["text"], _STYLE_OF[kind])

    def _legend(self, items: Iterable[Mapping[str, str]]) -> None:
        words = "   ".join(f"{SHAPES[each['name']]} {each['text']}" for each in items)
        self.document.paragraph(words, styles.SOFTLY)
