"""What a file is, told from its first bytes and never from its name."""

import re
import zipfile
from codecs import BOM_UTF8
from enum import Enum
from io import BytesIO

from pollready.intake.reading.archive import BROKEN_ZIP
from pollready.intake.reading.limits import UnknownForm, UnreadableFile
from pollready.intake.reading.text import decode


class Form(Enum):
    """The forms that intake knows."""

    EMPTY = "empty"
    SPREADSHEET = "spreadsheet"  # xlsx, xlsb, ods, xls
    ARCHIVE = "archive"  # a zip with files in it
    JSON = "json"
    MARKUP = "markup"  # tables as HTML, or as Excel's XML of 2003
    TEXT = "text"
    OTHER = "other"  # a picture, a PDF, a program


_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x7fELF", b"MZ")
_MARKUP = re.compile(r"<(\w+:)?table[\s>]", re.IGNORECASE)
_LOOK_AT_BYTES = 200_000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def form_of(content: bytes, name: str) -> Form:
    """Tell the form of a file; raises `UnreadableFile` for a broken zip."""
    if not content.strip():
        return Form.EMPTY
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content, name)
    if content.startswith(_OLE2):
        return Form.SPREADSHEET
    if content.startswith(_OTHER):
        return Form.OTHER
    start = content.removeprefix(BOM_UTF8).lstrip()[:1]
    named_json = name.lower().endswith((".json", ".geojson"))
    if _is_markup(content, name):
        return Form.MARKUP
    if named_json or (start in (b"{", b"[") and not content.startswith(_UTF_16)):
        return Form.JSON
    return Form.TEXT


def _is_markup(content: bytes, name: str) -> bool:
    """Tell a page with a table from text, by its first bytes."""
    start = content[:_LOOK_AT_BYTES]
    if b"\x00" not in start and not start.removeprefix(BOM_UTF8).lstrip().startswith(b"<"):
        return False
    try:
        text = decode(start, name).lstrip("\ufeff \r\n\t")
    except UnknownForm:
        return False
    return text.startswith("<") and _MARKUP.search(text) is not None


def _zipped(content: bytes, name: str) -> Form:
    """Tell a workbook from any other zip."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = set(archive.namelist())
    except BROKEN_ZIP:
        raise UnreadableFile(name, "zip") from None
    if any(member.startswith("xl/") for member in members) or "content.xml" in members:
        return Form.SPREADSHEET
    return Form.ARCHIVE
