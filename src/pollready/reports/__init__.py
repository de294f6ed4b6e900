"""The status report that a committee head signs, and what goes with it."""

from pollready.reports.bundle import ANNEX, RevealWithoutReason, report_number, write_bundle
from pollready.reports.fonts import MissingFont, font_paths

__all__ = [
    "ANNEX",
    "MissingFont",
    "RevealWithoutReason",
    "font_paths",
    "report_number",
    "write_bundle",
]
