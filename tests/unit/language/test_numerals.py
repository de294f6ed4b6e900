"""Numbers as people type them, and as each language writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollready.language import digits, latin_digits, number, parse_number, percent


@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from(["fa", "en"]))
def test_a_number_that_was_written_is_read_back(value, language):
    assert parse_number(number(value, language)) == value


@given(st.integers(min_value=0, max_value=10**9))
def test_digits_there_and_back_are_the_same(value):
    assert latin_digits(digits(str(value), "fa")) == str(value)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("۱٬۲۳۴٬۵۶۷", 1234567),
        ("1 234", 1234),
        ("٢٫٥", 2.5),
        ("2,5", 2.5),
        ("-7", -7),
        ("1e3", 1000),
        ("", None),
        ("12 or 13", None),
        ("1,23,4", None),
        (True, None),
        (float("nan"), None),
        ("1e999", None),
    ],
)
def test_numbers_are_read_as_people_type_them(typed, read):
    assert parse_number(typed) == read


def test_a_fraction_keeps_three_significant_digits():
    assert [number(v, "en") for v in (0.04943, 2.0, 1234.567)] == ["0.0494", "2", "1,235"]


def test_a_persian_percentage_is_kept_whole():
    assert percent(0.84, "fa") == "\u2068۸۴٪\u2069"
