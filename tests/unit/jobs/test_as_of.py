"""The date for which an assessment speaks, where none is given."""

from datetime import UTC, date, datetime

import pytest

from pollready.jobs.assess_file import default_as_of
from pollready.models import Claim, ElectionRound, Listing, ServicePoint, Source

pytestmark = pytest.mark.django_db

ELECTION = date(2028, 6, 16)


def register(*evidence_dates: date, election_date: date | None = ELECTION) -> int:
    election_round = ElectionRound.objects.create(code="r", name="r", election_date=election_date)
    point = ServicePoint.objects.create(name="a", key="a")
    listing = Listing.objects.create(round=election_round, point=point, code="1")
    now = datetime(2028, 6, 1, tzinfo=UTC)
    source = Source.objects.create(round=election_round, name="f", lineage="f", received_at=now)
    for day in evidence_dates:
        Claim.objects.create(
            listing=listing,
            field="signal_1",
            value="good",
            source=source,
            as_of_date=day,
            recorded_at=now,
        )
    return election_round.pk


def test_it_is_today_before_election_day():
    assert default_as_of(register(date(2028, 5, 1)), today=date(2028, 6, 1)) == date(2028, 6, 1)


def test_it_is_not_after_election_day():
    assert default_as_of(register(), today=date(2029, 1, 1)) == ELECTION


def test_a_file_prepared_ahead_is_read_as_of_its_newest_evidence():
    round_id = register(date(2028, 6, 1), date(2028, 6, 14))
    assert default_as_of(round_id, today=date(2026, 11, 23)) == date(2028, 6, 14)


def test_evidence_dated_after_election_day_is_a_slip_and_moves_nothing():
    round_id = register(date(2082, 6, 1))
    assert default_as_of(round_id, today=date(2028, 6, 10)) == date(2028, 6, 10)


def test_without_an_election_day_it_is_today():
    round_id = register(date(2028, 6, 1), election_date=None)
    assert default_as_of(round_id, today=date(2028, 6, 10)) == date(2028, 6, 10)
