"""Write the reference pages that come from the code: `make docs`."""

import os
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pollready.project.settings")


from pollready.intake.workbook.reference import reference_page
from pollready.obstacles.reference import render

REFERENCE = Path(__file__).resolve().parent / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "obstacles.md": lambda: render("en"),
    "obstacles.fa.md": lambda: render("fa"),
    "workbook.md": reference_page,
}


def main() -> None:
    """Write every page anew."""
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
