"""What a file is by what it holds, never by its name; and what a photograph tells unasked."""

import zipfile
from io import BytesIO

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT, CSV = "text/plain", "text/csv"
TYPES = (PDF, PNG, JPEG, XLSX, CSV, TEXT)
ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", XLSX: ".xlsx", CSV: ".csv", TEXT: ".txt"}

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
    b"bKGD", b"pHYs",
})  # fmt: skip
# Segments of a JPEG with what the camera or a program wrote of place, time and device.
_JPEG_TOLD = frozenset({0xE1, 0xED, 0xFE})
_START_OF_SCAN, _END = 0xDA, 0xD9
_XLSX_PARTS = frozenset({"[Content_Types].xml", "xl/workbook.xml"})
_XLSX_ENTRIES_MAX = 5000
# Control characters that no text holds.
_NOT_TEXT = frozenset(range(32)) - {9, 10, 12, 13}


def type_of(content: bytes, name: str) -> str | None:
    """Give the media type of a file of a kind that is taken; None for any other.

    The name only tells a table apart from other text: neither is ever shown by the browser.
    """
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(_PNG_HEAD):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return XLSX if _is_workbook(content) else None
    if _is_text(content):
        return CSV if name.lower().endswith((".csv", ".tsv")) else TEXT
    return None


def _is_workbook(content: bytes) -> bool:
    """Say whether a ZIP archive is a workbook without macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return len(names) <= _XLSX_ENTRIES_MAX and set(names) >= _XLSX_PARTS and not has_macros


def _is_text(content: bytes) -> bool:
    if _NOT_TEXT & set(content):
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    # What a browser or a shell would run is no evidence.
    return not text.lstrip().lower().startswith(("<", "#!", "%!"))


def without_traces(content: bytes, mime: str) -> bytes:
    """Give an image without what it tells of place, time and device; other files as they are.

    Raises `ValueError` for an image whose parts cannot be told apart.
    """
    if mime == JPEG:
        return _jpeg_without_traces(content)
    if mime == PNG:
        return _png_without_traces(content)
    return content


def _jpeg_without_traces(content: bytes) -> bytes:
    kept, at = [content[:2]], 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise ValueError("not a segment")
        marker = content[at + 1]
        if marker == 0xFF:  # filling between segments
            at += 1
            continue
        if marker in (_START_OF_SCAN, _END):
            return b"".join([*kept, content[at:]])
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            raise ValueError("a segment shorter than its own length")
        if marker not in _JPEG_TOLD:
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    raise ValueError("no picture in it")


def _png_without_traces(content: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise ValueError("a part longer than the file")
        if kind in _PNG_KEPT:
            kept.append(content[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    raise ValueError("no end")
