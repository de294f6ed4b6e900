"""Two spellings of one name fold to one key; two names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollready.language import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("کتابخانه‌ی علي", "كتابخانه‌ی علی"),
        ("رأی", "رای"),
        ("بستان‌آباد", "بستانآباد"),
        ("شعبهٔ ۱۲", "شعبه 12"),
        ("ÉCOLE", "ecole"),
        ("Straße", "strasse"),
        ("مَدرسه", "مدرسه"),
        ("A-1/2", "a 1 2"),
        ("ﻣﺪﺭﺳﻪ", "مدرسه"),
    ],
)
def test_spellings_of_one_name_meet(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("شعبه ۱", "شعبه ۱۱"), ("سراب", "سرآ"), ("A1", "A 1")])
def test_different_names_stay_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
