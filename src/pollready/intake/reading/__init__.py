"""From a path to tables of raw cells; nothing in a file is ever executed."""

import hashlib
from pathlib import Path

from pollready.intake.faults import Fault, Gravity
from pollready.intake.reading.archive import lists_inside
from pollready.intake.reading.form import Form, form_of
from pollready.intake.reading.json_lists import read_json
from pollready.intake.reading.limits import (
    FILE_MAX_BYTES,
    FILES_MAX,
    FileTooLarge,
    NoAccess,
    NoSuchFile,
    UnknownForm,
)
from pollready.intake.reading.markup import read_markup
from pollready.intake.reading.spreadsheet import read_spreadsheet
from pollready.intake.reading.table import ReadFile, Row, Table, is_blank
from pollready.intake.reading.text import read_text

__all__ = ["ReadFile", "Row", "Table", "is_blank", "read_file"]

_LISTS = frozenset(
    {
        ".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json",
        ".geojson", ".zip", ".html", ".htm", ".xml",
    }
)  # fmt: skip
_NOT_MEANT = (".", "~$", "__")  # hidden files, and what Excel lays beside an open workbook
_NAMES_TOLD_MAX = 20


def read_file(path: Path, name: str = "") -> ReadFile:
    """Read a file, or every list in a folder; an empty file gives no table.

    `name` is what the file is called where it is kept under another name. Raises `NoSuchFile`,
    `NoAccess`, `FileTooLarge`, `UnreadableFile`, `UnknownForm`.
    """
    try:
        return _read(path, name)
    except OSError as error:  # no permission, a broken disk
        raise NoAccess(name or path.name) from error


def _read(path: Path, called: str) -> ReadFile:
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise NoSuchFile(called or path.name)
    content = _content(path)
    name = called or _name_of(path)
    tables, faults = _tables(content, name)
    return ReadFile(name, hashlib.sha256(content).hexdigest(), tuple(tables), tuple(faults))


def _name_of(path: Path) -> str:
    """Give the name of a file as text: what is no letter in it is marked, for names are kept."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _content(path: Path) -> bytes:
    if path.stat().st_size > FILE_MAX_BYTES:
        raise FileTooLarge(path.name, "bytes", FILE_MAX_BYTES)
    return path.read_bytes()


def _read_folder(folder: Path) -> ReadFile:
    """Read every list of a folder, each as the sheet that its name says; tell what is not read."""
    there = sorted(p for p in folder.iterdir() if not p.name.startswith(_NOT_MEANT))
    paths = [p for p in there if p.is_file() and p.suffix.lower() in _LISTS]
    if len(paths) > FILES_MAX:
        raise FileTooLarge(folder.name, "files", FILES_MAX)
    digest = hashlib.sha256()
    tables: list[Table] = []
    faults = _passed_over(folder.name, [p.name for p in there if p not in paths])
    for path in paths:
        content = _content(path)
        name = _name_of(path)
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        found, wrong = _tables(content, name)
        tables += found
        faults += wrong
    return ReadFile(_name_of(folder), digest.hexdigest(), tuple(tables), tuple(faults))


def _passed_over(where: str, names: list[str]) -> list[Fault]:
    if not names:
        return []
    said = {"files": len(names), "names": tuple(names[:_NAMES_TOLD_MAX])}
    return [Fault("files-passed-over", Gravity.NOTICE, sheet=where, fields=said)]


def _tables(content: bytes, name: str) -> tuple[list[Table], list[Fault]]:
    """Read one file by its form, whatever its name says."""
    form = form_of(content, name)
    if form is Form.EMPTY:
        return [], [Fault("file-empty", Gravity.NOTICE, sheet=name)]
    if form is Form.SPREADSHEET:
        return read_spreadsheet(content, name)
    if form is Form.ARCHIVE:
        return _read_archive(content, name)
    if form is Form.JSON:
        return [read_json(content, name)], []
    if form is Form.MARKUP:
        return read_markup(content, name), [Fault("read-as-page", Gravity.NOTICE, sheet=name)]
    if form is Form.TEXT:
        table, told = read_text(content, name)
        return [table], told
    raise UnknownForm(name, form.value)


def _read_archive(content: bytes, name: str) -> tuple[list[Table], list[Fault]]:
    """Read the lists inside a zip, and say that it was one; a zip in a zip is not opened."""
    tables: list[Table] = []
    faults: list[Fault] = []
    left: list[str] = []
    for inner, inside in lists_inside(content, name):
        if form_of(inside, inner) in (Form.ARCHIVE, Form.OTHER):
            left.append(inner)
            continue
        found, wrong = _tables(inside, inner)
        tables += found
        faults += wrong
        said = Fault("opened-in-zip", Gravity.NOTICE, sheet=name, fields={"inside": inner})
        faults.append(said)
    if not tables:
        raise UnknownForm(name, "zip")
    return tables, faults + _passed_over(name, left)
