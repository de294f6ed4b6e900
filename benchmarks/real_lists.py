"""Print what becomes of every real list: rows read, registered, merged, rejected; guesses.

`python benchmarks/real_lists.py [FOLDER] [--guesses]`; the folder of real data is
POLLREADY_TEST_DATA, else ../shared/data. Each list goes into a register of its own.
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETS = ("uk_station_finder", "us_polling_places", "nigeria_inec", "cells_il")
FORMS = {".csv", ".tsv", ".json", ".xls", ".xlsx"}


def main() -> int:
    """Import every list and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    given = os.environ.get("POLLREADY_TEST_DATA") or ROOT.parent / "shared" / "data"
    parser.add_argument("folder", nargs="?", type=Path, default=Path(given))
    parser.add_argument("--guesses", action="store_true", help="also print the guessed columns")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as register:
        set_up(register)
        print(
            f"{'list':<42}{'read':>8}{'regist.':>8}{'merged':>8}{'reject.':>8}{'points':>8}{'s':>7}"
        )
        for name in SETS:
            for path in sorted((arguments.folder / name).rglob("*")):
                if path.suffix.lower() in FORMS:
                    print_line(path, guesses=arguments.guesses)
    return 0


def set_up(register: str) -> None:
    """Make an empty register in a temporary folder."""
    os.environ["POLLREADY_DATA"] = register
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pollready.project.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def print_line(path: Path, *, guesses: bool) -> None:
    """Import one list, print its line, and take it out again."""
    # After django.setup(): these modules hold tables.
    from django.db import transaction

    from pollready.intake.commands import import_file
    from pollready.places.models import Listing
    from pollready.register.models import Component

    with transaction.atomic():
        started = time.perf_counter()
        try:
            result = import_file(path, by=None, now=datetime.now(UTC))
        except ValueError as error:
            print(f"{path.name:<42}{getattr(error, 'code', error)}")
            return
        seconds = time.perf_counter() - started
        points = Listing.objects.count() + Component.objects.count()
        transaction.set_rollback(True)
    assert result.rows_read == result.rows_registered + result.rows_rejected
    counts = (result.rows_read, result.rows_registered, result.rows_merged, result.rows_rejected)
    numbers = "".join(f"{count:>8,}" for count in (*counts, points))
    print(f"{path.name:<42}{numbers}{seconds:>7.2f}")
    if guesses:
        for heading, field in result.guesses.items():
            print(f"    {heading} -> {field}")
        if result.columns_dropped:
            print(f"    dropped: {', '.join(result.columns_dropped)}")


if __name__ == "__main__":
    sys.exit(main())
