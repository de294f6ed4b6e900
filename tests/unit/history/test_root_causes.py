"""An incident counts once, and one without an end never lasted no time."""

from datetime import UTC, datetime, timedelta

import pytest

from pollready.history.queries import IncidentRow
from pollready.history.root_causes import counted, lasted_h

START = datetime(2021, 6, 18, 9, 15, tzinfo=UTC)
NIGHT = datetime(2021, 6, 19, 2, 0, tzinfo=UTC)


def incident(**changes):
    row = {
        "election": "1400", "kind": "power outage", "cause": "storm", "agency": "POWER",
        "listing_id": 1, "county": "Ahar", "started_at": START,
        "ended_at": START + timedelta(hours=1), "stop_min": None, "confirmed": True,
    }  # fmt: skip
    return IncidentRow(**row | changes)


def test_what_several_stations_felt_of_one_cause_is_one_incident():
    felt = [incident(listing_id=n) for n in range(2000)]
    assert len(counted(felt)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"election": "1403"}, {"kind": "link outage"}, {"cause": "fire"}, {"agency": "TELECOM"},
        {"county": "Tabriz"}, {"started_at": START + timedelta(minutes=1)},
    ],
)  # fmt: skip
def test_another_round_kind_cause_agency_county_or_start_is_another_incident(other):
    assert len(counted([incident(), incident(**other)])) == 2


@pytest.mark.parametrize("missing", [{"cause": ""}, {"started_at": None, "ended_at": None}])
def test_without_cause_or_start_nobody_can_tell_that_two_are_one(missing):
    assert len(counted([incident(**missing), incident(**missing)])) == 2


def test_one_spelling_of_a_kind_is_as_good_as_another():
    assert len(counted([incident(kind="قطع برق"), incident(kind="قطع  برق ")])) == 1


def test_a_denied_incident_does_not_count_and_one_of_which_nobody_says_does():
    assert counted([incident(confirmed=False)]) == ()
    assert len(counted([incident(confirmed=None)])) == 1


def test_an_incident_is_over_when_the_last_station_is_and_open_while_one_is():
    later = START + timedelta(hours=3)
    (closed,) = counted([incident(), incident(ended_at=later)])
    assert closed.ended_at == later
    (still_open,) = counted([incident(), incident(ended_at=None)])
    assert still_open.ended_at is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (1.0, True)),
        ({"ended_at": None, "stop_min": 90}, (1.5, False)),
        ({"ended_at": None}, (16.75, False)),  # until the end of its day's service
        ({"ended_at": None, "stop_min": 0}, (16.75, False)),
        ({"started_at": None, "ended_at": None}, None),
        ({"started_at": NIGHT, "ended_at": None}, None),
        ({"ended_at": START}, None),  # a start written twice is no repair in no time
    ],
)
def test_without_an_end_a_duration_is_a_bound_and_never_nought(changes, expected):
    assert lasted_h(incident(**changes), NIGHT) == expected
