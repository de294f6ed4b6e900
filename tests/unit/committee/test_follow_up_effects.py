"""What came of a follow-up: closed only by what the register then says, told in scope."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pollready.assessment.models import FindingRecord, StationRecord
from pollready.committee.follow_up_effects import (
    Verdict,
    check_effect,
    effect_of,
    start_measured,
    state_at,
    verdict_of,
)
from pollready.duties.follow_ups.commands import (
    FollowUpDone,
    FollowUpDraft,
    accept_follow_up,
    hand_back_follow_up,
    report_follow_up_done,
)
from pollready.duties.follow_ups.models import FollowUp, FollowUpObject
from pollready.duties.follow_ups.queries import stations_of
from pollready.duties.follow_ups.rules import FollowUpRefused
from pollready.obstacles.finding import Severity
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.register.models import Claim, Component, Source

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
RULE = "cards_not_ready"
DONE = FollowUpDone(date(2028, 6, 19), "The cards were put in", letter_no="77")


@pytest.fixture
def secretary(assessed) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY, clearance=1)


@pytest.fixture
def start(assessed, secretary):
    def started(**said) -> FollowUp:
        said = {
            "text": "Put the cards in", "agency_id": Agency.objects.get(code="TCI").pk,
            "deadline": "T-2", "covers": "stations", "query": "cards=not_ready",
            "figure": "rule", "figure_of": RULE,
        } | said  # fmt: skip
        return start_measured(
            FollowUpDraft(**said), round_id=assessed.round.pk, by=secretary, now=NOW
        )

    return started


def wanting(assessed) -> set[int]:
    findings = FindingRecord.objects.filter(cause__assessment=assessed.saved, cause__rule=RULE)
    found = findings.exclude(cause__severity=Severity.UNKNOWN)
    return {pk for pk in found.values_list("listing", flat=True) if pk}


def mend(listing: int) -> None:
    """Let the register say that the cards are ready there."""
    old = Claim.objects.get(listing=listing, field="cards", superseded_at=None)
    Claim.objects.filter(pk=old.pk).update(superseded_at=NOW)
    old.pk, old.value, old.recorded_at, old.superseded_at = None, "ready", NOW, None
    old.save()


def report(follow_up, by):
    return report_follow_up_done(follow_up.pk, DONE, round_id=follow_up.round_id, by=by, now=NOW)


def test_its_stations_and_what_is_found_there_are_kept_from_the_start(assessed, start):
    made = start()
    rows = list(made.objects_of.all())
    assert {row.listing_id for row in rows} == wanting(assessed)
    records = {each.listing_id: each for each in StationRecord.objects.all()}
    for row in rows:
        assert row.before["criteria"] == records[row.listing_id].criteria
        assert RULE in row.before["rules"]
    assert made.before["open"] == made.before["stations"] == len(rows)
    assert made.before["obstacles"] == len(rows)


def test_a_filter_that_finds_nothing_starts_nothing(start):
    with pytest.raises(FollowUpRefused, match="matches-nothing"):
        start(query="q=nowhere")
    assert not FollowUp.objects.exists()


def test_done_is_verified_where_the_register_says_so(assessed, start, secretary):
    made = start()
    for listing in wanting(assessed):
        mend(listing)
    report(made, secretary)
    assert check_effect(made.pk, now=LATER) == Verdict.REACHED
    made.refresh_from_db()
    assert (made.state, made.settled_at) == ("verified", LATER)
    assert (made.after["closed"], made.after["closed_at"]) == (len(wanting(assessed)),) * 2
    event = made.events.last()
    assert (event.kind, event.by, event.detail["verdict"]) == ("checked", None, "reached")


def test_an_obstacle_is_not_told_as_gone_while_sources_differ(assessed, start, secretary):
    made = start()
    for listing in wanting(assessed):
        other = Claim.objects.get(listing=listing, field="cards", superseded_at=None)
        other.source = Source.objects.exclude(pk=other.source_id).first()
        other.pk, other.value, other.recorded_at = None, "ready", NOW
        other.save()
    report(made, secretary)
    assert check_effect(made.pk, now=LATER) == Verdict.UNKNOWN
    made.refresh_from_db()
    assert (made.after["closed"], made.after["closed_at"]) == (0, 0)
    assert made.after["contradicted"] == len(wanting(assessed))


def test_the_word_alone_changes_no_figure(start, secretary):
    made = start()
    report(made, secretary)
    assert check_effect(made.pk, now=LATER) == Verdict.UNMOVED
    made.refresh_from_db()
    assert made.state == "reported"
    with pytest.raises(FollowUpRefused, match="unmoved"):
        accept_follow_up(
            made.pk, round_id=made.round_id, reason="we trust them", version=made.version,
            by=secretary, now=LATER,
        )  # fmt: skip


def test_what_moved_in_part_is_told_and_the_office_decides(assessed, start, secretary):
    made = start(query="kind=fixed", figure="criterion", figure_of="configuration")
    first = sorted(wanting(assessed))[0]
    mend(first)
    report(made, secretary)
    assert check_effect(made.pk, now=LATER) == Verdict.PARTLY
    made.refresh_from_db()
    effect = effect_of(made, stations_of(secretary, made))
    assert (effect.closed, effect.closed_at) == (1, 1)
    assert effect.wanting_after == effect.wanting_before - 1
    accepted = accept_follow_up(
        made.pk, round_id=made.round_id, reason="the rest is another matter",
        version=made.version, by=secretary, now=LATER,
    )  # fmt: skip
    assert accepted.state == "verified"


def test_what_is_not_known_is_never_done(assessed, start, secretary):
    made = start()
    for listing in wanting(assessed):
        Claim.objects.filter(listing=listing, field="cards").delete()
    report(made, secretary)
    assert check_effect(made.pk, now=LATER) == Verdict.UNKNOWN
    made.refresh_from_db()
    assert made.state == "reported"


def test_who_serves_a_place_is_told_of_his_own_stations(assessed, start, secretary):
    made = start(query="", objects=[each.pk for each in assessed.listings], figure="ready",
                 figure_of="")  # fmt: skip
    governor = User.objects.create(username="governor", role=Role.GOVERNOR)
    governor.places.add(Place.objects.get(code="01"))
    own = [each for each in assessed.listings if each.point.place.parent.code == "01"]
    assert effect_of(made, stations_of(governor, made)).stations == len(own)
    assert effect_of(made, stations_of(secretary, made)).stations == len(assessed.listings)


def test_of_components_it_is_measured_where_stations_rest_on_them(assessed, start):
    made = start(
        covers="components", query="kind=exchange", figure="ready", figure_of="",
        text="Test the batteries",
    )  # fmt: skip
    exchange = Component.objects.get(code="EX-04")
    assert [row.component for row in made.objects_of.exclude(component=None)] == [exchange]
    behind = exchange.records.get(assessment=assessed.saved).stations_behind
    assert made.before["stations"] == behind > 0


def test_a_report_taken_back_is_not_checked(start, secretary):
    made = report(start(), secretary)
    hand_back_follow_up(
        made.pk, round_id=made.round_id, reason="too soon", version=made.version, by=secretary,
        now=NOW,
    )  # fmt: skip
    assert check_effect(made.pk, now=LATER) is None


READY = {"readiness": "ready", "criteria": "m" * 10, "rules": [], "asks": []}
SHORT = {"readiness": "not_ready", "criteria": "mumm?mmmmc", "rules": [RULE], "asks": []}


@pytest.mark.parametrize(
    ("figure", "of", "kept", "state"),
    [
        ("ready", "", READY, "done"),
        ("ready", "", SHORT, "open"),
        ("ready", "", None, "unknown"),
        ("criterion", "second_path", SHORT, "open"),
        ("criterion", "configuration", SHORT, "unknown"),
        ("criterion", "no_severe_obstacle", SHORT, "contradicted"),
        ("rule", RULE, SHORT, "open"),
        ("rule", RULE, READY, "done"),
        ("rule", RULE, READY | {"asks": [RULE]}, "unknown"),
        ("rule", RULE, READY | {"asks": ["no_evidence:cards"]}, "unknown"),
        ("rule", RULE, READY | {"asks": ["claim_contradicted:cards"]}, "contradicted"),
        ("rule", RULE, READY | {"asks": ["no_evidence:forms"]}, "done"),
        ("rule", RULE, READY | {"criteria": "mmmm?mmmmm"}, "unknown"),
    ],
)
def test_how_a_figure_stands_at_a_station(figure, of, kept, state):
    assert state_at(figure, of, kept) == state


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ([SHORT, SHORT], [READY, READY], "reached"),
        ([READY], [READY], "reached"),
        ([SHORT, SHORT], [READY, SHORT], "partly"),
        ([SHORT], [SHORT], "unmoved"),
        ([SHORT], [None], "unknown"),
        ([SHORT, SHORT], [None, SHORT], "unmoved"),
        ([None], [READY], "reached"),
        ([], [], "unknown"),
    ],
)
def test_what_the_register_says_of_it(before, after, verdict):
    made = FollowUp(figure="ready")
    rows = [FollowUpObject(before=b, after=a) for b, a in zip(before, after, strict=True)]
    assert verdict_of(made, rows) == verdict


def test_what_the_register_knows_nothing_of_is_left_to_the_office():
    assert verdict_of(FollowUp(figure="free", figure_of="keys"), []) == Verdict.UNMEASURED
