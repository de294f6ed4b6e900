"""Calendars as RFC 5545 writes them: whole days and moments, for any program that reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unicodedata import category
from uuid import NAMESPACE_URL, uuid5

import icalendar

PRODUCT = "-//PollReady//Deadlines//EN"


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
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _without_controls(name))
    refresh = icalendar.vDuration(timedelta(hours=refresh_h))
    calendar.add("refresh-interval", refresh, {"value": "DURATION"})
    for event in events:
        calendar.add_component(_event(event, now))
    text: str = calendar.to_ical(sorted=False).decode()
    return text


def _event(event: Event, now: datetime) -> icalendar.Event:
    written = icalendar.Event()
    written.add("uid", str(uuid5(NAMESPACE_URL, f"pollready:{event.about}")))
    written.add("dtstamp", now.astimezone(UTC))
    if isinstance(event.when, datetime):
        written.add("dtstart", event.when.astimezone(UTC))
    else:
        written.add("dtstart", event.when)
        written.add("dtend", event.when + timedelta(days=1))
    written.add("summary", _without_controls(event.summary))
    if event.description:
        written.add("description", _without_controls(event.description))
    if event.url:
        written.add("url", event.url)
    written.add("transp", "TRANSPARENT")
    return written


def _without_controls(text: str) -> str:
    """Leave out what RFC 5545 has no place for in a text; ends of lines become one kind."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in text if each in "\t\n" or category(each) != "Cc")
