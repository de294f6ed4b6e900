"""Options that several commands share."""

import argparse
import os
from datetime import date
from pathlib import Path


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add `--language fa|en`; the installation's own language is the default."""
    own = "en" if os.environ.get("POLLREADY_LANGUAGE") == "en" else "fa"
    parser.add_argument(
        "--language", choices=("fa", "en"), default=own, help=f"of what is written (default: {own})"
    )


def add_out_file(parser: argparse.ArgumentParser) -> None:
    """Add `--out F.xlsx`."""
    parser.add_argument("--out", type=workbook_path, required=True, metavar="F.xlsx")


def workbook_path(text: str) -> Path:
    """Read the name of a workbook to write."""
    path = Path(text)
    if path.suffix.lower() != ".xlsx":
        raise argparse.ArgumentTypeError(f"{text}: a name that ends in .xlsx is expected")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: the folder {path.parent} does not exist")
    return path


TABLE_ENDINGS = (".xlsx", ".csv", ".json")


def table_path(text: str) -> Path:
    """Read the name of a table to write, in one of its formats."""
    path = Path(text)
    if path.suffix.lower() not in TABLE_ENDINGS:
        endings = ", ".join(TABLE_ENDINGS)
        raise argparse.ArgumentTypeError(f"{text}: a name that ends in {endings}")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: the folder {path.parent} does not exist")
    return path


def existing_file(text: str) -> Path:
    """Read the name of a file that must be there."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text}: no such file")
    return path


def day(text: str) -> date:
    """Read a date, Gregorian (2028-06-16) or Jalali (1407/03/26)."""
    from pollready.language import parse_date  # only a command with a date pays for it

    value = parse_date(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"{text}: expected a date like 2028-06-16 or 1407/03/26")
    return value


def not_blank(text: str) -> str:
    """Read a sentence that must say something."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a reason is expected, not an empty text")
    return text.strip()
