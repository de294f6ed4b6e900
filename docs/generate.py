"""Write the reference pages that come from the code: `make docs`."""

import os
from collections.abc import Mapping
from pathlib import Path

import django

REFERENCE = Path(__file__).resolve().parent / "reference"


def pages() -> Mapping[str, str]:
    """Write every page, by the name of its file; Django must be set up."""
    # What is described needs Django's tables.
    from pollready.console.access_table import access_page
    from pollready.intake.workbook.reference import reference_page
    from pollready.obstacles.reference import render

    return {
        "access.md": access_page(),
        "obstacles.md": render("en"),
        "obstacles.fa.md": render("fa"),
        "workbook.md": reference_page(),
    }


def main() -> None:
    """Write every page anew."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pollready.project.settings")
    django.setup()
    for name, page in pages().items():
        (REFERENCE / name).write_text(page, "utf-8")


if __name__ == "__main__":
    main()
