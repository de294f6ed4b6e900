"""An office's own workbook, filled in: markers in its cells, or a mapping of cells to figures.

A marker is `{{stations.ready}}`; a mapping is TOML with `[cells]` ("Sheet1!B4") and `[names]`
(named ranges of one cell). What the form looks like stays: only the named cells are written.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from pollready.reports.formats.zipping import zipped

MARKER = re.compile(r"\{\{\s*([^{}\s]{1,100})\s*\}\}")
FORM_MAX, UNPACKED_MAX = 5 * 1024 * 1024, 60 * 1024 * 1024
_REFERENCE = re.compile(r"(?:'([^']{1,100})'|([^'!]{1,100}))!\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
Figure = int | float | str | None


class FormRefused(Exception):
    """A form cannot be taken, or filled; `field` is where it was given."""

    def __init__(self, code: str, field: str = "form", **fields: object) -> None:
        self.code = f"reports.form-{code}"
        self.field = field
        self.fields: dict[str, object] = fields
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell that is written, and what stands in it: the figures' names within a text."""

    cell: Cell
    text: str  # with markers


def figures_named(content: bytes, mapping: str) -> set[str]:
    """Name the figures that a form asks for; raises `FormRefused`."""
    places = _places(_opened(content), mapping)
    return {name for place in places for name in MARKER.findall(place.text)}


def fill(
    content: bytes, mapping: str, figures: Mapping[str, Figure], *, unknown: str, now: datetime
) -> bytes:
    """Fill a form; what is not known is said so. The same figures and time give the same bytes.

    Raises `FormRefused`, also where it names a figure that is none.
    """
    book = _opened(content)
    places = list(_places(book, mapping))
    named = {name for place in places for name in MARKER.findall(place.text)}
    wrong = sorted(named - figures.keys())
    if wrong:
        raise FormRefused("unknown-figures", names=wrong)
    for place in places:
        _write(place, figures, unknown)
    file = BytesIO()
    book.properties.modified = now.replace(tzinfo=None)
    book.save(file)
    return _dated(file.getvalue(), now)


def _write(place: Place, figures: Mapping[str, Figure], unknown: str) -> None:
    """Write a number as a number where it stands alone, else a text that runs as no formula."""
    alone = MARKER.fullmatch(place.text.strip())
    value = figures[alone[1]] if alone else None
    if alone and isinstance(value, int | float):
        place.cell.value = value
        return
    place.cell.value = MARKER.sub(
        lambda found: unknown if (v := figures[found[1]]) is None else str(v), place.text
    )
    place.cell.data_type = "s"


def _opened(content: bytes) -> Workbook:
    if len(content) > FORM_MAX:
        raise FormRefused("too-large", most=FORM_MAX // 1024 // 1024)
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > UNPACKED_MAX:
                raise FormRefused("too-large", most=UNPACKED_MAX // 1024 // 1024)
            names = [member.filename for member in members]
            for member in members:  # a size that lies would only show now
                with archive.open(member) as entry:
                    if len(entry.read(member.file_size + 1)) > member.file_size:
                        raise FormRefused("too-large", most=UNPACKED_MAX // 1024 // 1024)
        lost = [name for name in names if re.search(r"/(media|charts|drawings)/|vbaProject", name)]
        if lost:  # they would not come through, and nobody would be told
            raise FormRefused("with-pictures", name=lost[0])
        return openpyxl.load_workbook(BytesIO(content))
    except FormRefused:
        raise
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError, EOFError):
        raise FormRefused("unreadable") from None


def _places(book: Workbook, mapping: str) -> Iterator[Place]:
    """Give the cells to be written: those with markers, then those of the mapping."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and MARKER.search(cell.value):
                    yield Place(cell, cell.value)
    for where, figure in _mapped(book, mapping):
        yield Place(_cell(book, where), f"{{{{{figure}}}}}")


def _mapped(book: Workbook, mapping: str) -> Iterator[tuple[str, str]]:
    try:
        said: dict[str, Any] = tomllib.loads(mapping)
    except tomllib.TOMLDecodeError as error:
        raise FormRefused("wrong-mapping", "mapping", why=str(error)[:200]) from None
    strange = set(said) - {"cells", "names"}
    tables = [table for table in said.values() if not isinstance(table, dict)]
    if strange or tables:
        raise FormRefused("wrong-mapping", "mapping", why=", ".join(sorted(strange)) or "=")
    for where, figure in said.get("cells", {}).items():
        yield where, str(figure)
    for name, figure in said.get("names", {}).items():
        defined = book.defined_names.get(name)
        if defined is None or defined.attr_text is None:
            raise FormRefused("no-such-cell", "mapping", cell=name)
        yield defined.attr_text, str(figure)


def _cell(book: Workbook, where: str) -> Cell:
    found = _REFERENCE.fullmatch(where)
    sheet = (found[1] or found[2]) if found else ""
    if found is None or sheet not in book.sheetnames:
        raise FormRefused("no-such-cell", "mapping", cell=where[:100])
    cell = book[sheet][f"{found[3]}{found[4]}"]
    if not isinstance(cell, Cell):  # inside a merged range, not its first cell
        raise FormRefused("no-such-cell", "mapping", cell=where[:100])
    return cell


def _dated(content: bytes, now: datetime) -> bytes:
    """Stamp every part, and the date of the document, with the report's own time."""
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts.get("docProps/core.xml", b"")
    parts["docProps/core.xml"] = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", core)
    return zipped(parts, now)
