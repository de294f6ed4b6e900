"""Files that are not what they say they are, or not what anybody would wish for."""

import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollready.intake.reading import read_file
from pollready.intake.reading.archive import check_for_zip_bomb
from pollready.intake.reading.limits import (
    FileTooLarge,
    NoSuchFile,
    UnknownForm,
    UnreadableFile,
)
from pollready.intake.reading.spreadsheet import check_for_far_cells
from pollready.intake.reading.text import decode, find_delimiter

LINES = "کد شعبه,نام محل,شهرستان\n۰۱,مسجد جامع,اهر\n۰۲,دبستان سعدی,کلیبر\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"]
)
def test_persian_text_is_read_in_every_encoding_that_offices_use(write_list, encoding):
    text = (
        LINES
        if encoding != "cp1256"
        else LINES.replace("ی", "ي").replace("۰", "0").replace("۱", "1").replace("۲", "2")
    )
    table = read_file(write_list(text, encoding=encoding)).tables[0]
    assert table.rows == [line.split(",") for line in text.splitlines()]


def test_western_letters_are_not_taken_for_persian():
    assert (
        decode("Café Zürich, Rhône, naïve façade, São".encode("cp1252"), "x")
        == "Café Zürich, Rhône, naïve façade, São"
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_whatever_the_name_says(write_list, delimiter):
    text = f'a{delimiter}b{delimiter}c\n1{delimiter}"x, y; z"{delimiter}3\n'
    assert read_file(write_list(text, "list.tsv")).tables[0].rows[1] == ["1", "x, y; z", "3"]


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_no_text_breaks_the_search_for_a_delimiter(text):
    assert find_delimiter(text) in ",;\t|"


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_no_bytes_break_decoding(content):
    try:
        decode(content, "x")
    except UnknownForm:
        assert b"\x00" in content


@pytest.mark.parametrize("content", [b"", b"  \r\n \n"])
def test_an_empty_file_is_said_to_be_empty(write_list, content):
    read = read_file(write_list(content))
    assert (read.tables, [fault.code for fault in read.faults]) == ((), ["file-empty"])


def test_a_zip_named_csv_is_opened_and_said_to_be_one(write_list):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner/list.tsv", "code\tname\n1\tHall\n")
        archive.writestr("__MACOSX/._list.tsv", "junk")
    read = read_file(write_list(packed.getvalue(), "list.csv"))
    assert read.tables[0].rows == [["code", "name"], ["1", "Hall"]]
    assert [(f.code, f.fields["inside"]) for f in read.faults] == [("opened-in-zip", "list.tsv")]


def test_a_zip_that_unpacks_into_too_much_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.csv", b"0" * (30 * 1024 * 1024))
    with pytest.raises(FileTooLarge):
        check_for_zip_bomb(packed.getvalue(), "bomb.zip")


def test_a_zip_in_a_zip_is_not_opened(write_list):
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("list.csv", "code\n1\n")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    with pytest.raises(UnknownForm):
        read_file(write_list(outer.getvalue(), "outer.zip"))


def _xlsx(sheet_xml: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml)
    return packed.getvalue()


@pytest.mark.parametrize("cell", ["XFD1", "A1048576", "AB100000"])
def test_cells_too_far_apart_are_refused_before_the_sheet_is_opened(cell):
    content = _xlsx(
        f'<worksheet><sheetData><row r="1"><c r="{cell}"/></row></sheetData></worksheet>'
    )
    with pytest.raises(FileTooLarge):
        check_for_far_cells(content, "far.xlsx")


def test_a_workbook_with_an_entity_bomb_expands_nothing(write_list):
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><worksheet>&l9;</worksheet>'
    with pytest.raises(UnreadableFile):
        read_file(write_list(_xlsx(bomb), "bomb.xlsx"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04 broken", "broken.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "broken.xls"),
        (b"not json at all", "list.json"),
        (b"[" * 100_000, "deep.json"),
    ],
)
def test_a_broken_file_is_said_to_be_unreadable(write_list, content, name):
    with pytest.raises(UnreadableFile):
        read_file(write_list(content, name))


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n....", b"MZ\x00\x01"])
def test_what_is_no_list_is_refused(write_list, content):
    with pytest.raises(UnknownForm):
        read_file(write_list(content, "list.csv"))


def test_a_path_without_a_file_is_named(tmp_path):
    with pytest.raises(NoSuchFile):
        read_file(tmp_path / "nowhere.xlsx")


def test_a_quote_that_never_closes_does_not_swallow_the_file(write_list):
    with pytest.raises(FileTooLarge):
        read_file(write_list('a,b\n1,"' + "x,y\n" * 20_000))


def test_geojson_gives_its_points(write_list):
    feature = {
        "type": "Feature",
        "properties": {"code": "7", "name": "Hall"},
        "geometry": {"type": "Point", "coordinates": [47.1, 38.2]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    table = read_file(write_list(text, "list.geojson")).tables[0]
    assert table.rows == [["code", "name", "longitude", "latitude"], ["7", "Hall", 47.1, 38.2]]


def test_nested_objects_are_read_and_lists_of_houses_are_not(write_list):
    text = json.dumps(
        [{"id": 1, "at": {"lat": 2}, "properties": [{"addressLine1": "x"}], "n": None}]
    )
    table = read_file(write_list(text, "list.json")).tables[0]
    assert table.rows == [["id", "at.lat", "n"], [1, 2, ""]]
    assert table.dropped == ("properties",)
