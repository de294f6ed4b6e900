"""What every form of the console has in common: its reader's digits, days and words."""

from datetime import date, time

import pytest
from django import forms

from pollready.console.forms import ConsoleForm
from pollready.console.plan_forms import TypedDate


class Example(ConsoleForm):
    """A day, an hour, a number, one in a field of the browser's own, and a hidden one."""

    day = TypedDate()
    hour = forms.CharField()
    count = forms.CharField()
    share = forms.CharField()
    money = forms.CharField()
    minutes = forms.IntegerField()
    version = forms.IntegerField(widget=forms.HiddenInput)


BEGIN = {"day": date(2026, 11, 30), "hour": time(9), "count": 3, "share": 1.5,
         "money": 12e9, "minutes": 60, "version": 12}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("fa", ["۱۴۰۵/۰۹/۰۹", "۰۹:۰۰", "۳", "۱٫۵", "۱۲۰۰۰۰۰۰۰۰۰", 60, 12]),
        ("en", ["2026-11-30", "09:00", "3", "1.5", "12000000000", 60, 12]),
    ],
)
def test_a_form_begins_in_the_digits_and_calendar_of_its_reader(language, shown):
    form = Example(language=language, initial=BEGIN)
    assert [form[name].value() for name in BEGIN] == shown


def test_no_field_lets_the_browser_refuse_in_a_language_of_its_own():
    assert " required" not in Example(language="fa").as_p()
