"""One cell of a list: what the page shows and what a file of the same list holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pollready.console.tags import bare_sign, draw_sign
from pollready.language import date_short, digits, number, say
from pollready.register.veil import Veil

Exported = str | int | float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in the reader's language, with how it is drawn and the number behind it.

    `drawn` is text, code, day, sign or ten; `sign` names the sign; `parts` are the cells of a cell
    that a file spreads over several columns; `ready` is a drawing that was made before.
    """

    text: str
    drawn: str = "text"
    number: int | float | None = None
    url: str = ""
    sign: str = ""
    note: str = ""
    soft: bool = False
    parts: "Sequence[Cell]" = ()
    ready: SafeString | None = None

    @property
    def exported(self) -> Exported:
        """Give what a file holds: a number as a number, anything else in words."""
        if self.number is not None:
            return self.number
        return f"{self.text} ({self.note})" if self.note and self.text else self.text

    def html(self) -> SafeString:
        """Draw the cell."""
        if self.ready is not None:
            return self.ready
        drawn = self._drawn()
        if self.url:
            drawn = format_html('<a href="{}" hx-boost="false">{}</a>', self.url, drawn)
        if self.note:
            drawn = format_html(
                '<span>{} <span class="soft small">{}</span></span>', drawn, self.note
            )
        return drawn

    def _drawn(self) -> SafeString:
        match self.drawn:
            case "code":
                return format_html('<bdi class="code" dir="ltr">{}</bdi>', self.text)
            case "day":
                return format_html('<bdi class="day">{}</bdi>', self.text)
            case "sign":
                return draw_sign(self.sign, self.text)
            case "ten":
                signs = ((part.text, bare_sign(part.sign), part.text) for part in self.parts)
                return format_html(
                    '<ol class="ten">{}</ol>',
                    format_html_join(
                        "", '<li title="{}">{}<span class="unseen">{}</span></li>', signs
                    ),
                )
        if self.soft:
            return format_html('<span class="soft">{}</span>', self.text)
        return format_html("<bdi>{}</bdi>", self.text) if self.text else SafeString("")


class Writer:
    """Makes cells in one language for one viewer: no text names what he may not see."""

    def __init__(self, language: str, veil: Veil) -> None:
        self.language = language
        self.veil = veil
        self._said: dict[str, str] = {}  # a file says the same words 60,000 times

    def say(self, key: str, **fields: object) -> str:
        """Say a phrase."""
        if fields:
            return say(key, self.language, **fields)
        if key not in self._said:
            self._said[key] = say(key, self.language)
        return self._said[key]

    def text(self, value: str, *, url: str = "", note: str = "") -> Cell:
        """Write a text; nothing where there is none."""
        return Cell(self.veil.text(value), url=url, note=note)

    def unknown(self) -> Cell:
        """Say that nobody says."""
        return Cell(self.say("console.unknown"), soft=True)

    def known(self, value: str) -> Cell:
        """Write a text, or that it is unknown."""
        return Cell(self.veil.text(value)) if value else self.unknown()

    def number(self, value: int | float | None) -> Cell:
        """Write a number, or that it is unknown."""
        if value is None:
            return self.unknown()
        return Cell(number(value, self.language), number=value)

    def code(self, value: str, *, url: str = "") -> Cell:
        """Write a code: Persian figures in a Persian page, unless Latin letters stand in it."""
        latin = any("a" <= letter <= "z" for letter in value.lower())
        shown = value if latin else digits(value, self.language)
        return Cell(shown, drawn="code", url=url)

    def sign(self, name: str, *, words: str = "", note: str = "") -> Cell:
        """Draw a state's sign with its word."""
        return Cell(words or self.say(f"console.sign.{name}"), drawn="sign", sign=name, note=note)

    def day(self, value: date | None) -> Cell:
        """Write a day in figures, or that it is unknown."""
        if value is None:
            return self.unknown()
        return Cell(date_short(value, self.language), drawn="day")

    def moment(self, value: datetime | None) -> Cell:
        """Write the day of a moment in figures."""
        return self.day(value.date() if value else None)
