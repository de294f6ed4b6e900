"""A report as a Word document: real headings, tables whose heads repeat, and Persian set as such.

A small writer of its own: the same content gives the same bytes, and every paragraph, run and
table carries its direction, which libraries for the format leave out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pollready.reports.formats.flow import Content, first_page_of, titles_of, without_pictures

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Shapes that any typeface has, where the picture of a sign cannot stand.
_SHAPES = {
    "ready": "●", "not_ready": "▲", "unknown": "○", "contradicted": "◐", "offline": "◍",
    "closed": "✕",
}  # fmt: skip
_OPEN, _CLOSE = "\u2066\u2067\u2068", "\u2069"
_TEXT_WIDTH = 10206  # twentieths of a point between the margins of A4
_ACCENT, _SOFT = "0F4C5C", "4F575E"


def write_docx(content: Content, *, now: datetime) -> bytes:
    """Write a report; the same content and time give the same bytes."""
    document = _Document(content)
    body = document.body()
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _ROOT_RELATIONS,
        "docProps/core.xml": _core(content, now),
        "word/document.xml": body,
        "word/styles.xml": _styles(content),
        "word/settings.xml": _settings(content),
        "word/header1.xml": document.running("hdr", content["frame"]["office"]),
        "word/footer1.xml": document.running("ftr", content["frame"]["foot"]),
        "word/_rels/document.xml.rels": document.relations(),
    }
    return zipped(parts, now)


def zipped(parts: Mapping[str, str | bytes], now: datetime) -> bytes:
    """Pack parts in their order, all stamped with one time."""
    stamp = now.timetuple()[:6]
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = ZipInfo(name, date_time=(max(stamp[0], 1980), *stamp[1:]))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, text)
    return file.getvalue()


class _Document:
    """Writes the parts that share links and direction."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._rtl = content["direction"] == "rtl"
        self._titles = titles_of(content)
        self._links: dict[str, str] = {}
        self._bookmarks = 0

    def body(self) -> str:
        content, head = self._content, self._content["head"]
        pieces = [
            self._paragraph(head["title"], "Title"),
            self._paragraph(head["round"], "Subtitle"),
            self._paragraph(f"{head['status']} · {head['number']}", "Strong"),
        ]
        for title, headline, blocks in first_page_of(content):
            pieces.append(self._paragraph(title, "Heading1"))
            if headline:
                pieces.append(self._paragraph(headline, "Strong"))
            pieces += self._blocks(blocks)
        pieces += self._signatures(content.get("signatures", ()))
        for part in content["parts"]:
            pieces.append(self._paragraph(part["title"], "Heading1", label=part["label"]))
            pieces += self._blocks(part["blocks"])
        bidi = "<w:bidi/>" if self._rtl else ""
        section = (
            '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
            '<w:footerReference w:type="default" r:id="rIdFooter"/>'
            '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1100" w:right="850" w:bottom="1000" '
            f'w:left="850" w:header="500" w:footer="450" w:gutter="0"/>{bidi}</w:sectPr>'
        )
        return (
            f'{_XML}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>'
            f"{''.join(pieces)}{section}</w:body></w:document>"
        )

    def running(self, tag: str, words: str) -> str:
        """Write the line at head or foot of every page: office or number, class, page x of y."""
        frame = self._content["frame"]
        page, pages = (
            f'<w:fldSimple w:instr="{name}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            for name in ("PAGE", "NUMPAGES")
        )
        pattern = re.split(r"(\{pages?\})", frame["page"])
        numbered = "".join(
            page if piece == "{page}" else pages if piece == "{pages}" else self._runs(piece)
            for piece in pattern
        )
        line = (
            f"{self._runs(words)}{_TAB}{self._runs(frame['classification'], bold=True)}"
            f"{_TAB}{numbered}"
        )
        bidi = "<w:bidi/>" if self._rtl else ""
        paragraph = f'<w:p><w:pPr><w:pStyle w:val="Running"/>{bidi}</w:pPr>{line}</w:p>'
        return f'{_XML}<w:{tag} xmlns:w="{_W}" xmlns:r="{_R}">{paragraph}</w:{tag}>'

    def relations(self) -> str:
        kinds = f"{_R}/"
        rows = [
            ("rIdStyles", "styles", "styles.xml", ""),
            ("rIdSettings", "settings", "settings.xml", ""),
            ("rIdHeader", "header", "header1.xml", ""),
            ("rIdFooter", "footer", "footer1.xml", ""),
            *((name, "hyperlink", url, ' TargetMode="External"') for url, name in
              self._links.items()),
        ]  # fmt: skip
        listed = "".join(
            f'<Relationship Id="{name}" Type="{kinds}{kind}" Target={quoteattr(target)}{mode}/>'
            for name, kind, target, mode in rows
        )
        return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'

    def _blocks(self, blocks: Iterable[Content]) -> Iterator[str]:
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Content) -> Iterator[str]:
        kind = block["kind"]
        if kind == "table":
            yield self._table(block["table"])
        elif kind == "figure":
            yield self._paragraph(block["alt"] if block["svg"] else block["empty"], "Soft")
        elif kind == "legend":
            words = "   ".join(f"{_SHAPES[each['name']]} {each['text']}" for each in block["items"])
            yield self._paragraph(words, "Soft")
        elif kind == "notes":
            for line in block["lines"]:
                yield self._paragraph(line, "Soft")
        elif kind == "terms":
            for each in block["items"]:
                bold = self._runs(f"{each['word']} ", bold=True)
                yield self._wrapped(bold + self._runs(each["meaning"]))
        elif kind == "county":
            yield self._paragraph(f"{block['title']} · {block['stations']}", "Heading2")
            words = "   ".join(f"{_SHAPES[each['name']]} {each['text']}" for each in block["tally"])
            yield self._paragraph(words, "Soft")
            yield from self._blocks(block["blocks"])
        elif kind == "see":
            yield self._see(block["see"])
        else:
            yield self._paragraph(block["text"], _STYLE_OF[kind])

    def _see(self, label: str) -> str:
        title = self._titles.get(label)
        if title is None:
            return ""
        link = (
            f'<w:hyperlink w:anchor="{escape(label)}">{self._runs(title, link=True)}</w:hyperlink>'
        )
        return self._wrapped(link, "Soft")

    def _paragraph(self, words: str, style: str = "", *, label: str = "") -> str:
        runs = self._runs(words)
        if label:
            self._bookmarks += 1
            number = self._bookmarks
            runs = (
                f'<w:bookmarkStart w:id="{number}" w:name="{escape(label)}"/>{runs}'
                f'<w:bookmarkEnd w:id="{number}"/>'
            )
        return self._wrapped(runs, style)

    def _wrapped(self, runs: str, style: str = "", *, number: bool = False) -> str:
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        bidi = "<w:bidi/>" if self._rtl else ""
        # Word turns sides round in paragraphs that run from right to left.
        side = f'<w:jc w:val="{"left" if self._rtl else "right"}"/>' if number else ""
        return f"<w:p><w:pPr>{named}{bidi}{side}</w:pPr>{runs}</w:p>"

    def _runs(self, words: str, *, bold: bool = False, link: bool = False) -> str:
        """Write a text: what is isolated in it keeps a direction of its own, as a run."""
        return "".join(
            self._run(piece, is_rtl, bold=bold, link=link)
            for piece, is_rtl in directed(words, self._rtl)
        )

    def _run(self, words: str, is_rtl: bool, *, bold: bool, link: bool) -> str:
        marks = "<w:b/><w:bCs/>" if bold else ""
        marks += f'<w:color w:val="{_ACCENT}"/><w:u w:val="single"/>' if link else ""
        marks += "<w:rtl/>" if is_rtl else ""
        text = escape(_FORBIDDEN.sub("", words))
        return f'<w:r><w:rPr>{marks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'

    def _table(self, found: Content) -> str:
        table = without_pictures(found)
        if not table["rows"]:
            return self._paragraph(table["empty"], "Soft")
        columns = table["columns"]
        widths = _widths(columns, table["rows"])
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        rows = [self._row([c["heading"] for c in columns], columns, widths, head=True)]
        rows += [
            self._row(row, columns, widths, bold=index in table["strong"])
            for index, row in enumerate(table["rows"])
        ]
        visual = "<w:bidiVisual/>" if self._rtl else ""
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="Report"/>{visual}'
            f'<w:tblW w:w="{_TEXT_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{self._paragraph('', 'Gap')}"
        )

    def _row(
        self, cells: Sequence[Any], columns: Sequence[Content], widths: Sequence[int], *,
        head: bool = False, bold: bool = False,
    ) -> str:  # fmt: skip
        written = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            + self._wrapped(
                self._cell(cell, bold=head or bold),
                "TableHead" if head else "TableCell",
                number=column["align"] == "number",
            )
            + "</w:tc>"
            for cell, column, width in zip(cells, columns, widths, strict=True)
        )
        repeated = "<w:tblHeader/>" if head else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{written}</w:tr>"

    def _cell(self, cell: Any, *, bold: bool) -> str:
        if isinstance(cell, Mapping) and "link" in cell:
            name = self._links.setdefault(cell["link"], f"rIdLink{len(self._links) + 1}")
            runs = self._runs(cell["text"], bold=bold, link=True)
            return f'<w:hyperlink r:id="{name}">{runs}</w:hyperlink>'
        return self._runs(plain(cell), bold=bold)

    def _signatures(self, signatures: Sequence[Mapping[str, str]]) -> Iterator[str]:
        if signatures:
            yield self._paragraph("", "Gap")
        for each in signatures:
            words = self._runs(f"{each['title']}: ", bold=True) + self._runs(each["text"])
            hint = f"  ({each['hint']})" if each["hint"] else ""
            yield self._wrapped(words + self._runs(hint), "Signature")


_STYLE_OF = {
    "text": "", "lead": "Strong", "note": "Soft", "heading": "Heading2", "subheading": "Heading3",
}  # fmt: skip
_TAB = "<w:r><w:tab/></w:r>"


def plain(cell: Any) -> str:
    """Give a cell of a report as text."""
    if isinstance(cell, str):
        return cell
    if "soft" in cell:
        return plain(cell["soft"])
    if "lines" in cell:
        return "\n".join(cell["lines"])
    if "sign" in cell:
        return f"{_SHAPES[cell['sign']]} {cell['text']}".strip()
    return str(cell.get("text", ""))


def directed(words: str, is_rtl: bool) -> list[tuple[str, bool]]:
    r"""Divide a text at its isolates; tells of each piece whether it runs from right to left.

    >>> directed("شعبه \u2068A-1\u2069 آماده است", True)
    [('شعبه ', True), ('A-1', False), (' آماده است', True)]
    """
    pieces: list[tuple[str, bool]] = []
    depth, piece = 0, ""

    def end() -> None:
        if piece:
            pieces.append((piece, _runs_left(piece) if depth else is_rtl))

    for letter in words:
        if letter in _OPEN or letter == _CLOSE:
            end()
            piece = ""
            depth += 1 if letter in _OPEN else -1 if depth else 0
        else:
            piece += letter
    end()
    return pieces


def _runs_left(text: str) -> bool:
    """Tell the direction of the first letter that has one; figures alone run to the right."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def _widths(columns: Sequence[Content], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Share the width out: by what stands in a column, within bounds."""
    weights = []
    for index, column in enumerate(columns):
        longest = max((len(plain(row[index])) for row in rows), default=0)
        heading = max((len(word) for word in plain(column["heading"]).split()), default=0)
        weights.append(min(max(longest, heading + 2, 4), 46))
    whole = sum(weights)
    widths = [_TEXT_WIDTH * weight // whole for weight in weights]
    widths[-1] += _TEXT_WIDTH - sum(widths)
    return widths


def _core(content: Content, now: datetime) -> str:
    made = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(content['title'])}</dc:title>"
        f"<dc:language>{content['language']}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created></cp:coreProperties>'
    )


def _settings(content: Content) -> str:
    language = content["language"]
    return (
        f'{_XML}<w:settings xmlns:w="{_W}"><w:updateFields w:val="false"/>'
        f'<w:themeFontLang w:val="{"en-GB" if language == "en" else "fa-IR"}" w:bidi="fa-IR"/>'
        "</w:settings>"
    )


def _styles(content: Content) -> str:
    """Write the styles: one typeface, named so that an office can change all at once."""
    language = "fa-IR" if content["language"] == "fa" else "en-GB"

    def style(name: str, size: int, *, extra: str = "", bold: bool = False, colour: str = "",
              outline: int | None = None, kind: str = "paragraph") -> str:  # fmt: skip
        marks = "<w:b/><w:bCs/>" if bold else ""
        marks += f'<w:color w:val="{colour}"/>' if colour else ""
        level = f'<w:outlineLvl w:val="{outline}"/>' if outline is not None else ""
        keep = "<w:keepNext/>" if outline is not None else ""
        shown = f"heading {outline + 1}" if outline is not None else name
        return (
            f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{shown}"/>'
            f'<w:basedOn w:val="Normal"/><w:pPr>{keep}{extra}{level}</w:pPr>'
            f'<w:rPr>{marks}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
        )

    def space(before: int, after: int) -> str:
        return f'<w:spacing w:before="{before}" w:after="{after}"/>'

    tabs = (
        f'<w:tabs><w:tab w:val="center" w:pos="{_TEXT_WIDTH // 2}"/>'
        f'<w:tab w:val="right" w:pos="{_TEXT_WIDTH}"/></w:tabs>'
    )
    line = 'w:val="single" w:sz="4" w:space="0" w:color="C9D0D4"'
    fonts = '<w:rFonts w:ascii="Vazirmatn" w:hAnsi="Vazirmatn" w:cs="Vazirmatn"/>'
    return (
        f'{_XML}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts}'
        f'<w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="{language}" w:bidi="fa-IR"/>'
        f"</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>{space(0, 80)}</w:pPr></w:pPrDefault>"
        '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
        '<w:name w:val="Normal"/></w:style>'
        + style("Title", 36, bold=True, colour=_ACCENT, extra=space(0, 60))
        + style("Subtitle", 22, colour=_SOFT)
        + style("Strong", 21, bold=True)
        + style("Heading1", 26, bold=True, colour=_ACCENT, outline=0, extra=space(280, 100))
        + style("Heading2", 23, bold=True, colour=_ACCENT, outline=1, extra=space(220, 60))
        + style("Heading3", 21, bold=True, outline=2, extra=space(160, 40))
        + style("Soft", 19, colour=_SOFT)
        + style("Gap", 8, extra=space(0, 0))
        + style("Signature", 20, extra=space(200, 200))
        + style("Running", 16, colour=_SOFT, extra=tabs)
        + style("TableHead", 17, bold=True, colour=_ACCENT, extra=space(20, 20))
        + style("TableCell", 18, extra=space(20, 20))
        + '<w:style w:type="table" w:styleId="Report"><w:name w:val="Report"/><w:tblPr>'
        f"<w:tblBorders><w:top {line}/><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style></w:styles>"
    )


_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
    '+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_TYPE}.settings+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_TYPE}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_TYPE}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.'
    'core-properties+xml"/></Types>'
)
_ROOT_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
