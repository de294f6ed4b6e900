"""Jalali dates against another program, and dates as people write them."""

from datetime import date, datetime, time, timedelta

import jdatetime
import pytest

from pollready.language import (
    date_short,
    date_text,
    datetime_text,
    latin_digits,
    parse_date,
    parse_time,
    relative_day,
)
from pollready.language.dates import PERSIAN_WEEKDAYS, to_jalali

FIRST, LAST = date(1921, 3, 21), date(2121, 3, 20)  # 1300 to 1499


def test_every_day_of_two_centuries_agrees_with_another_program():
    day = FIRST
    while day <= LAST:
        other = jdatetime.date.fromgregorian(date=day)
        assert to_jalali(day) == (other.year, other.month, other.day)
        day += timedelta(days=1)


@pytest.mark.parametrize("days", range(0, (LAST - FIRST).days, 97))
def test_a_date_that_was_written_is_read_back(days):
    day = FIRST + timedelta(days=days)
    for language in ("fa", "en"):
        assert parse_date(date_short(day, language)) == day


def test_the_weekday_is_the_day_s_own():
    assert date_text(date(2024, 6, 28), "fa").startswith("جمعه")
    assert sorted(PERSIAN_WEEKDAYS) == sorted(
        {date_text(FIRST + timedelta(days=n), "fa").split(" ")[0] for n in range(7)}
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1403/4/8", date(2024, 6, 28)),
        ("۸/۴/۱۴۰۳", date(2024, 6, 28)),
        ("28.06.2024", date(2024, 6, 28)),
        ("06/28/2024", date(2024, 6, 28)),  # only the American order is a date
        ("2024-06-28T07:00:00", date(2024, 6, 28)),
        ("28/06/24", date(2024, 6, 28)),
        (datetime(2024, 6, 28, 7, 0), date(2024, 6, 28)),  # noqa: DTZ001  # as Excel gives it
        ("1403/12/31", None),
        ("2023-02-29", None),
        ("03/04/1500 or so", None),
        ("yesterday", None),
        (45000, None),
    ],
)
def test_dates_are_read_as_people_write_them(written, read):
    assert parse_date(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("۱۸:۰۰", time(18)),
        ("7.30", time(7, 30)),
        ("12:15 am", time(0, 15)),
        (0.75, time(18)),
        ("24:00", None),
        ("noon", None),
    ],
)
def test_times_are_read_as_people_write_them(written, read):
    assert parse_time(written) == read


def test_a_moment_is_written_with_its_hour_in_both_languages():
    moment = datetime(2024, 6, 28, 18, 0)  # noqa: DTZ001  # the face passes it in local time
    assert datetime_text(moment, "fa") == "جمعه ۸ تیر ۱۴۰۳، ساعت ۱۸:۰۰"
    assert datetime_text(moment, "en") == "Friday 28 June 2024, 18:00"


def test_days_are_counted_from_election_day():
    election = date(2024, 6, 28)
    said = [relative_day(election + timedelta(days=n), election, "en") for n in (-30, -1, 0, 1)]
    assert said == ["T-30", "T-1", "T", "T+1"]
    assert latin_digits(relative_day(election - timedelta(days=2), election, "fa")) == "T-2"
