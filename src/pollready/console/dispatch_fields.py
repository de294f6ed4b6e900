"""Fields of the forms of dispatch: what stands in each, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from pollready.language import Phrase, digits, plain_figures, say
from pollready.planning.dispatching.asking import FreeTeam, TeamsAt
from pollready.planning.dispatching.tables import clock_words

Options = Sequence[tuple[str, str]]
BLANK_ROWS = 2
TEAM_ROWS, FREE_ROWS = ("base", "teams", "from", "to", "capacity"), ("team", "place", "free")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, label, value, what is wrong with it, and what it can be."""

    name: str
    label: str
    value: str
    wrong: str = ""
    options: Options = ()
    hint: str = ""
    column: str = ""  # of a table of rows: the label there


class Fields:
    """Makes fields of what was typed, else of what is asked by default."""

    def __init__(
        self, language: str, typed: Mapping[str, str], wrong: Mapping[str, Phrase]
    ) -> None:
        self._language, self._typed, self._wrong = language, typed, wrong

    def field(self, name: str, default: str, *, options: Options = (), hint: str = "") -> Field:
        """Give one field."""
        label = say(f"dispatch.field.{name}", self._language)
        return Field(name, label, self._value(name, default), self._fault(name), options, hint)

    def number(self, name: str, default: float) -> Field:
        """Give a field of a number, as somebody would type it."""
        return self.field(name, self._plain(default))

    def clock(self, name: str, default_h: float | None) -> Field:
        """Give a field of an hour."""
        hint = say("dispatch.field.any_hour", self._language) if default_h is None else ""
        return self.field(name, self._clock(default_h), hint=hint)

    def team_rows(self, teams: Sequence[TeamsAt]) -> list[list[Field]]:
        """Give the rows of teams by their base, with some blank ones."""
        return self._rows(
            TEAM_ROWS,
            [
                (
                    row.base.code, self._plain(row.teams), self._clock(row.from_h),
                    self._clock(row.to_h), self._plain(row.capacity),
                )
                for row in teams
            ],
        )  # fmt: skip

    def free_rows(self, teams: Sequence[FreeTeam]) -> list[list[Field]]:
        """Give the rows of teams one by one, with some blank ones."""
        return self._rows(
            FREE_ROWS,
            [(digits(t.name, self._language), t.place.code, self._clock(t.free_h)) for t in teams],
        )

    def _rows(self, names: Sequence[str], defaults: Sequence[Sequence[str]]) -> list[list[Field]]:
        """Give what was typed row by row, else the defaults; blank rows in between are gone."""
        own = {
            int(key.rpartition("_")[2])
            for key, value in self._typed.items()
            if value.strip() and key.rpartition("_")[0] in names and _is_row(key)
        }
        typed = any(key.startswith(f"{names[1]}_") for key in self._typed)
        rows = sorted(own) if typed else list(range(len(defaults)))
        blank = (n for n in count() if n not in rows)
        rows += [n for n, _ in zip(blank, range(BLANK_ROWS), strict=False)]
        found = []
        for place, row in enumerate(rows, start=1):
            default = defaults[row] if not typed and row < len(defaults) else [""] * len(names)
            found.append(
                [
                    self._cell(name, row, place, value)
                    for name, value in zip(names, default, strict=True)
                ]
            )
        return found

    def _cell(self, name: str, row: int, place: int, default: str) -> Field:
        column = say(f"dispatch.field.{name}", self._language)
        label = say("dispatch.field.row", self._language, label=column, row=place)
        key = f"{name}_{row}"
        return Field(key, label, self._value(key, default), self._fault(key), column=column)

    def _value(self, name: str, default: str) -> str:
        return self._typed.get(name, default)

    def _fault(self, name: str) -> str:
        wrong = self._wrong.get(name)
        return "" if wrong is None else say(wrong.key, self._language, **wrong.fields)

    def _plain(self, value: float) -> str:
        whole = int(value) if value == int(value) else value
        return plain_figures(str(whole), self._language)

    def _clock(self, hours: float | None) -> str:
        """Write an hour as a time of day: 24:00 is 00:00, and so a day later."""
        return "" if hours is None else digits(clock_words(hours % 24) or "", self._language)


def _is_row(key: str) -> bool:
    number = key.rpartition("_")[2]
    return number.isascii() and number.isdecimal() and len(number) < 5
