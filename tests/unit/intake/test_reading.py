"""Files that are not what they say they are, or not what anybody would wish for."""

import csv
import io
import json
import random
import zipfile

import openpyxl
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
from pollready.intake.reading.quoting import cut_into_rows
from pollready.intake.reading.spreadsheet import check_for_far_cells
from pollready.intake.reading.text import decode, find_delimiter
from pollready.language import LANGUAGES, message

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


HALLS = [f"{n},Hall {n},Ahar" for n in range(1, 400)]


@pytest.mark.parametrize("at", [0, 6, 398])
def test_a_quote_that_never_closes_swallows_no_row(write_list, at):
    lines = [*HALLS]
    lines[at] = lines[at].replace("Hall", '"Hall')
    read = read_file(write_list("\n".join(["code,name,county", *lines]) + "\n"))
    assert read.tables[0].rows[1:] == [line.split(",") for line in HALLS]
    assert [(fault.code, fault.row) for fault in read.faults] == [("quote-broken", at + 2)]


def test_broken_quotes_among_sound_ones_are_mended_line_by_line(write_list):
    text = '''code,name,address
1,"Hall A,Ahar
2,"Hall ""B""","12 Main St,
Town"
3,Hall "C" x,Ahar
4,"Hall "D" y",Ahar
5,"Hall E,Ahar
6,"Hall F",Ahar'''
    read = read_file(write_list(text))
    assert read.tables[0].rows[1:] == [
        ["1", "Hall A", "Ahar"],
        ["2", 'Hall "B"', "12 Main St,\nTown"],
        ["3", 'Hall "C" x', "Ahar"],
        ["4", 'Hall D" y"', "Ahar"],
        ["5", "Hall E", "Ahar"],
        ["6", "Hall F", "Ahar"],
    ]
    assert [fault.row for fault in read.faults] == [2, 6]
    assert not read.tables[0].cut_off


def test_a_last_row_that_ends_inside_quotes_is_cut_off(write_list):
    read = read_file(write_list('"code","name","county"\n"1","Hall A","Ahar"\n"2","Hal'))
    assert (read.tables[0].rows[2], read.tables[0].cut_off) == (["2", "Hal"], True)


def test_a_very_long_cell_is_one_cell(write_list):
    long = "x" * 50_000
    assert read_file(write_list(f'a,b\n1,"{long}"\n2,y\n')).tables[0].rows[1:] == [
        ["1", long], ["2", "y"]
    ]  # fmt: skip


def test_only_line_ends_part_rows(write_list):
    text = "a,b\r1,x\u2028y\x0bz\r2,w\r"
    assert read_file(write_list(text)).tables[0].rows[1] == ["1", "x\u2028y\x0bz"]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_csv_writes_is_read_back(rows):
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    kept = [[cell.replace("\x00", "") for cell in row] for row in rows]
    assert cut_into_rows(written.getvalue(), ",").rows == kept


@given(st.text(alphabet='ab,"\n', max_size=60))
def test_no_marks_lose_a_letter(text):
    letters = sorted(letter for letter in text if letter in "ab")
    rows = cut_into_rows(text, ",").rows
    assert sorted(x for row in rows for cell in row for x in cell if x in "ab") == letters


def test_one_wrong_byte_does_not_make_persian_text_another_encoding(write_list):
    content = (LINES * 3).encode()
    for broken in (content[:-2], content[:100] + b"\xff" + content[100:]):
        assert read_file(write_list(broken)).tables[0].rows[0] == LINES.split("\n")[0].split(",")


PAGE = """<html><head><meta charset="utf-8"><style>td {color: red}</style></head><body>
<p>فهرست شعب</p><table border=1><tr><th>کد<br>شعبه</th><th colspan=2>نام محل</th></tr>
<tr><td rowspan=2>01</td><td>مسجد &amp; مدرسه</td><td>x</td><tr><td>دبستان<td>y</table></body>"""
XML_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="شعب">
<Table><Row><Cell><Data ss:Type="String">کد</Data></Cell><Cell><Data>نام</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:Index="2"><Data>مسجد</Data></Cell></Row></Table></Worksheet>
</Workbook>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_a_page_named_xls_is_read_as_the_table_in_it(write_list, encoding):
    page = PAGE.replace("ی", "ي") if encoding == "cp1256" else PAGE
    read = read_file(write_list(page, "list.xls", encoding))
    assert read.tables[0].rows == [
        ["کد شعبه", "نام محل", ""], ["01", "مسجد & مدرسه", "x"], ["01", "دبستان", "y"]
    ]  # fmt: skip
    assert [fault.code for fault in read.faults] == ["read-as-page"]


def test_excels_xml_of_2003_is_read_with_its_gaps(write_list):
    (table,) = read_file(write_list(XML_2003, "list.xls")).tables
    assert (table.name, table.rows) == ("شعب", [["کد", "نام"], [], ["", "مسجد"]])


def test_a_page_that_is_cut_off_gives_what_is_there(write_list):
    (table,) = read_file(write_list(PAGE[: PAGE.index("<td>x")], "list.xls")).tables
    assert table.rows == [["کد شعبه", "نام محل", ""], ["01", "مسجد & مدرسه"]]


def test_hidden_sheets_are_read_and_known_to_be_hidden(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.create_sheet("old").sheet_state = "hidden"
    book.save(tmp_path / "hidden.xlsx")
    tables = read_file(tmp_path / "hidden.xlsx").tables
    assert [table.hidden for table in tables] == [False, True]


def test_a_workbook_with_a_password_is_said_to_have_one(write_list):
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableFile) as caught:
        read_file(write_list(locked, "locked.xlsx"))
    assert "locked by a password" in message(caught.value, "en")


@pytest.mark.external
def test_an_old_workbook_that_claims_too_much_kills_nobody(write_list, real_data):
    content = bytearray((real_data / "us_polling_places/Connecticut_input_2012.xls").read_bytes())
    cell = content.index(b"\xfd\x00\x0a\x00")  # a cell: its row, its column
    content[cell + 4 : cell + 8] = b"\xff\xff\xff\xff"
    with pytest.raises((UnreadableFile, FileTooLarge)):
        read_file(write_list(bytes(content), "hostile.xls"))


def test_a_workbook_with_any_wrong_bytes_is_read_or_refused(tmp_path):
    book = openpyxl.Workbook()
    for n in range(200):
        book.active.append([n, f"Hall {n}", "Ahar"])
    book.save(tmp_path / "good.xlsx")
    content, rng = (tmp_path / "good.xlsx").read_bytes(), random.Random(4)
    for _ in range(150):
        broken = bytearray(content)
        for _ in range(rng.choice((1, 5, 50))):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        (tmp_path / "broken.xlsx").write_bytes(broken)
        try:
            read_file(tmp_path / "broken.xlsx")
        except (UnreadableFile, UnknownForm, FileTooLarge) as error:
            assert message(error, "fa").strip()


def test_what_is_beside_the_lists_of_a_folder_is_told_or_passed_over(tmp_path):
    (tmp_path / "stations.csv").write_text("code,name\n1,Hall\n")
    (tmp_path / "letter.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "older").mkdir()
    (tmp_path / "~$stations.xlsx").write_bytes(b"\x05clerk\x00\x00")  # Excel has it open
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    read = read_file(tmp_path)
    assert [table.name for table in read.tables] == ["stations"]
    assert [(f.code, f.fields["names"]) for f in read.faults] == [
        ("files-passed-over", ("letter.docx", "older"))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_limit_and_form_can_be_said(language):
    limits = ("bytes", "files", "unpacked", "rows", "columns", "far-cells")
    said = [message(FileTooLarge("x", what, 2_000_000), language) for what in limits]
    said += [message(UnreadableFile("x", f), language) for f in ("zip", "spreadsheet", "json")]
    said += [message(UnknownForm("x", form), language) for form in ("other", "binary", "zip")]
    assert len(set(said)) == len(said)


def test_geojson_gives_its_points(write_list):
    feature = {
        "type": "Feature",
        "properties": {"code": "7", "name": "Hall"},
        "geometry": {"type": "Point", "coordinates": [47.1, 38.2]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    table = read_file(write_list(text, "list.geojson")).tables[0]
    assert table.rows == [["code", "name", "longitude", "latitude"], ["7", "Hall", 47.1, 38.2]]


@pytest.mark.parametrize(
    "text",
    [
        '{"data": {"page": 1, "items": [{"code": "7", "name": "Hall"}]}}',
        '[["code", "name"], ["7", "Hall"]]',
        '{"code": "7", "name": "Hall"}\n{"code": "8", "name": "Inn"}\n',
        '[{"code": "7", "name": "Ha\\ud800ll\\u0000"}]',
    ],
)
def test_lists_are_found_where_programs_put_them(write_list, text):
    (table,) = read_file(write_list(text, "list.json")).tables
    assert table.rows[:2] == [["code", "name"], ["7", "Hall"]]


def test_nested_objects_are_read_and_lists_of_houses_are_not(write_list):
    text = json.dumps(
        [{"id": 1, "at": {"lat": 2}, "properties": [{"addressLine1": "x"}], "n": None}]
    )
    table = read_file(write_list(text, "list.json")).tables[0]
    assert table.rows == [["id", "at.lat", "n"], [1, 2, ""]]
    assert table.dropped == ("properties",)
