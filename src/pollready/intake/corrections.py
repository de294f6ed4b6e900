"""What people type for one field, read by the columns of the workbook that imports read by."""

from collections.abc import Mapping
from datetime import date

from pollready.engine.expression import ExpressionError, parse
from pollready.intake.applying.claims import (
    COMPONENT_FIELDS,
    STATION_FIELDS,
    STOP_FIELDS,
    canonical,
)
from pollready.intake.staging.needs import all_of_lists
from pollready.intake.staging.values import Bad, read_degrees, reader
from pollready.intake.workbook.column import Column, ColumnKind
from pollready.intake.workbook.components import COMPONENTS
from pollready.intake.workbook.stations import STATIONS
from pollready.intake.workbook.stops import STOPS
from pollready.language import latin_digits
from pollready.register.corrections.columns import POSITION
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.needs import NOBODY

# What the list itself holds comes first, then what is only claimed. Relocating is an order of
# its own, and so is no field.
_STATION_COLUMNS = ("name", "address", POSITION, "expected_voters", "basis")
_BY_ORDER = frozenset({"relocated_on", "relocated_by"})
FIELDS: Mapping[str, tuple[str, ...]] = {
    "listing": (
        *_STATION_COLUMNS,
        *(name for name in STATION_FIELDS if name not in _BY_ORDER),
        "requires",
    ),
    "stop": ("place", POSITION, *STOP_FIELDS),
    "component": (
        "name",
        POSITION,
        *COMPONENT_FIELDS,
        "unavailability",
        "mtbf_h",
        "mttr_h",
        "depends_on",
        "protection",
        "serves",
    ),
}
_SHEETS = {"listing": STATIONS, "stop": STOPS, "component": COMPONENTS}
_POSITIVE = frozenset({"mtbf_h", "mttr_h"})
_POSITION_COLUMN = Column(POSITION)


def column_of(kind: str, field: str) -> Column:
    """Give the column by which a field of an object is read; raises `CorrectionRefused`."""
    if field not in FIELDS.get(kind, ()):
        raise CorrectionRefused("unknown-field", "field", name=field)
    return _POSITION_COLUMN if field == POSITION else _SHEETS[kind].column(field)


def choices_of(kind: str, field: str) -> str:
    """Name the list of words that a field takes; empty where it takes others too."""
    column = column_of(kind, field)
    if column.kind is ColumnKind.YES_NO:
        return "yes_no"
    return column.choices if column.kind is ColumnKind.CHOICE else ""


def read_typed(kind: str, field: str, text: str) -> str:
    """Give what was typed as claims keep it; raises `CorrectionRefused` that says what was meant.

    >>> read_typed("listing", "battery_h", "۲٫۵")
    '2.5'
    """
    column = column_of(kind, field)
    if column.kind is ColumnKind.CODES:
        return _codes(column, text)
    if not text.strip():
        raise CorrectionRefused("value-missing", "value")
    if column.kind is ColumnKind.EXPRESSION:
        return _expression(text)
    if field == POSITION:
        return _position(text)
    value = reader(column)(text.strip())
    if value is None:
        raise CorrectionRefused("value-missing", "value")
    if isinstance(value, Bad):
        said = value.expected_words()
        fields = {"expected": said} if said else {}
        raise CorrectionRefused(value.code, "value", value=text.strip()[:60], **fields)
    if field in _POSITIVE and value == 0:
        raise CorrectionRefused("not-positive", "value", value=text.strip()[:60])
    return canonical(value)


def read_station_code(text: str) -> str:
    """Read the code of a station: ASCII digits, leading zeros kept. Raises `CorrectionRefused`."""
    value = reader(STATIONS.column("code"))(text)
    if not isinstance(value, str):
        raise CorrectionRefused("not-a-code", "code", value=text.strip()[:60])
    return value


def read_day(text: str, field: str) -> date | None:
    """Read a date, Jalali or Gregorian; blank is none. Raises `CorrectionRefused`."""
    if not text.strip():
        return None
    value = reader(Column(field, ColumnKind.DATE))(text.strip())
    if not isinstance(value, date):
        raise CorrectionRefused("not-a-date", field, value=text.strip()[:60])
    return value


def read_position(text: str, field: str) -> tuple[float, float] | None:
    """Read a pair of coordinates; blank is none. Raises `CorrectionRefused`."""
    if not text.strip():
        return None
    try:
        lat, lon = _position(text).split(" ")
    except CorrectionRefused as refused:
        raise CorrectionRefused("not-a-position", field, **refused.fields) from None
    return float(lat), float(lon)


def _position(text: str) -> str:
    """Read latitude and longitude, parted by a comma, a stroke or a space."""
    plain = latin_digits(text).replace("٫", ".")
    for mark in ("،", ",", "/", "؛", ";"):
        plain = plain.replace(mark, " ")
    parts = [read_degrees(part) for part in plain.split()]
    if len(parts) != 2 or any(not isinstance(part, float | int) for part in parts):
        raise CorrectionRefused("not-a-position", "value", value=text.strip()[:60])
    lat, lon = (float(part) for part in parts if isinstance(part, float | int))
    if abs(lat) > 90 or abs(lon) > 180 or (lat, lon) == (0, 0):
        raise CorrectionRefused("not-a-position", "value", value=text.strip()[:60])
    return f"{canonical(lat)} {canonical(lon)}"


def _codes(column: Column, text: str) -> str:
    """Read codes of stations, in any order; none at all is an answer too."""
    value = reader(column)(text.strip()) if text.strip() not in ("", NOBODY) else None
    if isinstance(value, Bad):
        raise CorrectionRefused(value.code, "value", value=text.strip()[:60])
    return ", ".join(dict.fromkeys(value or ())) or NOBODY


def _expression(text: str) -> str:
    """Read what something needs: a list with commas means all of it, as in the workbook."""
    said = all_of_lists(" ".join(text.split()))
    try:
        return str(parse(said))
    except ExpressionError as error:
        raise CorrectionRefused(
            "expression-wrong", "value", position=error.column, found=error.found
        ) from None
