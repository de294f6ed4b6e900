"""Where the report's typeface lies: the built assets bring it, the repository holds no font."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

FAMILY = "Vazirmatn"
BUILT_FONTS = Path(__file__).resolve().parent.parent / "console" / "static" / "build" / "fonts"
NEEDED = (
    "Vazirmatn-Regular.ttf",
    "Vazirmatn-Medium.ttf",
    "Vazirmatn-Bold.ttf",
)


class MissingFont(FileNotFoundError):
    """Font files that the report needs are not where the build puts them."""

    code = "reports.missing-font"

    def __init__(self, folder: Path, missing: Sequence[str]) -> None:
        self.fields = {"folder": str(folder), "missing": ", ".join(missing)}
        super().__init__(f"{folder}: {', '.join(missing)} not found; build the console's assets")


def font_paths(folder: Path = BUILT_FONTS) -> tuple[Path, ...]:
    """Give the font files of the report; raise `MissingFont` naming those that are not there."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise MissingFont(folder, missing)
    return tuple(folder / name for name in NEEDED)


@cache
def font_book(folder: Path = BUILT_FONTS) -> typst.Fonts:
    """Load the report's fonts once a process, and no font of the machine."""
    font_paths(folder)
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


def displayable(text: str, folder: Path = BUILT_FONTS) -> str:
    """Replace the letters that the typeface does not have, which no archived page may hold.

    An accented letter becomes its plain one («ẕ» is z); what has no plain form becomes "?".
    Marks that steer direction have no shape of their own and stay.
    """
    have = _letters(folder)
    missing = {letter for letter in set(text) if ord(letter) not in have and _has_shape(letter)}
    if not missing:
        return text
    return text.translate({ord(letter): _plain(letter, have) for letter in missing})


def _has_shape(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cf")


def _plain(letter: str, have: frozenset[int]) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    plain = "".join(part for part in parts if ord(part) in have and part not in '"\\')
    return plain or ("" if unicodedata.combining(letter) else "?")


@cache
def _letters(folder: Path) -> frozenset[int]:
    """Read which characters the regular cut has."""
    with TTFont(font_paths(folder)[0], lazy=True) as font:
        return frozenset(font.getBestCmap())
