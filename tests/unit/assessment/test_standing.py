"""Which claims count: those recorded by the day, and not from before a station moved."""

from datetime import UTC, date, datetime

import pytest

from pollready.assessment import assess
from pollready.assessment.reading import read_register
from pollready.assessment.standing import standing
from pollready.models import Claim, ElectionRound, Listing, ServicePoint, Source

pytestmark = pytest.mark.django_db

ELECTION = date(2028, 6, 16)
MAY, JUNE = datetime(2028, 5, 1, 9, tzinfo=UTC), datetime(2028, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def listing():
    election_round = ElectionRound.objects.create(code="r", name="r", election_date=ELECTION)
    point = ServicePoint.objects.create(name="a", key="a")
    Source.objects.create(round=election_round, name="f", lineage="f", received_at=MAY)
    return Listing.objects.create(round=election_round, point=point, code="1", expected_voters=300)


def claim(listing, field, value, recorded_at=MAY, as_of=None, superseded_at=None):
    Claim.objects.create(
        listing=listing,
        field=field,
        value=value,
        source=listing.round.sources.get(),
        as_of_date=as_of,
        recorded_at=recorded_at,
        superseded_at=superseded_at,
    )


def known(listing, field, as_of=ELECTION):
    facts = assess(listing.round_id, as_of=as_of).facts
    return facts.stations[0].claim(field)


def test_a_day_is_told_by_what_was_recorded_by_then(listing):
    claim(listing, "rehearsal", "failed", MAY, superseded_at=JUNE)
    claim(listing, "rehearsal", "passed", JUNE)
    days = (date(2028, 4, 30), date(2028, 5, 1), date(2028, 5, 31), date(2028, 6, 1))
    values = [known(listing, "rehearsal", day).value for day in days]
    assert values == [None, "failed", "failed", "passed"]


def test_what_is_read_only_now_may_speak_for_an_earlier_day(listing):
    claim(listing, "rehearsal", "passed", JUNE)
    early = assess(listing.round_id, as_of=date(2028, 5, 1), recorded_by=JUNE)
    assert early.facts.stations[0].claim("rehearsal").value == "passed"


def test_relocating_a_station_expires_what_was_found_at_the_old_place(listing):
    for field, value in (
        ("signal_1", "good"), ("test_date", "2028-05-10"), ("battery_h", "6"), ("mains", "yes"),
        ("rehearsal", "passed"),
    ):  # fmt: skip
        claim(listing, field, value, as_of=date(2028, 5, 10))
    claim(listing, "id_devices", "2", as_of=date(2028, 5, 10))
    claim(listing, "relocated_on", "2028-05-20")
    expired = ("signal_1", "test_date", "battery_h", "mains", "rehearsal")
    assert [known(listing, field).known for field in expired] == [False] * 5
    assert known(listing, "id_devices").value == 2
    claim(listing, "battery_h", "4", as_of=date(2028, 5, 20))  # found at the new place
    assert known(listing, "battery_h").value == 4.0


def test_a_test_is_as_old_as_its_own_date(listing):
    claim(listing, "relocated_on", "2028-05-20")
    claim(listing, "test_date", "2028-05-10", as_of=date(2028, 6, 1))
    assert not known(listing, "test_date").known


def test_a_station_relocated_nobody_says_when_has_no_evidence_of_its_new_place(listing):
    listing.status = "relocated"
    listing.save()
    claim(listing, "battery_h", "6", as_of=date(2028, 6, 1))
    assessment = assess(listing.round_id, as_of=ELECTION)
    assert not assessment.facts.stations[0].claim("battery_h").known
    things = {f.fields["thing"] for f in assessment.findings if f.rule == "no_evidence"}
    assert {"relocation", "power", "radio", "rehearsal"} <= things


@pytest.mark.parametrize(
    ("words", "value"), [("in repair", None), ("no fuel", "no fuel"), ("yes", True), ("3", 3.0)]
)
def test_words_about_a_generator_are_no_generator(listing, words, value):
    claim(listing, "generator", words)
    register = standing(read_register(listing.round_id))
    assert register.claims[listing.pk]["generator"].value == value
