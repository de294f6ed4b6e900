"""Pieces of a text that keep a direction of their own, as the runs of a document do."""

import unicodedata

_OPEN, _CLOSE = "\u2066\u2067\u2068", "\u2069"


def directed(words: str, is_rtl: bool) -> list[tuple[str, bool]]:
    r"""Divide a text at its isolates; tells of each piece whether it runs from right to left.

    >>> directed("شعبه \u2068A-1\u2069 آماده است", True)
    [('شعبه ', True), ('A-1', False), (' آماده است', True)]
    """
    pieces: list[tuple[str, bool]] = []
    depth, piece = 0, ""

    def end() -> None:
        if piece:
            pieces.append((piece, runs_left(piece) if depth else is_rtl))

    for letter in words:
        if letter in _OPEN or letter == _CLOSE:
            end()
            piece = ""
            depth += 1 if letter in _OPEN else -1 if depth else 0
        else:
            piece += letter
    end()
    return pieces


def runs_left(text: str, *, otherwise: bool = False) -> bool:
    """Tell the direction of the first letter that has one; figures alone run to the right."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), otherwise)
