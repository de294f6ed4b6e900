"""Names of files as keys."""

import re
from pathlib import PurePath

from pollready.language import fold

# What people add to a name when they send a file again: (2), v3, copy, نهایی, a date.
_VERSION = re.compile(
    r"\b(v|ver|version|rev|copy|final|new|edited|corrected|نسخه|نهایی|جدید|کپی|ویرایش|اصلاحی)\b"
    r"|\b(v|rev)?\d+\b"
)
_YEAR = re.compile(r"\b(1[34]|19|20)\d\d\b(?! \d{1,2} \d{1,2}\b)")  # and not the year of a date


def lineage_of(name: str) -> str:
    """Give what ties the versions of a file together: its name without marks of version.

    >>> lineage_of("Stations v2 (3).xlsx") == lineage_of("stations 1403-04-01.xlsx")
    True
    """
    words = fold(PurePath(name).stem)
    bare = " ".join(_VERSION.sub(" ", words).split())
    return f"file:{bare or words}"[:200]


def list_name(name: str) -> str:
    """Give the name of a list that says no day: without marks of version, with its years.

    >>> list_name("Places_2012 v2.xls"), list_name("places 2016.xls"), list_name("شعب (2).csv")
    ('places 2012', 'places 2016', 'شعب')
    """
    words = fold(PurePath(name).stem)
    bare = _VERSION.sub(" ", words).split()
    return " ".join([*bare, *(match.group() for match in _YEAR.finditer(words))]) or words
