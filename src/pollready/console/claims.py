"""What sources say of a station: each claim with its source, date and rivals."""

import re
from datetime import date

from pollready.language import UnknownPhrase, date_short, digits, number, plain_figures, say

# Claims whose value is an agency, by its code or its name.
OPERATOR_FIELDS = frozenset({"operator_1", "operator_2"})
# The list of words from which a field takes its value.
CHOICES = {
    "signal_1": "signal",
    "signal_2": "signal",
    "fixed_line": "fixed_line",
    "rehearsal": "rehearsal",
    "cards": "cards",
    "mains": "yes_no",
    "generator": "yes_no",
}


def sheet_row(sheet: str, row: int | None, language: str) -> str:
    if not sheet or row is None:
        return sheet
    return say(
        "console.station.sheet_row",
        language,
        sheet=_sheet(sheet, language),
        row=digits(str(row), language),
    )


def _sheet(sheet: str, language: str) -> str:
    try:
        return say(f"workbook.sheet.{sheet}", language)
    except UnknownPhrase:
        return sheet


def written_value(field: str, value: str, language: str) -> str:
    """Say a value: a word of the register, a number or a date as the reader writes it."""
    try:
        return say(f"workbook.choice.{CHOICES.get(field, '')}.{value}", language)
    except UnknownPhrase:
        pass
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date_short(date.fromisoformat(value), language)
    if re.fullmatch(r"[1-9]\d{0,8}|0", value):
        return number(int(value), language)
    if field != "software" and re.fullmatch(r"-?\d+\.\d+", value):
        return plain_figures(value, language)
    return digits(value, language) if re.fullmatch(r"[\d.:/]+", value) else value
