"""Dates and times: Gregorian inside the program, Jalali on a Persian page."""

import re
from datetime import date, datetime, time, timedelta

from persiantools.jdatetime import JalaliDate

from pollready.language.numerals import digits, latin_digits

JALALI_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
# by date.weekday(): Monday first
PERSIAN_WEEKDAYS = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ENGLISH_WEEKDAYS = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip

_PARTS = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})(?:[T\s]\s*\d{1,2}:.*)?")
_TIME = re.compile(r"(\d{1,2})\s*[:.٫]\s*(\d{2})(?:\s*:\s*\d{2})?\s*([ap]m)?", re.IGNORECASE)


def to_jalali(day: date) -> tuple[int, int, int]:
    """Give year, month and day of a date in the Jalali calendar."""
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]  # the package has no types
    return jalali.year, jalali.month, jalali.day


def date_text(day: date, language: str) -> str:
    """Write a date in full.

    >>> from datetime import date
    >>> date_text(date(2024, 6, 28), "fa"), date_text(date(2024, 6, 28), "en")
    ('جمعه ۸ تیر ۱۴۰۳', 'Friday 28 June 2024')
    """
    if language == "fa":
        year, month_number, month_day = to_jalali(day)
        weekday = PERSIAN_WEEKDAYS[day.weekday()]
        month = JALALI_MONTHS[month_number - 1]
        return digits(f"{weekday} {month_day} {month} {year}", "fa")
    weekday, month = ENGLISH_WEEKDAYS[day.weekday()], ENGLISH_MONTHS[day.month - 1]
    return f"{weekday} {day.day} {month} {day.year}"


def date_short(day: date, language: str) -> str:
    """Write a date in digits: ۱۴۰۳/۰۴/۰۸ or 2024-06-28."""
    if language == "fa":
        year, month, month_day = to_jalali(day)
        return digits(f"{year:04}/{month:02}/{month_day:02}", "fa")
    return f"{day:%Y-%m-%d}"


def file_day(day: date, language: str) -> str:
    """Write a date as names of files take it: ۱۴۰۳-۰۴-۰۸ or 2024-06-28.

    >>> from datetime import date
    >>> file_day(date(2024, 6, 28), "fa"), file_day(date(2024, 6, 28), "en")
    ('۱۴۰۳-۰۴-۰۸', '2024-06-28')
    """
    return date_short(day, language).replace("/", "-")


def time_text(moment: time | datetime, language: str) -> str:
    """Write a time of day: ۱۸:۰۰ or 18:00."""
    return digits(f"{moment:%H:%M}", language)


def datetime_text(moment: datetime, language: str) -> str:
    """Write a date in full with its time; the face passes it in the reader's time zone."""
    joined = "، ساعت " if language == "fa" else ", "
    return f"{date_text(moment, language)}{joined}{time_text(moment, language)}"


def relative_day(day: date, election_date: date, language: str) -> str:
    """Write a day as officials count it: T-2, T, T+1.

    >>> from datetime import date
    >>> relative_day(date(2024, 6, 26), date(2024, 6, 28), "en")
    'T-2'
    """
    days = (day - election_date) // timedelta(days=1)
    return digits(f"T{days:+d}" if days else "T", language)


def parse_date(value: object) -> date | None:
    """Read a date as people and programs write it; None when it is none.

    Year first or year last (then the day comes first, unless only the other order is a date);
    years 1300-1500 are Jalali; a two-digit year at the end is Gregorian 20yy, or Jalali when it
    stands first (03/04/08 is not read: it could be either). Excel's datetimes are dates.

    >>> parse_date("۱۴۰۳/۰۴/۰۸"), parse_date("23/05/2019"), parse_date("2020-11-03")
    (datetime.date(2024, 6, 28), datetime.date(2019, 5, 23), datetime.date(2020, 11, 3))
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    match = _PARTS.fullmatch(latin_digits(value).strip())
    if match is None:
        return None
    first, middle, last = match.groups()
    if len(first) == 4 and len(last) <= 2:
        return _day(int(first), int(middle), int(last))
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    if len(last) == 2 and int(first) <= 12 and int(last) <= 31 and int(first) == 0:
        return None
    year = int(last) + 2000 if len(last) == 2 else int(last)
    return _day(year, int(middle), int(first)) or _day(year, int(first), int(middle))


def parse_time(value: object) -> time | None:
    """Read a time of day; None when it is none.

    >>> parse_time("۱۸:۰۰"), parse_time("7:05 pm"), parse_time("25:00")
    (datetime.time(18, 0), datetime.time(19, 5), None)
    """
    if isinstance(value, datetime):
        return value.time().replace(tzinfo=None)
    if isinstance(value, time):
        return value
    if isinstance(value, float) and 0 <= value < 1:  # Excel keeps times as parts of a day
        minutes = round(value * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    match = _TIME.fullmatch(latin_digits(str(value)).strip())
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2]), (match[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(year: int, month: int, day: int) -> date | None:
    """Make a date; Jalali for the years in which Persian files are dated."""
    try:
        if 1300 <= year <= 1500:
            jalali = JalaliDate(year, month, day)  # type: ignore[no-untyped-call]  # as above
            gregorian: date = jalali.to_gregorian()
            return gregorian
        return date(year, month, day)
    except ValueError:
        return None
