"""Columns that have no place in the register: who votes, how, and for whom.

They are known by name and, for identity numbers under another name, by value. They are dropped
before anything else looks at the rows; only their headings are ever told.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pollready.intake.recognition.electors import columns_of_houses, columns_of_persons
from pollready.intake.recognition.headings import fields_by_key, heading_key
from pollready.intake.workbook import SHEETS
from pollready.language import fold, latin_digits

# Keys as `heading_key` makes them. Whole keys: «شعبه اخذ رأی» is no column of votes.
_NAMES = (
    "کد ملی", "شماره ملی", "کدملی رأی‌دهنده", "شناسه ملی", "کد ملی کاربر", "شماره شناسنامه",
    "سریال شناسنامه", "نام پدر", "نام مادر", "تاریخ تولد", "نام رأی‌دهنده", "نام رأی‌دهندگان",
    "نام خانوادگی رأی‌دهنده", "مشخصات رأی‌دهنده", "آرا", "آراء", "رأی", "رای", "تعداد آرا",
    "تعداد رأی", "آرای مأخوذه", "آرای صحیح", "آرای باطله", "آرای نامزد", "نامزد", "نام نامزد",
    "نامزدها", "داوطلب", "نام داوطلب", "داوطلبان", "کاندیدا", "نام کاندیدا", "حزب", "نام حزب",
    "احزاب", "جناح", "میزان مشارکت", "درصد مشارکت", "national id", "national code",
    "national number", "identity number", "id card number", "nid", "ssn",
    "social security number", "passport", "passport number", "birth certificate number",
    "father name", "fathers name", "father's name", "mother name", "date of birth", "dob",
    "birth date", "voter", "voter id", "voter name", "voter number", "voters name",
    "elector name", "elector id", "elector number", "votes", "vote", "vote count", "votes cast",
    "valid votes", "invalid votes", "total votes", "ballots cast", "turnout", "candidate",
    "candidates", "candidate name", "candidate votes", "party", "party name", "parties",
)  # fmt: skip
# Parts of keys, wherever they stand: "PostalVotes", «جمع آرای نامزد ۲», «نام پدر کلیددار».
_PARTS = re.compile(
    r"votes(?!ite|tation)|turnout|candidate|ballotscast|politicalparty|partyname|partyaffiliation"
    r"|national(id(?!entity)|code|number|insurance)|socialsecurity|passport|birthcertificate"
    r"|(father|mother)s?name|dateofbirth|birthdate|birthyear|yearofbirth"
    r"|(voter|elector)(first|last|sur|fore|full|family)?(name|id|no|number|address|phone)"
    r"|کدی?ملی|شمارهی?(ملی|شناسنامه)|سریالی?شناسنامه|^شی?(ملی|شناسنامه)$|^شناسنامه$"
    r"|نام(پدر|مادر)|(تاریخ|سال)تولد|نامزد|کاندیدا|(درصد|میزان|نرخ)مشارکت"
)
# Words that make a heading forbidden wherever they stand in it, as `fold` writes them.
_WORDS = re.compile(
    r"\b(نامزد(ها|های|ان)?|داوطلب(ان|ین|ها)?|کاندید(ا|اها|اهای|ها)?|حزب|احزاب|مشارکت"
    r"|شناسنامه|گذرنامه|پاسپورت|پدر|نام مادر|کد ملی|شماره ملی|ش ملی|شناسه ملی"
    r"|(نام|اسامی|شماره|کد|مشخصات|نشانی|ادرس) رای ?ده(نده|ندگان)"
    r"|candidates?\d*|turnout|ssn|passports?|dob|nin|fathers?( s)?|mothers?( s)? name|birth ?date"
    r"|date of birth|votes|total vote|vote (counts?|totals?|share)|ballots? (cast|counted)"
    r"|political|party (name|affiliation|votes?)|electors? (name|address|number|no|id))\b"
    r"|^(party|parties)\b|\b(registered|winning) part(y|ies)\b"
)
# «آرا» and «رأی» count votes, but not where they only name the place, the box or the day.
_VOTES = re.compile(r"\b(ارا|ارای|رای)\b(?! (گیری|دهی|ده(نده|ندگان))\b)")
_PLACE_OF_VOTES = re.compile(
    r"\b(اخذ|صندوق|صندوقها|صندوقهای|نیروی|نیروهای) (ارای|ارا|رای|داوطلب)\b"
)

_VALUES_MIN = 20
_VALUES_SHARE = 0.9
# One number in eleven passes by chance: a value that repeats, such as a date, proves nothing.
_DIFFERENT_MIN = 3
_DATE = re.compile(r"(13|14|19|20)\d\d([-/. ]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])")
_TEN_DIGITS = re.compile(r"[0-9]{8,10}$")
_SIGNS = re.compile(r"[\W_]+")


def forbidden_columns(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> frozenset[int]:
    """Give the indices of the columns to drop, by their names and by their values."""
    named = {index for index, heading in enumerate(headings) if is_forbidden_name(heading)}
    by_value = columns_of_identity_numbers(rows, len(headings), named)
    of_people = columns_of_houses(headings) | columns_of_persons(headings)
    return frozenset(named | by_value | of_people)


def is_forbidden_name(heading: str) -> bool:
    """Say whether a heading names identity, votes, candidates or parties."""
    key = heading_key(heading)
    if not key:
        return False
    if key in _KEYS or _PARTS.search(key) is not None:
        return True
    words = fold(heading)
    if any(key in fields_by_key(sheet) for sheet in SHEETS):
        return False
    words = _PLACE_OF_VOTES.sub(" ", words)
    return _WORDS.search(words) is not None or _VOTES.search(words) is not None


def columns_of_identity_numbers(
    rows: Iterable[Sequence[Any]], width: int, skip: set[int]
) -> set[int]:
    """Find columns with at least 20 values of which at least 90% pass the checksum.

    Among them must be three different ones, and dates are none.
    """
    counts = [[0, 0] for _ in range(width)]
    passing: list[set[str]] = [set() for _ in range(width)]
    candidates = [index for index in range(width) if index not in skip]
    for number, row in enumerate(rows):
        if number and number % 500 == 0:  # columns that are plainly something else are left
            candidates = [i for i in candidates if counts[i][1] >= 0.5 * counts[i][0]]
        for index in candidates:
            if index < len(row) and (cell := row[index]) not in ("", None):
                counts[index][0] += 1
                if is_identity_number(cell):
                    counts[index][1] += 1
                    if len(passing[index]) < _DIFFERENT_MIN:
                        passing[index].add(str(cell))
    return {
        index
        for index in candidates
        if counts[index][0] >= _VALUES_MIN
        and counts[index][1] >= _VALUES_SHARE * counts[index][0]
        and len(passing[index]) >= _DIFFERENT_MIN
    }


def is_identity_number(cell: Any) -> bool:
    """Check the checksum of a ten-digit identity number; lost leading zeros are put back.

    The last digit is the sum of the others weighted 10..2, modulo 11, or 11 less that.

    >>> is_identity_number("0499370899"), is_identity_number("0499370898")
    (True, False)
    """
    if isinstance(cell, bool):
        return False
    if isinstance(cell, float):
        if not cell.is_integer():
            return False
        text = str(int(cell))
    elif isinstance(cell, int):
        text = str(cell)
    elif isinstance(cell, str):
        # ="0499370899", '0499370899 and marks of direction are how spreadsheets keep zeros.
        if not 8 <= len(cell) <= 20:
            return False
        text = latin_digits(cell.strip())
        if _DATE.fullmatch(text):
            return False
        text = _SIGNS.sub("", text)
    else:
        return False
    if _DATE.fullmatch(text) or not _TEN_DIGITS.match(text):
        return False
    padded = text.zfill(10)
    if len(set(padded)) == 1:
        return False
    rest = sum(int(padded[i]) * (10 - i) for i in range(9)) % 11
    return int(padded[9]) == (rest if rest < 2 else 11 - rest)


_KEYS = frozenset(heading_key(name) for name in _NAMES)
