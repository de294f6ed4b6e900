"""Search keys: two spellings of one name fold to the same key."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

from pollready.language.numerals import latin_digits

# Letters that keyboards and old files mix up.
_LETTERS = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ڪ": "ک", "ۀ": "ه", "ة": "ه", "ە": "ه", "ہ": "ه",
        "أ": "ا", "إ": "ا", "ٱ": "ا", "آ": "ا", "ؤ": "و", "ء": None, "ـ": None,
        "ß": "ss",
    }
)  # fmt: skip
# Half-space, joiners and marks of direction bind or steer letters; they are no part of a name.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=200_000)  # a file says the same few thousand names again and again
def fold(text: str) -> str:
    """Give the key under which a name is sorted, searched and compared.

    NFKC; Arabic and Persian forms of one letter become one; every form of alef is alef; hamza
    and diacritics go; digits become ASCII; case goes; a half-space is no space, and runs of
    spaces and punctuation become one space.

    >>> fold("شعبه‌ي  ۱۲"), fold("بستان‌آباد") == fold("بستان آباد".replace(" ", ""))
    ('شعبهی 12', True)
    """
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text).translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(filterfalse(unicodedata.combining, text))
    text = latin_digits(text).casefold()
    return _NOT_WORD.sub(" ", text).strip()


# The letters of Persian in the order of its dictionaries; in Unicode those that Arabic lacks
# stand behind all others, and «و» before «ه» is the other way round.
_PERSIAN = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_ALPHABET = {ord(letter): chr(ord("ا") + place) for place, letter in enumerate(_PERSIAN)}


def alphabetical(text: str) -> str:
    """Give the key by which names stand in the order of a dictionary, in either script.

    >>> sorted(["ورزقان", "کلیبر", "چاراویماق", "تبریز"], key=alphabetical)
    ['تبریز', 'چاراویماق', 'کلیبر', 'ورزقان']
    """
    return fold(text).translate(_ALPHABET)
