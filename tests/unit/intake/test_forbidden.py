"""What must not be kept: it is dropped, named, stored nowhere, echoed nowhere."""

import json
import random

import openpyxl
import pytest
from django.apps import apps
from django.core.serializers import serialize

from pollready.intake.commands import NothingUsable
from pollready.intake.recognition.forbidden import (
    columns_of_identity_numbers,
    is_forbidden_name,
    is_identity_number,
)
from pollready.intake.recognition.headings import official_headings
from pollready.intake.workbook import SHEETS
from pollready.intake.writing import write_rejected
from pollready.language import message
from pollready.people.models import Person
from pollready.places.models import Listing
from pollready.register.models import Component

pytestmark = pytest.mark.django_db


def identity_number(rng: random.Random) -> str:
    """Make a number that passes the checksum."""
    nine = [rng.randrange(10) for _ in range(9)]
    rest = sum(digit * (10 - i) for i, digit in enumerate(nine)) % 11
    return "".join(map(str, nine)) + str(rest if rest < 2 else 11 - rest)


def everything_stored() -> str:
    return "".join(serialize("json", model.objects.all()) for model in apps.get_models())


@pytest.mark.parametrize(
    "heading",
    ["کد ملی", "کدملی", "شماره ملی", "شماره شناسنامه", "نام پدر", "آرا", "آرای نامزد الف", "نامزد",
     "داوطلب", "حزب", "National ID", "national_code", "Father's Name", "Votes", "votes for A",
     "Candidate Name", "PARTY", "Voter ID", "Date of Birth", "Turnout", "شماره‌ی شناسنامه",
     "شمارهٔ ملی", "کد ملّی", "ش. ملی", "نام پدر کلیددار", "جمع آرا", "تعداد آراء باطله",
     "نامزد ۲", "اسامی نامزدها", "حزب سیاسی", "درصد مشارکت", "تعداد رأی صحیح", "رأی باطله",
     "PostalVotes", "Voter Turnout", "Winning Candidate", "Political Party", "voter_first_name",
     "NationalIDNumber", "ELECTORADDRESS1",
     "تعداد آرای مأخوذه", "رأی الف", "پدر", "نام و نام خانوادگی نامزد", "اسم کاندید",
     "کاندیداهای شورا",
     "لیست نامزدها", "حزب سیاسی", "اسامی رأی‌دهندگان", "شماره رأی‌دهنده", "مشارکت", "شماره گذرنامه",
     "Political Party", "Candidate1", "Votes_Total", "total_vote", "Turnout_2020", "votes 2020",
     "ssn_last4", "passport no", "properties.candidate", "votes.total", "elector address",
     "mother's name", "ballots cast"],
)  # fmt: skip
def test_forbidden_headings_are_known(heading):
    assert is_forbidden_name(heading)


@pytest.mark.parametrize(
    "heading",
    ["مراجعان پیش‌بینی‌شده", "شعبه اخذ رأی", "تاریخ رأی‌گیری", "نام", "نام محل", "کد شعبه", "همراه",
     "expected voters", "registered voters", "polling place", "name", "code", "نماینده",
     "تعداد صندوق آرا", "محل اخذ آرا", "شعب اخذ رأی", "number of electors", "نیروی داوطلب",
     "شماره ملک", "national park",
     "ساعت شروع رأی‌گیری", "صندوق اخذ رأی", "تعداد رأی‌دهندگان", "vote center", "Early Vote Site",
     "polling party no", "ballot boxes", "Vote by mail drop box", "ایستگاه مادر", "third party"],
)  # fmt: skip
def test_plain_headings_are_not(heading):
    assert not is_forbidden_name(heading)


def test_no_heading_of_the_workbook_is_forbidden():
    headings = [
        name
        for sheet in SHEETS
        for column in sheet.columns
        for name in (column.field, *official_headings(sheet, column.field), *column.aliases)
    ]
    assert [heading for heading in headings if is_forbidden_name(heading)] == []


def test_the_checksum_of_identity_numbers():
    rng = random.Random(1)
    assert all(is_identity_number(identity_number(rng)) for _ in range(200))
    assert not is_identity_number("1111111111")
    assert not is_identity_number("1234567890")
    assert not is_identity_number("0914123456")


@pytest.mark.parametrize("text", ['="{}"', "'{}", "\u200f{}", "{}\u202c", " {} "])
def test_the_signs_by_which_spreadsheets_keep_zeros_hide_no_identity_number(text):
    assert is_identity_number(text.format("0499370899"))
    assert not is_identity_number(text.format("0499370898"))


def test_columns_of_voters_leave_no_trace_anywhere(take, write_list, tmp_path):
    rng = random.Random(7)
    numbers = [identity_number(rng) for _ in range(30)]
    lines = ["code,name,county,کد ملی,ref,حزب,votes"]
    for n, number in enumerate(numbers):
        county = "" if n % 5 == 0 else "Ahar"
        lines.append(f"{n},Hall {n},{county},SECRETID{n},{number},SECRETPARTY{n},SECRETVOTES{n}")
    result = take(write_list("\n".join(lines)))
    assert result.columns_dropped == ("کد ملی", "ref", "حزب", "votes")
    assert (Listing.objects.count(), result.rows_rejected) == (24, 6)
    write_rejected(result, tmp_path / "rejected.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "rejected.xlsx")
    written = "\n".join(str(c.value) for page in book for row in page.rows for c in row)
    for trace in (everything_stored(), written, repr(result.faults), repr(result.rejected)):
        assert "SECRET" not in trace
        assert not any(number in trace for number in numbers)


def test_numbers_that_only_look_like_identities_stay(take, write_list):
    lines = ["code,name,county,keyholder"]
    lines += [f"{n},Hall {n},Ahar,{1234567890 + n}" for n in range(40)]
    assert take(write_list("\n".join(lines))).columns_dropped == ()


def test_merged_cells_of_a_forbidden_column_are_not_echoed(take, write_sheets):
    rows = [
        ("code", "name", "county", "کد ملی"),
        ("1", "A", "Ahar", "SECRET"),
        ("2", "B", "Ahar", None),
    ]
    result = take(write_sheets({"stations": rows}, merge=["D2:D3"]))
    assert "SECRET" not in repr(result) + everything_stored()


def test_a_row_above_the_ceiling_is_told_by_its_number_alone(take, write_list, tmp_path):
    text = "کد,نوع,نام,دستگاه,طبقه‌بندی\nTX-1,feeder,HIDDENNAME,A,سری\nTX-2,feeder,open,A,محرمانه\n"
    result = take(write_list(text, "زیرساخت.csv"))
    assert [(f.code, f.row, f.column, f.value) for f in result.rejected[0].faults] == [
        ("above-ceiling", 2, "", "")
    ]
    write_rejected(result, tmp_path / "rejected.xlsx", "fa")
    book = openpyxl.load_workbook(tmp_path / "rejected.xlsx")
    written = "\n".join(str(c.value) for page in book for row in page.rows for c in row)
    assert "HIDDENNAME" not in written + everything_stored() + repr(result)
    assert "TX-1" not in written + everything_stored()


PEOPLE = [(f"SECRETNAME{chr(65 + n)}", f"SECRETFATHER{chr(65 + n % 3)}") for n in range(25)]


@pytest.mark.parametrize(
    "head",
    [
        ("code", "name", "father name", "national id"),
        ("code", "surname", "first name", "national id"),
        ("کد شعبه", "نام و نام خانوادگی", "نشانی", "شماره ملی"),
    ],
)
def test_a_roll_of_people_leaves_its_stations_and_none_of_its_people(take, write_list, head):
    rng = random.Random(3)
    lines = [",".join(head)]
    lines += [f"{n % 4},{a},{b},{identity_number(rng)}" for n, (a, b) in enumerate(PEOPLE)]
    result = take(write_list("\n".join(lines)))
    assert result.columns_dropped == head[1:]
    assert sorted(Listing.objects.values_list("code", flat=True)) == ["0", "1", "2", "3"]
    assert "SECRET" not in everything_stored() + repr(result)


def test_a_roll_without_headings_is_not_taken_for_stations(take, write_list):
    rng = random.Random(3)
    lines = [f"{n},{a},{b},{identity_number(rng)}" for n, (a, b) in enumerate(PEOPLE)]
    with pytest.raises(NothingUsable) as caught:
        take(write_list("\n".join(lines)))
    assert caught.value.result.columns_dropped == ("4",)
    assert "SECRET" not in everything_stored() + repr(caught.value.result)


def test_one_forbidden_heading_is_enough_to_know_the_headings(take, write_list):
    lines = ["نفر,مشخصات,نام پدر", *(f"{n},{a},{b}" for n, (a, b) in enumerate(PEOPLE))]
    with pytest.raises(NothingUsable) as caught:
        take(write_list("\n".join(lines)))
    assert caught.value.result.columns_dropped == ("نام پدر",)
    assert message(caught.value, "en").endswith(
        "these columns have no place here, and without them no list is left: نام پدر. "
        "Send the list of stations without them."
    )


def test_the_names_of_staff_stay_and_their_national_numbers_do_not(take, write_list):
    rng = random.Random(3)
    lines = ["نام و نام خانوادگی,سمت,کد ملی"]
    lines += [f"همکار {n},کاربر رایانه,{identity_number(rng)}" for n in range(25)]
    assert take(write_list("\n".join(lines))).columns_dropped == ("کد ملی",)
    assert Person.objects.count() == 25


@pytest.mark.parametrize("value", ["2028-06-10", "20280610", "14070321", "0499370899", 9141234563])
def test_one_value_in_every_row_is_no_list_of_identities(value):
    rows = [(str(number), value) for number in range(40)]
    assert columns_of_identity_numbers(rows, 2, set()) == set()


def test_dates_are_no_identities_even_where_they_pass():
    days = [f"2028-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    assert not any(is_identity_number(day) for day in days)
    assert not any(is_identity_number(int(day.replace("-", ""))) for day in days)


def told(result, tmp_path) -> str:
    """Give everything that is said and kept after an import."""
    write_rejected(result, tmp_path / "rejected.xlsx", "fa")
    book = openpyxl.load_workbook(tmp_path / "rejected.xlsx")
    written = "\n".join(str(c.value) for page in book for row in page.rows for c in row)
    return written + everything_stored() + repr(result)


COMPONENTS = "کد,نوع,نام,دستگاه,طبقه‌بندی\nTX-2,feeder,open,A,محرمانه\n"


@pytest.mark.parametrize("word", ["کاملا سری", "Top Secret!!", "NATO SECRET", "سرّی", "؟"])
def test_a_row_of_a_class_that_cannot_be_read_is_told_by_its_number_alone(
    take, write_list, tmp_path, word
):
    result = take(write_list(f"{COMPONENTS}TX-1,feeder,HIDDENNAME,A,{word}\n", "زیرساخت.csv"))
    assert [(row.row, row.headings, row.cells) for row in result.rejected] == [(3, (), ())]
    assert {f.code for f in result.rejected[0].faults} <= {"above-ceiling", "class-unknown"}
    said = told(result, tmp_path)
    assert "HIDDENNAME" not in said
    assert "TX-1" not in said


def test_a_column_of_another_kind_of_class_sends_no_row_back(take, write_list):
    lines = [f"{n},Hall {n},Ahar,fixed,{'church' if n % 2 else 'school'}" for n in range(1, 9)]
    result = take(write_list("\n".join(["code,name,county,kind,class", *lines])))
    assert result.rows_rejected == 0


def test_no_row_of_an_object_that_one_row_puts_above_the_ceiling_is_taken(
    take, write_list, tmp_path
):
    rows = "TX-1,feeder,HIDDENNAME,A,\nTX-1,feeder,HIDDENTOO,A,سری\nTX_1,feeder,HIDDENNAME,A,\n"
    result = take(write_list(COMPONENTS + rows, "زیرساخت.csv"))
    assert sorted(row.row for row in result.rejected) == [3, 4, 5]
    said = told(result, tmp_path)
    assert "HIDDEN" not in said
    assert "TX-1" not in said


@pytest.mark.parametrize(
    ("sheet", "text"),
    [
        ("توقف‌ها", "کد,محل,طبقه‌بندی\n1,HIDDENNAME,سری\n"),
        ("دستگاه‌ها", "کد,نام,طبقه‌بندی\n1,HIDDENNAME,سری\n"),
        ("امکانات", "دستگاه,نوع,طبقه‌بندی\nA,HIDDENNAME,سری\n"),
        ("رخدادها", "دوره,نوع,طبقه‌بندی\n1400,HIDDENNAME,سری\n"),
        ("افراد", "نام,سمت,درجه محرمانگی\nHIDDENNAME,رابط,سری\n"),
    ],
)
def test_every_sheet_knows_a_row_above_the_ceiling(take, write_sheets, tmp_path, sheet, text):
    stations = [("کد", "نام", "شهرستان", "نوع"), ("1", "A", "Ahar", "ثابت")]
    rows = [line.split(",") for line in text.splitlines()]
    result = take(write_sheets({"شعب": stations, sheet: rows}))
    assert [row.faults[0].code for row in result.rejected] == ["above-ceiling"]
    assert "HIDDENNAME" not in told(result, tmp_path)


def test_an_object_has_the_highest_class_of_its_rows(take, write_list):
    rows = "TX-1,feeder,a,A,عادی\nTX-1,feeder,a,A,محرمانه\nTX-1,feeder,a,A,عادی\n"
    take(write_list(COMPONENTS + rows, "زیرساخت.csv"))
    assert Component.objects.get(code="TX-1").classification == 1


def test_controls_and_halves_of_characters_are_no_text(take, write_list):
    rows = [{"code": "1", "name": "A\ud83dB\u0000C\u0007", "county": "Ahar", "kind": "fixed"}]
    take(write_list(json.dumps(rows), "list.json"))
    assert Listing.objects.get().point.name == "ABC"
