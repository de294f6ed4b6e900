"""The styles of a document: one typeface, named so that an office can change all at once."""

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor, Twips
from docx.styles.style import ParagraphStyle

from pollready.reports.fonts import FAMILY

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = Twips(11906), Twips(16838), Twips(850)  # A4
TEXT_WIDTH = Twips(PAGE_WIDTH.twips - 2 * MARGIN.twips)
ACCENT, SOFT, RULE = "0F4C5C", "4F575E", "C9D0D4"
TABLE = "Report"


@dataclass(frozen=True, slots=True)
class _Look:
    """How a style looks: sizes and spaces in points; `outline` is that of a heading."""

    size: float
    colour: str = ""
    bold: bool = False
    before: float = 0
    after: float = 4
    outline: int | None = None


NORMAL, TITLE, SUBTITLE, LEAD, SOFTLY = "Normal", "Title", "Subtitle", "Lead", "Soft"
GAP, SIGNATURE, RUNNING = "Gap", "Signature line", "Running line"
TABLE_HEAD, TABLE_CELL = "Table head", "Table cell"
HEADINGS = ("heading 1", "heading 2", "heading 3")
_LOOKS = {
    NORMAL: _Look(10),
    TITLE: _Look(18, ACCENT, bold=True, after=3),
    SUBTITLE: _Look(11, SOFT),
    LEAD: _Look(10.5, bold=True),
    HEADINGS[0]: _Look(13, ACCENT, bold=True, before=14, after=5, outline=0),
    HEADINGS[1]: _Look(11.5, ACCENT, bold=True, before=11, after=3, outline=1),
    HEADINGS[2]: _Look(10.5, bold=True, before=8, after=2, outline=2),
    SOFTLY: _Look(9.5, SOFT),
    GAP: _Look(4, after=0),
    SIGNATURE: _Look(10, before=10, after=10),
    RUNNING: _Look(8, SOFT),
    TABLE_HEAD: _Look(8.5, ACCENT, bold=True, before=1, after=1),
    TABLE_CELL: _Look(9, before=1, after=1),
}
_BUILT_IN = (NORMAL, TITLE, SUBTITLE, *HEADINGS)


def dress(document: Document, language: str) -> dict[str, str]:
    """Put our styles in the place of those of the library's template; gives ids by their names."""
    element = document.styles.element
    for each in list(element):
        element.remove(each)
    element.append(_defaults("fa-IR" if language == "fa" else "en-GB"))
    for name, look in _LOOKS.items():
        _add_style(document, name, look)
    stops = _style(document, RUNNING).paragraph_format.tab_stops
    stops.add_tab_stop(Twips(TEXT_WIDTH.twips // 2), WD_TAB_ALIGNMENT.CENTER)
    stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    element.append(_table_style())
    return {name: _style(document, name).style_id for name in _LOOKS}


def _style(document: Document, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style


def _add_style(document: Document, name: str, look: _Look) -> None:
    document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in _BUILT_IN)
    style = _style(document, name)
    if name == NORMAL:
        style.element.default = True
    else:
        style.base_style = _style(document, NORMAL)
    style.quick_style = True
    font, form = style.font, style.paragraph_format
    font.size = Pt(look.size)
    # The library has no size of Arabic letters; it follows that of Latin ones.
    size = style.element.rPr.find(qn("w:sz"))
    size.addnext(OxmlElement("w:szCs", {qn("w:val"): size.get(qn("w:val"))}))
    if look.bold:
        font.bold = font.cs_bold = True
    if look.colour:
        font.color.rgb = RGBColor.from_string(look.colour)
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    if look.outline is not None:
        form.keep_with_next = True
        level = OxmlElement("w:outlineLvl", {qn("w:val"): str(look.outline)})
        style.element.pPr.append(level)


def _defaults(language: str) -> BaseOxmlElement:
    return parse_xml(
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{FAMILY}" w:hAnsi="{FAMILY}" w:cs="{FAMILY}"/>'
        f'<w:lang w:val="{language}" w:bidi="fa-IR"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )


def _table_style() -> BaseOxmlElement:
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{RULE}"'
    return parse_xml(
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE}">'
        f'<w:name w:val="{TABLE}"/><w:tblPr><w:tblBorders><w:top {line}/><w:bottom {line}/>'
        f"<w:insideH {line}/></w:tblBorders><w:tblCellMar>"
        '<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
    )
