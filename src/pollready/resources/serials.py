"""Serial numbers of lots: each piece is in one place, and counted once."""

import re
from collections.abc import Iterable

from pollready.language import latin_digits

_BETWEEN = re.compile(r"[\s,،;؛]+")


def split_serials(text: str) -> tuple[str, ...]:
    """Give the serial numbers of a text, each once, in order.

    >>> split_serials("R1، R2 R1")
    ('R1', 'R2')
    """
    return tuple(dict.fromkeys(filter(None, _BETWEEN.split(latin_digits(text)))))


def join_serials(serials: Iterable[str]) -> str:
    """Write serial numbers as the ledger keeps them."""
    return ", ".join(serials)


def counted_twice(lots: Iterable[tuple[int, str]]) -> dict[int, int]:
    """Count, by lot, the serial numbers that an earlier lot has counted already.

    `lots` are keys with serials, the one that counts first.

    >>> counted_twice([(1, "A B"), (2, "B C"), (3, "")])
    {2: 1}
    """
    seen: set[str] = set()
    twice: dict[int, int] = {}
    for key, text in lots:
        serials = split_serials(text)
        again = sum(serial in seen for serial in serials)
        if again:
            twice[key] = again
        seen.update(serials)
    return twice
