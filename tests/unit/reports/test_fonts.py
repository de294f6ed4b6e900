"""No letter of a name keeps the report from being written."""

import pytest

from pollready.reports.fonts import displayable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bāshī ẕ", "Bāshī z"),
        ("شعبه ۱۲", "شعبه ۱۲"),
        ("\u2068a\u2069\u200c", "\u2068a\u2069\u200c"),
        ("東京", "??"),
    ],
)
def test_letters_that_the_typeface_lacks_are_replaced(text, shown):
    assert displayable(text) == shown
