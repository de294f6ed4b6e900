"""The status report that a committee head signs, and what goes with it."""

from pollready.reports.bundle import RevealWithoutReason, report_number, write_bundle
from pollready.reports.fonts import MissingFont, font_paths

__all__ = ["MissingFont", "RevealWithoutReason", "font_paths", "report_number", "write_bundle"]
