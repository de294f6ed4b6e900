"""Names stand in the order of a dictionary, in Persian and in Latin letters."""

import pytest

from pollready.language import alphabetical

# The alphabet as it is taught; in Unicode پ چ ژ ک گ ی stand behind all others.
LETTERS = list("ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")


def test_the_letters_stand_as_they_are_taught():
    assert len(LETTERS) == 32
    assert sorted(set(LETTERS), key=alphabetical) == LETTERS


@pytest.mark.parametrize(
    "names",
    [
        ["اسکو", "اهر", "بناب", "چاراویماق", "کلیبر", "مراغه", "مرند", "ورزقان", "هریس", "هوراند"],
        ["آذرشهر", "اهر", "پارس", "تبریز"],  # every alef is alef
        ["كلیبر", "گرمی", "ليلان", "ملکان"],  # Arabic forms of the letters
        ["Ahar", "bonab", "Tabriz", "آذرشهر"],
        ["بخش ۲", "بخش ۳"],
    ],
)
def test_names_stand_in_order(names):
    assert sorted(set(names), key=alphabetical) == names
