"""Cells as people write them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pollready.intake.staging.needs import all_of_lists
from pollready.intake.staging.values import (
    Bad,
    plain_number,
    read_choice,
    read_code,
    read_codes,
    read_count,
    read_date,
    read_deadline,
    read_degrees,
    read_moment,
    read_number,
    read_power,
    read_share,
    read_text,
    read_time,
    read_yes_no,
    read_yes_or_date,
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("۱۴۰۳/۰۴/۰۸", date(2024, 6, 28)),
        ("1403-04-08", date(2024, 6, 28)),
        ("28/06/2024", date(2024, 6, 28)),
        (45471.0, date(2024, 6, 28)),
        (14030408.0, date(2024, 6, 28)),
        ("20240628", date(2024, 6, 28)),
        (datetime(2024, 6, 28, 9, 0), date(2024, 6, 28)),  # noqa: DTZ001 as spreadsheets give it
        ("soon", Bad("not-a-date")),
        ("1403/13/40", Bad("not-a-date")),
        ("  ", None),
    ],
)
def test_dates(raw, value):
    assert read_date(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("08:30", time(8, 30)),
        ("۸:۳۰", time(8, 30)),
        (0.5, time(12, 0)),
        (timedelta(hours=26), time(2, 0)),
        ("noon", Bad("not-a-time")),
    ],
)
def test_times(raw, value):
    assert read_time(raw) == value


def test_a_moment_without_a_time_is_the_start_of_its_day():
    assert read_moment("1403/04/08") == datetime(2024, 6, 28, tzinfo=UTC)
    assert read_moment("1403/04/08 14:20") == datetime(2024, 6, 28, 14, 20, tzinfo=UTC)
    assert read_moment("never") == Bad("not-a-date")


def test_a_moment_is_by_the_clocks_of_the_office():
    noon = datetime(2024, 6, 28, 8, 30, tzinfo=UTC)
    with timezone.override("Asia/Tehran"):
        assert read_moment("1403/04/08 12:00") == noon
        as_a_cell_has_it = noon.replace(hour=12, minute=0, tzinfo=None)
        assert read_moment(as_a_cell_has_it) == noon
        assert read_moment(noon) == noon


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("38.0812", 38.0812),
        ("۳۸٫۰۸۱۲", 38.0812),
        ("46,2919", 46.2919),
        ("38°30'00\"N", 38.5),
        ("46°15′E", 46.25),
        ("12° 30' S", -12.5),
        ("north", Bad("not-a-coordinate")),
        ("381.2", Bad("not-a-coordinate")),
    ],
)
def test_degrees(raw, value):
    assert read_degrees(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,200", 1200),
        ("۱٬۲۰۰", 1200),
        (900.0, 900),
        ("12.5", Bad("not-a-count")),
        (-1, Bad("not-a-count")),
        ("many", Bad("not-a-count")),
        (10**12, Bad("not-a-count")),
    ],
)
def test_counts(raw, value):
    assert read_count(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [("دارد", "yes"), ("خیر", "no"), (True, "yes"), (6.0, "6"), ("۲٫۵", "2.5"), ("GN-07", "GN-07")],
)
def test_power_is_yes_no_hours_or_a_code(raw, value):
    assert read_power(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [("T-2", "T-2"), ("ت-۲", "T-2"), ("-2", "T-2"), ("T+1", "T+1"), ("به‌زودی",) * 2],
)
def test_deadlines(raw, value):
    assert read_deadline(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"), [("5%", 0.05), ("۵٪", 0.05), (0.2, 0.2), (1.5, Bad("not-a-probability"))]
)
def test_shares(raw, value):
    assert read_share(raw) == value


def test_codes_keep_their_zeros_and_lose_marks_of_direction():
    assert read_code("\u200f۰۰۱۲") == "0012"
    assert read_code(12.0) == "12"


def test_a_list_of_codes_is_parted_in_either_language():
    assert read_codes("001، 002,003;001") == ("001", "002", "003")
    assert read_codes("001 002 003") == ("001", "002", "003")
    assert read_codes("B1/1") == ("B1/1",)


def test_words_are_known_in_both_languages_and_spellings():
    assert read_choice("سيار", "station_kind") == "mobile"
    assert read_choice("Fixed", "station_kind") == "fixed"
    assert read_choice("به‌کلی سری", "classification") == "top_secret"
    assert read_choice("دکل", "component_kind") == "mobile_site"
    assert read_choice("کهکشان", "signal") == Bad("unknown-word", "signal")
    assert read_choice("ماهواره‌ای محلی", "fixed_line") == "ماهواره‌ای محلی"


def test_a_declaration_may_be_a_date():
    assert read_yes_or_date("1403/04/01") == date(2024, 6, 21)
    assert read_yes_or_date("بلی") is True


def test_lists_with_commas_mean_all_of_them():
    assert all_of_lists("A، B | C") == "A & (B | C)"
    assert all_of_lists("2 of (A, B, C)") == "2 of (A, B, C)"


_CELLS = st.one_of(
    st.text(max_size=40),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(_CELLS)
def test_no_cell_breaks_a_reader(raw):
    readers = (
        read_text, read_code, read_codes, read_count, read_number, read_share, read_date,
        read_time, read_moment, read_yes_no, read_yes_or_date, read_power, read_deadline,
        read_degrees,
    )  # fmt: skip
    for read in readers:
        read(raw)


@given(st.floats(min_value=0, max_value=1e9))
def test_a_plain_number_reads_back_the_same(value):
    assert read_number(plain_number(value)) == value


@given(st.dates(min_value=date(1921, 3, 21), max_value=date(2121, 3, 20)))
def test_an_iso_date_reads_back_the_same(day):
    assert read_date(day.isoformat()) == day
