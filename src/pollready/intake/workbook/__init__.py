"""The workbook that an office fills in: its sheets, their columns, the words they take."""

from pollready.intake.workbook.agencies import AGENCIES
from pollready.intake.workbook.choices import CHOICES
from pollready.intake.workbook.column import Column, ColumnKind, Sheet
from pollready.intake.workbook.components import COMPONENTS
from pollready.intake.workbook.incidents import INCIDENTS
from pollready.intake.workbook.people_duties import PEOPLE_DUTIES
from pollready.intake.workbook.resources import RESOURCES
from pollready.intake.workbook.round import ROUND
from pollready.intake.workbook.stations import STATIONS
from pollready.intake.workbook.stops import STOPS

# A new sheet is a new module here, one line in this list, and its phrases.
SHEETS: tuple[Sheet, ...] = (
    ROUND,
    STATIONS,
    STOPS,
    COMPONENTS,
    AGENCIES,
    RESOURCES,
    INCIDENTS,
    PEOPLE_DUTIES,
)
SHEET_BY_NAME = {sheet.name: sheet for sheet in SHEETS}

__all__ = ["CHOICES", "SHEETS", "SHEET_BY_NAME", "Column", "ColumnKind", "Sheet"]
