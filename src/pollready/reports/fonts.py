"""Where the report's typeface lies: the built assets bring it, the repository holds no font."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typst

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
