"""Which cells of a workbook may name what lies upstream, registered or not."""

import re

# What of a row of components may be seen by everybody; all else tells where and what it is.
_OPEN_OF_COMPONENTS = frozenset(
    {"kind", "agency", "county", "battery_h", "class", "source", "as_of", "unavailability",
     "mtbf_h", "mttr_h", "radio"}
)  # fmt: skip
# Fields whose value is such a name whatever it says.
NAMES = frozenset({"feeder", "requires", "depends_on", "protection"})
# Fields that take a few words, a number, or else a code: of a generator, of a line.
MAY_NAME = frozenset({"generator", "fixed_line"})
_NUMBER = re.compile(r"[\d.,٫/ ]+")


def names_upstream(field: str, value: str) -> bool:
    """Say whether a field's value names something upstream; words without a figure name nothing.

    >>> names_upstream("feeder", "north"), names_upstream("generator", "no fuel")
    (True, False)
    >>> names_upstream("generator", "GEN-7"), names_upstream("generator", "4.5")
    (True, False)
    """
    if field in NAMES:
        return bool(value)
    has_figure = any(letter.isdecimal() for letter in value)
    return field in MAY_NAME and has_figure and not _NUMBER.fullmatch(value)


def hides(cell: str, value: str) -> bool:
    """Say whether a cell is hidden from who may not see names; `cell` is `sheet.field`.

    A column of components that nothing was made of is hidden too: nobody knows what it says.

    >>> hides("components.code", "TX-1"), hides("components.", "TX-1"), hides("stops.place", "X")
    (True, True, False)
    """
    sheet, _, field = cell.partition(".")
    if sheet == "components":
        return bool(value) and field not in _OPEN_OF_COMPONENTS
    return sheet == "stations" and names_upstream(field, value)
