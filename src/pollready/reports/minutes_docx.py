"""Minutes as a DOCX: written from blocks, and read back by the tags of its content controls.

WordprocessingML (ECMA-376) is plain XML in a ZIP; a text that may be edited stands in a content
control (`w:sdt`) whose tag names it, which word processors keep while they change what is inside.
"""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TAG_BEGINS = "pollready:"
_NS = f'xmlns:w="{W}"'
_FIXED = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes
_PART = "word/document.xml"
FILE_MAX, PART_MAX, ENTRIES_MAX = 10_000_000, 20_000_000, 500
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="application/'
        f'vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        for name, kind in (
            ("document", "document.main"), ("styles", "styles"),
            ("header1", "header"), ("footer1", "footer"),
        )
    )
    + "</Types>"
)  # fmt: skip
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE_REL}"><Relationship Id="r1" '
    f'Type="{_REL}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELS = f'{_HEAD}<Relationships xmlns="{_PACKAGE_REL}">' + "".join(
    f'<Relationship Id="{key}" Type="{_REL}/{kind}" Target="{target}.xml"/>'
    for key, kind, target in (
        ("r1", "styles", "styles"), ("r2", "header", "header1"), ("r3", "footer", "footer1")
    )
) + "</Relationships>"  # fmt: skip
_STYLES = (
    ("Title", 36, True), ("Heading1", 28, True), ("Heading2", 22, True), ("Quiet", 18, False),
)  # fmt: skip


class DocxRefused(Exception):
    """A file that came back cannot be read as minutes; `code` says why."""

    def __init__(self, why: str) -> None:
        self.code = f"meetings.docx-{why}"
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def write_docx(document: Mapping[str, Any]) -> bytes:
    """Write a document of `reports.minutes`; the same content gives the same bytes."""
    writer = _Writer(document["direction"] == "rtl", document["language"])
    head = document["head"]
    body = [
        writer.paragraph(head["title"], "Title"),
        writer.paragraph(head["round"]),
        writer.paragraph(f"{head['status']} — {head['number']}", "Quiet"),
    ]
    for part in document["parts"]:
        body.append(writer.paragraph(part["title"], "Heading1"))
        body += [writer.block(block) for block in part["blocks"]]
    frame = document["frame"]
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        _PART: writer.document(body),
        "word/_rels/document.xml.rels": _DOCUMENT_RELS,
        "word/styles.xml": writer.styles(),
        "word/header1.xml": writer.margin("hdr", [frame["office"], frame["classification"]]),
        "word/footer1.xml": writer.footer(frame["page"]),
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED), text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_docx(content: bytes) -> dict[str, str]:
    """Give the texts of a DOCX that came back, by the tags under which they were written.

    Raises `DocxRefused` for what is no DOCX, is too large, or holds no text of minutes.
    """
    root = _read_part(content)
    found = {tag: text for tag, text in _tagged(root) if tag.startswith(TAG_BEGINS)}
    if not found:
        raise DocxRefused("without-tags")
    return {tag.removeprefix(TAG_BEGINS): text for tag, text in found.items()}


def _read_part(content: bytes) -> ElementTree.Element:
    if len(content) > FILE_MAX:
        raise DocxRefused("too-large")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if len(archive.infolist()) > ENTRIES_MAX:
                raise DocxRefused("too-large")
            with archive.open(_PART) as part:
                text = part.read(PART_MAX + 1)
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, OSError,
            EOFError):  # fmt: skip
        raise DocxRefused("unreadable") from None
    except Exception as error:  # a broken stream: zlib and lzma raise errors of their own
        if type(error).__name__ in ("error", "LZMAError"):
            raise DocxRefused("unreadable") from None
        raise
    if len(text) > PART_MAX:
        raise DocxRefused("too-large")
    # No word processor writes a document type; one could name entities without end.
    if b"<!" in text.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
        raise DocxRefused("unreadable")
    try:
        return ElementTree.fromstring(text)  # without a document type, see above
    except ElementTree.ParseError:
        raise DocxRefused("unreadable") from None


def _tagged(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for control in root.iter(f"{{{W}}}sdt"):
        tag = control.find(f"{{{W}}}sdtPr/{{{W}}}tag")
        inside = control.find(f"{{{W}}}sdtContent")
        if tag is None or inside is None:
            continue
        is_empty = control.find(f"{{{W}}}sdtPr/{{{W}}}showingPlcHdr") is not None
        lines = [_text(paragraph) for paragraph in inside.iter(f"{{{W}}}p")]
        said = "\n".join(line.strip() for line in lines).strip()
        yield tag.get(f"{{{W}}}val", ""), "" if is_empty else said


def _text(paragraph: ElementTree.Element) -> str:
    """Give the text of a paragraph as it reads: without what was struck out."""
    parts = []
    for part in paragraph.iter():
        if part.tag == f"{{{W}}}t":
            parts.append(part.text or "")
        elif part.tag == f"{{{W}}}tab":
            parts.append(" ")
        elif part.tag in (f"{{{W}}}br", f"{{{W}}}cr"):
            parts.append("\n")
    return "".join(parts)


class _Writer:
    """Writes paragraphs, tables and controls in one direction."""

    def __init__(self, is_rtl: bool, language: str) -> None:
        self._is_rtl, self._language = is_rtl, language
        self._controls = 0

    def block(self, block: Mapping[str, Any]) -> str:
        if block["kind"] == "table":
            return self.table(block["table"])
        if "tag" in block:
            return self.control(block["tag"], block["said"], block["text"])
        style = {"note": "Quiet", "subheading": "Heading2"}.get(block["kind"], "")
        return self.paragraph(block["text"], style)

    def paragraph(self, text: str, style: str = "") -> str:
        """Write a paragraph; a new line in it stays one."""
        named = f'<w:pStyle w:val="{style}"/>' if style else ""
        return f"<w:p><w:pPr>{named}{self._bidi()}</w:pPr>{self._run(text)}</w:p>"

    def control(self, tag: str, said: str, shown: str) -> str:
        """Write a text that may be edited; where nothing is said yet, a hint stands in it."""
        self._controls += 1
        hint = "" if said else "<w:showingPlcHdr/>"
        lines = "".join(self.paragraph(line) for line in (shown.split("\n") or [""]))
        return (
            f"<w:sdt><w:sdtPr><w:tag w:val={quoteattr(TAG_BEGINS + tag)}/>"
            f'<w:id w:val="{self._controls}"/><w:lock w:val="sdtLocked"/>{hint}</w:sdtPr>'
            f"<w:sdtContent>{lines}</w:sdtContent></w:sdt>"
        )

    def table(self, table: Mapping[str, Any]) -> str:
        if not table["rows"]:
            return self.paragraph(table["empty"], "Quiet")
        heads = [column["heading"] for column in table["columns"]]
        rows = "".join(self._row(row) for row in [heads, *table["rows"]])
        width = 9600 // len(heads)
        grid = f'<w:gridCol w:w="{width}"/>' * len(heads)
        visual = "<w:bidiVisual/>" if self._is_rtl else ""
        border = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:color="C9D0D4"/>'
            for side in ("top", "bottom", "insideH")
        )
        return (
            f'<w:tbl><w:tblPr>{visual}<w:tblW w:w="5000" w:type="pct"/>'
            f"<w:tblBorders>{border}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
            f"{rows}</w:tbl>{self.paragraph('')}"
        )

    def document(self, body: list[str]) -> str:
        bidi = "<w:bidi/>" if self._is_rtl else ""
        section = (
            f'<w:sectPr><w:headerReference w:type="default" r:id="r2" xmlns:r="{_REL}"/>'
            f'<w:footerReference w:type="default" r:id="r3" xmlns:r="{_REL}"/>'
            '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" '
            'w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
            f"{bidi}</w:sectPr>"
        )
        return f"{_HEAD}<w:document {_NS}><w:body>{''.join(body)}{section}</w:body></w:document>"

    def styles(self) -> str:
        language = f'<w:lang w:val="en-GB" w:bidi="{self._language}"/>'
        fonts = '<w:rFonts w:ascii="Vazirmatn" w:hAnsi="Vazirmatn" w:cs="Vazirmatn"/>'
        usual = f'{fonts}<w:sz w:val="21"/><w:szCs w:val="21"/>{language}'
        spacing = '<w:spacing w:after="100" w:line="300" w:lineRule="auto"/>'
        made = "".join(self._style(*each) for each in _STYLES)
        return (
            f"{_HEAD}<w:styles {_NS}><w:docDefaults><w:rPrDefault><w:rPr>{usual}</w:rPr>"
            f"</w:rPrDefault><w:pPrDefault><w:pPr>{spacing}</w:pPr></w:pPrDefault>"
            f"</w:docDefaults>{made}</w:styles>"
        )

    def margin(self, tag: str, lines: list[str]) -> str:
        inside = "".join(self.paragraph(line, "Quiet") for line in lines)
        return f"{_HEAD}<w:{tag} {_NS}>{inside}</w:{tag}>"

    def footer(self, page: str) -> str:
        """Write page x of y, whose numbers the word processor fills in."""
        runs = []
        rest = page
        for mark, field in (("{page}", "PAGE"), ("{pages}", "NUMPAGES")):
            before, _, rest = rest.partition(mark)
            runs.append(self._run(before))
            runs.append(f'<w:fldSimple w:instr="{field}">{self._run("1")}</w:fldSimple>')
        runs.append(self._run(rest))
        properties = f'<w:pPr><w:pStyle w:val="Quiet"/>{self._bidi()}</w:pPr>'
        return f"{_HEAD}<w:ftr {_NS}><w:p>{properties}{''.join(runs)}</w:p></w:ftr>"

    def _style(self, name: str, size: int, is_bold: bool) -> str:
        bold = "<w:b/><w:bCs/>" if is_bold else ""
        level = f'<w:outlineLvl w:val="{int(name[-1]) - 1}"/>' if name[-1].isdigit() else ""
        colour = "0F4C5C" if is_bold else "4F575E"
        return (
            f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>'
            f"<w:pPr><w:keepNext/>{level}</w:pPr>" if is_bold else
            f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:pPr/>'
        ) + (
            f'<w:rPr>{bold}<w:color w:val="{colour}"/><w:sz w:val="{size}"/>'
            f'<w:szCs w:val="{size}"/></w:rPr></w:style>'
        )  # fmt: skip

    def _row(self, row: list[Any]) -> str:
        cells = "".join(f"<w:tc><w:tcPr/>{self.paragraph(_plain(cell))}</w:tc>" for cell in row)
        return f"<w:tr>{cells}</w:tr>"

    def _bidi(self) -> str:
        return "<w:bidi/>" if self._is_rtl else ""

    def _run(self, text: str) -> str:
        rtl = "<w:rPr><w:rtl/></w:rPr>" if self._is_rtl else ""
        lines = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(_allowed(line))}</w:t>' for line in text.split("\n")
        )
        return f"<w:r>{rtl}{lines}</w:r>" if text else ""


def _plain(cell: Any) -> str:
    return cell if isinstance(cell, str) else str(cell.get("text", ""))


def _allowed(text: str) -> str:
    """Leave out the control characters that XML does not have."""
    return "".join(letter for letter in text if letter >= " " or letter == "\t")
