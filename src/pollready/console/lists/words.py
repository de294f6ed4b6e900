"""Cells of words that several lists of stations have: software, cards, rehearsal, signals."""

from datetime import date
from math import inf

from pollready.assessment.models import Signal, SignalRecord, StationRecord
from pollready.console.lists.cells import Cell, Writer
from pollready.console.lists.description import ListOf
from pollready.console.queues import rounded
from pollready.language import number, percent

# The sign that stands for a word.
SIGNAL_SIGNS = {
    Signal.GOOD: "ready",
    Signal.WEAK: "offline",
    Signal.NONE: "not_ready",
    Signal.UNKNOWN: "unknown",
    Signal.CONTRADICTED: "contradicted",
}
_CARD_SIGNS = {"ready": "ready", "not_ready": "not_ready"}
_REHEARSAL_SIGNS = {"passed": "ready", "failed": "not_ready", "absent": "not_ready"}


def known_version(record: StationRecord, of: ListOf) -> Cell:
    """Write the software version."""
    return of.writer.known(record.software)


def cards_cell(record: StationRecord, of: ListOf) -> Cell:
    """Draw the state of the staff cards."""
    return _word("cards", record.cards, _CARD_SIGNS, of.writer)


def rehearsal_cell(record: StationRecord, of: ListOf) -> Cell:
    """Draw the result of the last rehearsal."""
    return _word("rehearsal", record.rehearsal, _REHEARSAL_SIGNS, of.writer)


def wait_cell(record: StationRecord, of: ListOf) -> Cell:
    """Write the mean wait in minutes."""
    if record.wait_mean_min is None:
        return of.writer.unknown()
    if record.wait_mean_min == inf:
        return Cell(of.writer.say("queues.without_end"))
    shown = number(rounded(record.wait_mean_min), of.writer.language)
    return Cell(shown, number=round(record.wait_mean_min, 3))


def wait_over_cell(record: StationRecord, of: ListOf) -> Cell:
    """Write the share of voters that waits too long."""
    if record.wait_over_share is None:
        return of.writer.unknown()
    text = percent(record.wait_over_share, of.writer.language, decimals=1)
    return Cell(text, number=round(record.wait_over_share, 6))


def _word(field: str, value: str, signs: dict[str, str], writer: Writer) -> Cell:
    if value not in signs:
        return writer.sign("unknown", words=writer.say("console.unknown"))
    return writer.sign(signs[value], words=writer.say(f"workbook.choice.{field}.{value}"))


def signal_cell(signal: SignalRecord | None, as_of: date, writer: Writer) -> Cell:
    """Draw a signal with the age of its test; nothing listed is nothing said."""
    if signal is None:
        return Cell(writer.say("lists.signal.absent"), soft=True)
    words = writer.say(f"lists.choice.signal.{signal.signal}")
    return writer.sign(
        SIGNAL_SIGNS[Signal(signal.signal)], words=words, note=test_age(signal, as_of, writer)
    )


def test_age(signal: SignalRecord, as_of: date, writer: Writer) -> str:
    """Say how old the test of a signal was on the assessment's day."""
    if signal.tested_date is None:
        return writer.say("lists.signal.untested")
    return writer.say("lists.signal.age", days=max(0, (as_of - signal.tested_date).days))
