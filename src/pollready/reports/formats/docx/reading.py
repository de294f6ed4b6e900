"""Texts of a document that came back, by the tags of their content controls.

The file comes from anywhere: it is unpacked within bounds before the library sees it, and the
library's parser resolves no entity and fetches nothing.
"""

import zlib
from collections.abc import Collection
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import docx
from docx.document import Document
from docx.oxml.ns import nsmap, qn

from pollready.reports.formats.docx.document import TAG_BEGINS

FILE_MAX, UNPACKED_MAX, ENTRIES_MAX = 10_000_000, 60_000_000, 500
_HINT_STYLE = "PlaceholderText"  # of the hint that Word puts in a control left empty


class DocxRefused(Exception):
    """A file that came back cannot be read as minutes; `code` says why."""

    def __init__(self, why: str) -> None:
        self.code = f"meetings.docx-{why}"
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def read_texts(content: bytes, *, hints: Collection[str] = ()) -> dict[str, str]:
    """Give the texts of a DOCX, by the tags under which they were written.

    A text that is still one of the `hints` is empty. Raises `DocxRefused` for what is no DOCX, is
    too large, or holds no text that may be edited.
    """
    body = _opened(_unpacked(content)).element
    found = {}
    for control in body.xpath(f"//w:sdt[starts-with(w:sdtPr/w:tag/@w:val, '{TAG_BEGINS}')]"):
        tag = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val"))
        text = _text(control)
        is_hint = text in hints or _shows_hint(control)
        found[tag.removeprefix(TAG_BEGINS)] = "" if is_hint else text
    if not found:
        raise DocxRefused("without-tags")
    return found


def _unpacked(content: bytes) -> BytesIO:
    """Copy an archive, no entry beyond what all may hold, whatever its head says of its size."""
    if len(content) > FILE_MAX:
        raise DocxRefused("too-large")
    copy, left = BytesIO(), UNPACKED_MAX
    try:
        with ZipFile(BytesIO(content)) as archive, ZipFile(copy, "w") as plain:
            entries = archive.infolist()
            if len(entries) > ENTRIES_MAX:
                raise DocxRefused("too-large")
            if len({entry.filename for entry in entries}) < len(entries):
                raise DocxRefused("unreadable")
            for entry in entries:
                if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # no other in a DOCX
                    raise DocxRefused("unreadable")
                with archive.open(entry) as part:
                    read = part.read(left + 1)
                left -= len(read)
                if left < 0:
                    raise DocxRefused("too-large")
                plain.writestr(entry.filename, read)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        raise DocxRefused("unreadable") from None
    return copy


def _opened(archive: BytesIO) -> Document:
    try:
        document = docx.Document(archive)
        # No word processor writes a document type, which could name entities.
        is_plain = not document.element.getroottree().docinfo.doctype
    except Exception:  # of a file that breaks the format the library raises whatever it stumbles on
        raise DocxRefused("unreadable") from None
    if not is_plain:
        raise DocxRefused("unreadable")
    return document


def _text(control: Any) -> str:
    """Give a control's text as it reads: without what was struck out, or moved elsewhere."""
    lines = [
        "".join(run.text for run in paragraph.xpath(".//w:r[not(ancestor::w:moveFrom)]"))
        for paragraph in control.xpath("./w:sdtContent//w:p", namespaces=nsmap)
    ]
    return "\n".join(line.replace("\t", " ").strip() for line in lines).strip()


def _shows_hint(control: Any) -> bool:
    """Say whether only Word's own hint stands here; other programs keep the mark over texts."""
    if not control.xpath("./w:sdtPr/w:showingPlcHdr", namespaces=nsmap):
        return False
    runs = control.xpath("./w:sdtContent//w:r", namespaces=nsmap)
    return all(run.style == _HINT_STYLE for run in runs)
