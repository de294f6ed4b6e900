"""A document in one direction: paragraphs, tables, running lines and texts that may be edited.

python-docx writes it. What the format has and the library's methods lack (direction of paragraphs
and sections, heads that repeat, fields, links, content controls) is set on its elements.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
from docx.enum.table import WD_TABLE_DIRECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import RGBColor, Twips
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from pollready.reports.formats.docx import styles
from pollready.reports.formats.docx.directions import directed, runs_left
from pollready.reports.formats.flow import plain
from pollready.reports.formats.zipping import zipped

TAG_BEGINS = "pollready:"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROPERTY_MAX = 255  # letters that the library takes for a property
# What the library's template brings besides is of another document: a thumbnail, its program.
_KEPT_RELATIONS = {
    RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES,
    RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS, RELATIONSHIP_TYPE.THEME,
}  # fmt: skip
_AFTER_SECTION_BIDI = ("w:rtlGutter", "w:docGrid", "w:printerSettings", "w:sectPrChange")


class WordDocument:
    """Writes what follows one another on pages of A4."""

    def __init__(self, language: str, *, is_rtl: bool) -> None:
        self._docx, self._is_rtl = docx.Document(), is_rtl
        self._docx.core_properties.language = language
        self._links: dict[str, str] = {}
        self._numbers = 0  # of bookmarks and controls
        for relations in (self._docx.part.rels, self._docx.part.package.rels):
            for key, relation in list(relations.items()):
                if relation.reltype not in _KEPT_RELATIONS:
                    del relations[key]
        self._style_ids = styles.dress(self._docx, language)
        self._set_section()
        self._set_settings(language)

    def paragraph(
        self, words: str, style: str = styles.NORMAL, *, lead: str = "", label: str = ""
    ) -> None:
        """Write a paragraph: `lead` stands bold before it, and by `label` it is referred to."""
        paragraph = self._styled(self._docx.add_paragraph(), style)
        self._write(paragraph, lead, is_bold=True)
        runs = self._write(paragraph, words)
        if label and runs:
            self._numbers += 1
            number = str(self._numbers)
            start = _element("w:bookmarkStart", id=number, name=_anchor(label))
            runs[0]._r.addprevious(start)
            runs[-1]._r.addnext(_element("w:bookmarkEnd", id=number))

    def reference(self, words: str, label: str, style: str) -> None:
        """Write a paragraph that leads to the one under `label`."""
        paragraph = self._styled(self._docx.add_paragraph(), style)
        self._link(paragraph, words, _element("w:hyperlink", anchor=_anchor(label)))

    def editable(self, tag: str, said: str, hint: str) -> None:
        """Write a text that may be edited and is found again by its tag; empty, it shows a hint."""
        lines = (said or hint).split("\n")
        paragraphs = []
        for line in lines:  # somebody's own words, in whichever language
            is_rtl = runs_left(line, otherwise=self._is_rtl)
            paragraphs.append(self._styled(self._docx.add_paragraph(), is_rtl=is_rtl))
            self._run(paragraphs[-1], line, is_rtl)
        self._numbers += 1
        properties = OxmlElement("w:sdtPr")
        properties.append(_element("w:tag", val=f"{TAG_BEGINS}{tag}"))
        properties.append(_element("w:id", val=str(self._numbers)))
        properties.append(_element("w:lock", val="sdtLocked"))
        if not said:
            properties.append(OxmlElement("w:showingPlcHdr"))
        control, inside = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        paragraphs[0]._p.addprevious(control)
        control.extend([properties, inside])
        inside.extend([paragraph._p for paragraph in paragraphs])

    def table(self, content: Mapping[str, Any]) -> None:
        """Write a table whose head repeats on every page; in place of an empty one, a sentence."""
        columns, rows = content["columns"], content["rows"]
        if not rows:
            self.paragraph(content["empty"], styles.SOFTLY)
            return
        widths = _widths(columns, rows)
        table = self._docx.add_table(len(rows) + 1, len(columns), styles.TABLE)
        table.autofit = False
        if self._is_rtl:
            table.table_direction = WD_TABLE_DIRECTION.RTL
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width  # of the grid; every cell has its own beside it
        for row in table.rows:
            for place, width in zip(row.cells, widths, strict=True):
                place.width = width
        self._fill_table(table, columns, rows, strong=content.get("strong", ()))
        self.paragraph("", styles.GAP)

    def running(self, head: str, foot: str, classification: str, page: str) -> None:
        """Write the lines at head and foot of every page; `page` holds {page} and {pages}."""
        section = self._docx.sections[0]
        for part, words in ((section.header, head), (section.footer, foot)):
            paragraph = self._styled(part.paragraphs[0], styles.RUNNING)
            self._write(paragraph, f"{words}\t")
            self._write(paragraph, classification, is_bold=True)
            self._write(paragraph, "\t")
            for piece in re.split(r"(\{pages?\})", page):
                if piece in ("{page}", "{pages}"):
                    self._field(paragraph, "PAGE" if piece == "{page}" else "NUMPAGES")
                else:
                    self._write(paragraph, piece)

    def saved(self, *, title: str, author: str, now: datetime) -> bytes:
        """Give the file; the same content and time give the same bytes."""
        properties = self._docx.core_properties
        properties.title = _plain_line(title)[:_PROPERTY_MAX]
        properties.author = _plain_line(author)[:_PROPERTY_MAX]
        properties.comments = ""
        properties.created = properties.modified = now.astimezone(UTC)
        written = BytesIO()
        self._docx.save(written)
        with ZipFile(written) as archive:  # the library stamps its parts with the clock
            return zipped({name: archive.read(name) for name in archive.namelist()}, now)

    def _set_section(self) -> None:
        section = self._docx.sections[0]
        section.page_width, section.page_height = styles.PAGE_WIDTH, styles.PAGE_HEIGHT
        section.left_margin = section.right_margin = styles.MARGIN
        section.top_margin, section.bottom_margin = Twips(1100), Twips(1000)
        section.header_distance, section.footer_distance = Twips(500), Twips(450)
        if self._is_rtl:
            bidi = OxmlElement("w:bidi")
            section._sectPr.insert_element_before(bidi, *_AFTER_SECTION_BIDI)

    def _set_settings(self, language: str) -> None:
        settings = self._docx.settings.element
        fonts = settings.find(qn("w:themeFontLang"))
        fonts.attrib.clear()
        fonts.set(qn("w:val"), "fa-IR" if language == "fa" else "en-GB")
        fonts.set(qn("w:bidi"), "fa-IR")
        for setting in settings.iter(qn("w:compatSetting")):
            if setting.get(qn("w:name")) == "compatibilityMode":
                setting.set(qn("w:val"), "15")  # else word processors open it as an old file

    def _styled(
        self, paragraph: Paragraph, style: str = styles.NORMAL, *, is_rtl: bool | None = None
    ) -> Paragraph:
        if self._is_rtl if is_rtl is None else is_rtl:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        # By its id: the library looks a name up among all links of the document.
        paragraph._p.style = self._style_ids[style]
        return paragraph

    def _write(self, paragraph: Paragraph, words: str, *, is_bold: bool = False) -> list[Run]:
        """Write a text: what is isolated in it keeps a direction of its own, as a run."""
        return [
            self._run(paragraph, piece, is_rtl, is_bold=is_bold)
            for piece, is_rtl in directed(words, self._is_rtl)
        ]

    def _run(self, paragraph: Paragraph, words: str, is_rtl: bool, *, is_bold: bool = False) -> Run:
        run = paragraph.add_run(_FORBIDDEN.sub("", words))
        if is_rtl:
            run.font.rtl = True
        if is_bold:
            run.font.bold = run.font.cs_bold = True
        return run

    def _link(
        self, paragraph: Paragraph, words: str, link: BaseOxmlElement, *, is_bold: bool = False
    ) -> None:
        runs = self._write(paragraph, words, is_bold=is_bold)
        for run in runs:
            run.font.underline = True
            run.font.color.rgb = RGBColor.from_string(styles.ACCENT)
        paragraph._p.append(link)
        link.extend([run._r for run in runs])

    def _field(self, paragraph: Paragraph, name: str) -> None:
        field = _element("w:fldSimple", instr=name)
        field.append(self._run(paragraph, "1", False)._r)
        paragraph._p.append(field)

    def _fill_table(
        self,
        table: Table,
        columns: Sequence[Mapping[str, Any]],
        rows: Sequence[Sequence[Any]],
        *,
        strong: Iterable[int],
    ) -> None:
        stressed = set(strong)
        head, *others = table.rows
        self._fill_row(head, [each["heading"] for each in columns], columns, styles.TABLE_HEAD)
        head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for index, (row, cells) in enumerate(zip(others, rows, strict=True)):
            self._fill_row(row, cells, columns, styles.TABLE_CELL, is_bold=index in stressed)

    def _fill_row(
        self,
        row: _Row,
        cells: Sequence[Any],
        columns: Sequence[Mapping[str, Any]],
        style: str,
        *,
        is_bold: bool = False,
    ) -> None:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        # Word turns sides round in paragraphs that run from right to left.
        side = WD_ALIGN_PARAGRAPH.LEFT if self._is_rtl else WD_ALIGN_PARAGRAPH.RIGHT
        for place, cell, column in zip(row.cells, cells, columns, strict=True):
            paragraph = self._styled(place.paragraphs[0], style)
            if column["align"] == "number":
                paragraph.alignment = side
            if isinstance(cell, Mapping) and "link" in cell:
                link = _element("w:hyperlink")
                link.set(qn("r:id"), self._relation_to(cell["link"]))
                self._link(paragraph, cell["text"], link, is_bold=is_bold)
            else:
                self._write(paragraph, plain(cell), is_bold=is_bold)

    def _relation_to(self, address: str) -> str:
        if address not in self._links:
            name = self._links[address] = f"rIdLink{len(self._links) + 1}"
            self._docx.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, address, name, is_external=True
            )
        return self._links[address]


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    return OxmlElement(tag, {qn(f"w:{name}"): value for name, value in attributes.items()})


def _anchor(label: str) -> str:
    """Name a bookmark as word processors take it: letters, digits and low lines, up to 40."""
    return re.sub(r"\W", "_", label)[:40]


def _plain_line(words: str) -> str:
    return "".join(piece for piece, _ in directed(_FORBIDDEN.sub("", words), False))


def _widths(columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]]) -> list[Twips]:
    """Share the width out: by what stands in a column, within bounds."""
    weights = []
    for index, column in enumerate(columns):
        longest = max((len(plain(row[index])) for row in rows), default=0)
        heading = max((len(word) for word in plain(column["heading"]).split()), default=0)
        weights.append(min(max(longest, heading, 2) + 2, 46))
    whole = sum(weights)
    widths = [styles.TEXT_WIDTH.twips * weight // whole for weight in weights]
    widths[-1] += styles.TEXT_WIDTH.twips - sum(widths)
    return [Twips(width) for width in widths]
