"""Calendars as RFC 5545 writes them: whole days and moments, in lines that any program reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unicodedata import category
from uuid import NAMESPACE_URL, uuid5

PRODUCT = "-//PollReady//Deadlines//EN"
LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Event:
    """Something that falls due on a day, or at a moment of it; `about` names it for good."""

    about: str
    when: date | datetime
    summary: str
    description: str = ""
    url: str = ""


def calendar_text(name: str, events: Iterable[Event], *, now: datetime, refresh_h: int = 4) -> str:
    """Write a calendar.

    >>> text = calendar_text("x", [Event("a", date(2024, 6, 28), "a")], now=datetime.now(UTC))
    >>> "SUMMARY:a" in text.splitlines(), "DTEND;VALUE=DATE:20240629" in text
    (True, True)
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_h}H",
    ]
    for event in events:
        lines += _event(event, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    r"""Write a text so that nothing in it ends its line or its value.

    >>> print(escaped("a;b,c"))
    a\;b\,c
    """
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(each for each in text if each == "\t" or category(each) != "Cc")


def folded(line: str) -> str:
    """Break a line after at most 75 octets, never within a letter; a space begins what follows."""
    parts, part, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LINE_OCTETS:
            parts.append(part)
            part, size = " ", 1
        part += letter
        size += octets
    return "\r\n".join([*parts, part])


def _event(event: Event, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid5(NAMESPACE_URL, f'pollready:{event.about}')}"
    yield f"DTSTAMP:{_utc(now)}"
    if isinstance(event.when, datetime):
        yield f"DTSTART:{_utc(event.when)}"
    else:
        yield f"DTSTART;VALUE=DATE:{event.when:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.when + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
