"""Deadlines: how offices write them, and when they have passed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pollready.duties.deadlines import Deadline, read_deadline
from pollready.obstacles.due import GATES, gate_days
from pollready.obstacles.thresholds import Thresholds

ELECTION = date(2028, 6, 30)
TEHRAN = ZoneInfo("Asia/Tehran")
DAYS = gate_days(Thresholds())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("T-30", "T-30"), ("t-30", "T-30"), ("ت-۳۰", "T-30"), ("T −2", "T-2"), ("T+1", "T+1"),
        ("T", "T"), ("T-0", "T"), ("T-1 18:00", "T-1 18:00"), ("ت-۱ ۱۸:۰۰", "T-1 18:00"),
        ("Delivery", "delivery"),
    ],
)  # fmt: skip
def test_a_deadline_is_kept_in_one_way_of_writing(said, kept):
    assert str(read_deadline(said)) == kept
    assert read_deadline(kept) == read_deadline(said)


@pytest.mark.parametrize("said", ["", "soon", "T-1 25:00", "T-1 18", "30", "T--2", "T-12345"])
def test_what_is_no_deadline_is_not_guessed(said):
    assert read_deadline(said) is None


@pytest.mark.parametrize("gate", GATES)
def test_every_gate_can_be_a_deadline(gate):
    assert read_deadline(gate) == Deadline(gate=gate)


def test_a_whole_day_is_overdue_once_it_has_ended_where_the_office_is():
    due = read_deadline("T-2").moment(ELECTION, DAYS, TEHRAN)
    assert due == datetime(2028, 6, 28, 20, 30, tzinfo=UTC)


def test_a_time_of_day_is_that_of_the_office():
    due = read_deadline("T-1 18:00").moment(ELECTION, DAYS, TEHRAN)
    assert due == datetime(2028, 6, 29, 14, 30, tzinfo=UTC)


def test_a_gate_falls_on_the_day_that_the_office_sets():
    assert read_deadline("rehearsal").day(ELECTION, DAYS) == date(2028, 6, 16)
    later = gate_days(Thresholds(rehearsal_gate_days=3))
    assert read_deadline("rehearsal").day(ELECTION, later) == date(2028, 6, 27)
