"""What a file is, told from its first bytes and never from its name."""

import zipfile
from enum import Enum
from io import BytesIO

from pollready.intake.reading.limits import UnreadableFile


class Form(Enum):
    """The forms that intake knows."""

    EMPTY = "empty"
    SPREADSHEET = "spreadsheet"  # xlsx, xlsb, ods, xls
    ARCHIVE = "archive"  # a zip with files in it
    JSON = "json"
    TEXT = "text"
    OTHER = "other"  # a picture, a PDF, a program


_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x7fELF", b"MZ")
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
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    named_json = name.lower().endswith((".json", ".geojson"))
    if named_json or (start in (b"{", b"[") and not content.startswith(_UTF_16)):
        return Form.JSON
    return Form.TEXT


def _zipped(content: bytes, name: str) -> Form:
    """Tell a workbook from any other zip."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = set(archive.namelist())
    except zipfile.BadZipFile:
        raise UnreadableFile(name, "zip") from None
    if any(member.startswith("xl/") for member in members) or "content.xml" in members:
        return Form.SPREADSHEET
    return Form.ARCHIVE
