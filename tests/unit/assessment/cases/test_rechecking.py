"""A claimed fix: the rule itself is run again and says whether it is one."""

from datetime import timedelta

import pytest

from pollready.assessment.cases.commands import claim_fixed
from pollready.assessment.cases.rechecking import recheck
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.register.models import Claim, Component, Requirement

pytestmark = pytest.mark.django_db


def claim(case, assessed, by, now, *, value: str):
    """Record a new claim on the cards of the case's station, and claim the fix."""
    station = assessed.listings[8]
    Claim.objects.filter(listing=station, field="cards").update(superseded_at=now)
    Claim.objects.create(
        listing=station, field="cards", value=value, source=assessed.source, recorded_at=now
    )
    claim_fixed(case_id=case.pk, done="آماده شد", evidence="", version=1, by=by, now=now)


def test_a_fix_that_the_rule_no_longer_finds_is_verified(assessed, cards, secretary, now):
    claim(cards, assessed, secretary, now, value="ready")
    checked = recheck(cards.pk, now=now + timedelta(minutes=1))
    assert (checked.state, checked.stations) == ("verified", None)
    cards.refresh_from_db()
    assert (cards.state, cards.settled_date) == ("verified", assessed.saved.as_of_date)


def test_a_fix_that_the_rule_still_finds_goes_back_to_work_with_stations_and_reasons(
    assessed, cards, secretary, now
):
    claim(cards, assessed, secretary, now, value="not_ready")
    checked = recheck(cards.pk, now=now + timedelta(minutes=1))
    assert (checked.state, checked.stations) == ("in_work", 1)
    event = CaseEvent.objects.get(kind="checked")
    assert event.detail["listings"] == [assessed.listings[8].pk]
    assert event.detail["still"][0]["fields"]["county"]
    assert (event.before, event.after, event.by) == ("claimed_fixed", "in_work", None)


def test_a_fix_that_only_contradicts_what_was_known_is_not_verified(
    assessed, cards, secretary, now
):
    station = assessed.listings[8]
    Claim.objects.create(
        listing=station, field="cards", value="ready", source=assessed.source, recorded_at=now
    )
    claim_fixed(case_id=cards.pk, done="آماده شد", evidence="", version=1, by=secretary, now=now)
    checked = recheck(cards.pk, now=now + timedelta(minutes=1))
    assert (checked.state, checked.stations) == ("in_work", None)
    event = CaseEvent.objects.get(kind="checked")
    assert event.detail["disputed"] == [{"listing": station.pk, "fields": ["cards"]}]
    Claim.objects.filter(listing=station, field="cards", value="not_ready").update(
        superseded_at=now
    )
    ObstacleCase.objects.filter(pk=cards.pk).update(state="claimed_fixed")
    assert recheck(cards.pk, now=now + timedelta(minutes=2)).state == "verified"


def test_a_case_that_waits_for_no_check_is_left_alone(assessed, cards, now):
    assert recheck(cards.pk, now=now) is None
    assert ObstacleCase.objects.get(pk=cards.pk).state == "found"


def test_a_check_writes_no_assessment_and_touches_no_other_case(assessed, cards, secretary, now):
    claim(cards, assessed, secretary, now, value="ready")
    others = ObstacleCase.objects.exclude(pk=cards.pk).order_by("pk").values_list()
    before = list(others)
    recheck(cards.pk, now=now + timedelta(minutes=1))
    assert list(others) == before
    assert assessed.round.assessments.count() == 1


def test_a_register_that_cannot_be_assessed_is_told_and_the_claim_stands(
    assessed, cards, secretary, now
):
    claim(cards, assessed, secretary, now, value="ready")
    core = Component.objects.get(code="CORE-1")
    Requirement.objects.create(
        component=core, role="depends_on", expression="EX-04", source=assessed.source
    )
    assert recheck(cards.pk, now=now + timedelta(minutes=1)) is None
    assert ObstacleCase.objects.get(pk=cards.pk).state == "claimed_fixed"
    assert CaseEvent.objects.get(kind="checked").detail == {"error": "network"}
