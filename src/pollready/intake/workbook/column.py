"""What a column of the workbook is: its field, the kind of its values, the words it takes."""

from dataclasses import dataclass
from enum import Enum, auto

BATTERY_MOST_H = 168  # a week: no station or mast has such a battery, but 500 minutes are common


class ColumnKind(Enum):
    """How a cell of the column is read, and how it is written."""

    TEXT = auto()
    CODE = auto()  # text that must keep its leading zeros
    CODES = auto()  # a list of codes, parted by comma, semicolon or ،
    CHOICE = auto()  # one of a list of words, see `choices.py`
    COUNT = auto()  # whole number, 0 or more
    NUMBER = auto()  # any number, 0 or more
    SHARE = auto()  # a probability in [0, 1]
    DATE = auto()
    TIME = auto()
    MOMENT = auto()  # a date, with or without a time of day
    YES_NO = auto()
    YES_OR_DATE = auto()  # yes, no, or the date on which it was done
    POWER = auto()  # yes, no, a number of hours, or the code of a component
    DEADLINE = auto()  # relative to election day: T-2
    LATITUDE = auto()
    LONGITUDE = auto()
    EXPRESSION = auto()  # what something needs, see the reference of expressions
    CLASSIFICATION = auto()


@dataclass(frozen=True, slots=True, eq=False)  # each is itself: cheap keys of caches
class Column:
    """A column of a sheet; its heading and note are phrases `workbook.<sheet>.<field>`."""

    field: str
    kind: ColumnKind = ColumnKind.TEXT
    required: bool = False
    choices: str = ""  # name of a list in `choices.py`
    aliases: tuple[str, ...] = ()  # other headings under which it is known, either language
    printed: bool = True  # False: understood when met, but not a column of the template
    width: int = 14
    max_chars: int = 200  # what the register holds of a text; more is told, not cut
    most_h: float | None = None  # hours beyond which a number is a slip, such as minutes


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet of the workbook; its title is the phrase `workbook.sheet.<name>`."""

    name: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()

    def column(self, field: str) -> Column:
        """Give the column of a field; raises KeyError for a field that the sheet has not."""
        for column in self.columns:
            if column.field == field:
                return column
        raise KeyError(field)

    @property
    def printed(self) -> tuple[Column, ...]:
        """The columns that the template shows, in its order."""
        return tuple(column for column in self.columns if column.printed)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without which a row cannot be registered."""
        return tuple(column.field for column in self.columns if column.required)
