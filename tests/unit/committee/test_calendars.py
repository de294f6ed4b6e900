"""Calendars as RFC 5545 writes them, read back by its own rules."""

from datetime import UTC, date, datetime

from hypothesis import assume, example, given
from hypothesis import strategies as st

from pollready.committee.calendars import Event, calendar_text

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
LINE_OCTETS = 75
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def unfolded(text: str) -> list[str]:
    """Put lines together as RFC 5545, 3.1, says."""
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def unescaped(value: str) -> str:
    """Read a text as RFC 5545, 3.3.11, says."""
    read, signs = "", iter(value)
    for sign in signs:
        if sign == "\\":
            sign = next(signs)
            read += "\n" if sign in "nN" else sign
        else:
            read += sign
    return read


def properties(text: str, name: str) -> list[str]:
    return [
        line.partition(":")[2]
        for line in unfolded(text)
        if line.partition(":")[0].partition(";")[0] == name
    ]


def of(summary: str, about: str = "a") -> str:
    return calendar_text("x", [Event(about, date(2028, 6, 28), summary)], now=NOW)


@given(TEXTS)
@example("C:\\names; a, b\n\\n")
def test_a_text_comes_back_as_it_was_but_for_signs_that_steer(text):
    assume("\\N" not in text)  # the library takes it for the end of a line
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    wanted = "".join(
        each for each in lines if each in "\n\t" or not (ord(each) < 32 or 127 <= ord(each) < 160)
    )
    assert [unescaped(value) for value in properties(of(text), "SUMMARY")] == [wanted]


@given(TEXTS)
def test_no_line_is_longer_than_the_rule(text):
    assert all(len(line.encode()) <= LINE_OCTETS for line in of(text).split("\r\n"))


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_no_text_of_an_event_makes_another_event(texts):
    events = [
        Event(str(n), date(2028, 6, 28), summary, description)
        for n, (summary, description) in enumerate(texts)
    ]
    lines = unfolded(calendar_text("a\r\nEND:VCALENDAR", events, now=NOW))
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(events)
    assert lines.count("END:VCALENDAR") == 1


def test_a_day_lasts_until_the_next_and_a_moment_is_told_in_utc():
    moment = datetime.fromisoformat("2028-06-27T18:00:00+03:30")
    text = calendar_text(
        "x", [Event("a", date(2028, 2, 29), "a"), Event("b", moment, "b")], now=NOW
    )
    assert properties(text, "DTSTART") == ["20280229", "20280627T143000Z"]
    assert properties(text, "DTEND") == ["20280301"]
    assert properties(text, "DTSTAMP") == ["20280619T090000Z"] * 2
    assert properties(text, "REFRESH-INTERVAL") == ["PT4H"]


def test_what_an_event_is_about_names_it_for_good():
    assert properties(of("one"), "UID") == properties(of("other words"), "UID")
    assert properties(of("one"), "UID") != properties(of("one", about="b"), "UID")
