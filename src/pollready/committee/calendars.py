"""Calendars as RFC 5545 writes them: whole days and moments at which something falls due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from unicodedata import category
from uuid import NAMESPACE_URL, uuid5

import icalendar

PRODUCT = "-//PollReady//Deadlines//EN"
REFRESH = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that falls due on a day, or at a moment of it; `about` names it for good."""

    about: str
    when: date | datetime
    summary: str
    description: str = ""
    url: str = ""


def calendar_text(name: str, events: Iterable[Event], *, now: datetime) -> str:
    """Write a calendar.

    >>> text = calendar_text("x", [Event("a", date(2024, 6, 28), "a")], now=datetime.now(UTC))
    >>> "SUMMARY:a" in text.splitlines(), "DTEND;VALUE=DATE:20240629" in text
    (True, True)
    """
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _plain(name))
    interval = icalendar.vDuration(REFRESH)
    interval.params["VALUE"] = "DURATION"
    calendar["refresh-interval"] = interval
    for event in events:
        calendar.add_component(_event(event, now))
    return str(calendar.to_ical(), "utf-8")


def _event(event: Event, now: datetime) -> icalendar.Event:
    written = icalendar.Event()
    written.add("uid", str(uuid5(NAMESPACE_URL, f"pollready:{event.about}")))
    written.add("dtstamp", now.astimezone(UTC))
    if isinstance(event.when, datetime):
        written.add("dtstart", event.when.astimezone(UTC))
    else:
        written.add("dtstart", event.when)
        written.add("dtend", event.when + timedelta(days=1))
    written.add("summary", _plain(event.summary))
    if event.description:
        written.add("description", _plain(event.description))
    if event.url:
        written.add("url", event.url)
    written.add("transp", "TRANSPARENT")
    return written


def _plain(text: str) -> str:
    """Leave out signs that steer, but for line ends: no calendar may hold them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or category(each) != "Cc")
