"""Which sheet a table is, and which column holds what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollready.intake.reading import Table
from pollready.intake.recognition import recognise, sheet_called
from pollready.intake.recognition.columns import match_columns
from pollready.intake.recognition.headings import heading_key
from pollready.intake.workbook import SHEET_BY_NAME
from pollready.register.kinds import UnknownKind, kind, kind_called, kinds


def fields(*headings, rows=(), name="list", mapping=None):
    recognised = recognise(Table(name, [list(headings), *map(list, rows)]), mapping or {})
    if recognised is None:
        return None
    return {recognised.headings[i]: f for i, f in recognised.columns.fields.items()}


@pytest.mark.parametrize(
    ("title", "sheet"),
    [("شعب", "stations"), ("شعبه ها", "stations"), ("Stations", "stations"),
     ("زير ساخت", "components"), ("people & duties", "people_duties"), ("Incident", "incidents"),
     ("Sheet1", None)],
)  # fmt: skip
def test_sheets_are_known_by_names_like_theirs(title, sheet):
    found = sheet_called(title)
    assert (found.name if found else None) == sheet


def test_a_sheet_with_any_name_is_known_by_its_columns():
    assert (
        recognise(Table("Sheet1", [["کد", "نوع", "دستگاه", "وابسته به"]]), {}).sheet.name
        == "components"
    )
    assert (
        recognise(Table("Sheet2", [["کد شعبه", "ترتیب", "ورود", "خروج"]]), {}).sheet.name == "stops"
    )
    assert recognise(Table("Sheet3", [["نام", "سمت", "وظیفه"]]), {}).sheet.name == "people_duties"


def test_misspelt_headings_are_guessed_and_told():
    recognised = recognise(
        Table("شعب", [["کد شعبه", "نام محل", "شهرستانن", "نوع", "مراجعان پیش بینی شده"]]), {}
    )
    assert recognised.columns.guesses == {"شهرستانن": "county"}


def test_numbered_headings_do_not_stand_in_for_one_another():
    found = fields("کد شعبه", "نام محل", "شهرستان", "آنتن‌دهی ۲", "اپراتور ۱", name="شعب")
    assert (found["آنتن‌دهی ۲"], found["اپراتور ۱"]) == ("signal_2", "operator_1")
    assert "signal_1" not in found.values()


def test_a_remark_in_brackets_does_not_hide_a_heading():
    found = fields("کد شعبه (۴ رقمی)", "نام محل", "شهرستان", "نوع\n(ثابت/سیار)", name="شعب")
    assert set(found.values()) == {"code", "name", "county", "kind"}


def test_a_remark_in_brackets_may_be_another_unit():
    found = fields("کد شعبه", "نام محل", "شهرستان", "باتری (٪)", "عرض (متر)", name="شعب")
    assert set(found.values()) == {"code", "name", "county"}


def test_the_plain_heading_goes_before_the_one_with_a_remark():
    found = fields("name (of the owner)", "name", "code", "county")
    assert found == {"name": "name", "code": "code", "county": "county"}


def test_one_field_is_taken_once():
    found = fields("code", "name", "polling place name", "county")
    assert found == {"code": "code", "name": "name", "county": "county"}


def test_the_users_word_goes_before_every_guess():
    found = fields("code", "name", "venue", "county", mapping={"venue": "name"})
    assert found == {"code": "code", "venue": "name", "county": "county"}


def test_numbered_parts_of_an_address_are_one_address_and_the_first_may_be_the_name():
    recognised = recognise(
        Table("list", [["StationCode", "Add1", "Add2", "Add3", "PlaceName"]]), {}
    )
    assert recognised.columns.address_parts == (1, 2, 3)
    assert set(recognised.columns.fields.values()) == {"code", "name"}


@pytest.mark.parametrize("heading", ["تعداد واجدین شرایط", "واجدين شرايط", "تعداد واجدان شرایط"])
def test_electors_are_known_by_the_words_of_an_office(heading):
    assert "expected_voters" in fields("کد شعبه", "نام محل", heading).values()


def test_a_municipality_stands_where_a_county_does():
    assert fields("code", "name", "Municipality")["Municipality"] == "county"


def test_a_list_that_says_nothing_is_not_recognised():
    assert fields("foo", "bar", "baz") is None


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text):
    assert heading_key(heading_key(text)) == heading_key(text)


def test_kinds_are_known_by_their_names_and_aliases_in_both_languages():
    assert kind_called("سایت موبايل").code == "mobile_site"
    assert kind_called("Device Batch").is_group
    assert kind_called("fibre_duct").code == "duct"
    assert kind_called("spaceship") is None
    assert [each for each in kinds().values() if not 0 < each.unavailability < 1] == []
    with pytest.raises(UnknownKind):
        kind("spaceship")


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["آنتن دهي"], ["signal_1"]),
        (["آنتن‌دهی", "آنتندهی ۲"], ["signal_1", "signal_2"]),
        (["آنتن دهي 1", "آنتن‌دهي (۲)"], ["signal_1", "signal_2"]),
        (["آنتن دهی اپراتور ۱", "آنتن‌دهی اپراتور 2"], ["signal_1", "signal_2"]),
        (["وضعیت آنتن دهی", "پوشش آنتن"], ["signal_1", "signal_2"]),
        (["اپراتور", "اپراتور"], ["operator_1", "operator_2"]),
        (["اپراتور یک", "اپراتور دو"], ["operator_1", "operator_2"]),
        (["اپراتور اصلی", "اپراتور پشتیبان"], ["operator_1", "operator_2"]),
        (["operator 2", "operator"], ["operator_2", "operator_1"]),
        (["Signal strength 1", "Coverage 2"], ["signal_1", "signal_2"]),
        (["كد شعبه", "نام محل اخذ رای", "نوع شعبه اخذ رأی"], ["code", "name", "kind"]),
        (["باطري (ساعت)", "شماره فيدر", "مولد برق"], ["battery_h", "feeder", "generator"]),
        (["تاریخ تست آنتن", "تلفن ثابت"], ["test_date", "fixed_line"]),
        (["آدرس دقیق", "تعداد مراجعان"], ["address", "expected_voters"]),
        (["شهر - روستا", "مراجعان پیش بینی شده"], ["locality", "expected_voters"]),
    ],
)
def test_headings_as_offices_write_them_are_known(headings, fields):
    found = match_columns(SHEET_BY_NAME["stations"], headings, frozenset(), {}).fields
    assert [found.get(index) for index in range(len(headings))] == fields
