"""From a follow-up to its decision and obstacles, and back, within each reader's scope."""

import pytest

from pollready.committee.follow_up_links import (
    decisions_behind,
    follow_ups_about,
    obstacles_behind,
)
from pollready.duties.follow_ups.models import FollowUp
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.places.models import Agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(committee):
    """A decision on a severe obstacle, which became a follow-up."""
    committee.open()
    (item,) = committee.take_agenda(1)
    decision = committee.decide(item)
    case = ObstacleCase.objects.get(pk=int(item.about.removeprefix("case-")))
    return committee, decision, FollowUp.objects.get(), case


def test_a_follow_up_leads_to_its_decision_and_obstacle_and_back(decided):
    committee, decision, follow_up, case = decided
    reader = committee.secretary
    assert list(decisions_behind(reader, follow_up)) == [decision]
    assert case in obstacles_behind(reader, follow_up)
    assert {each.rule for each in obstacles_behind(reader, follow_up)} == {case.rule}
    assert list(follow_ups_about(reader, case)) == [follow_up]


def test_an_agency_is_led_to_no_obstacle_of_others(decided):
    committee, decision, follow_up, case = decided
    assert case.owner != "MCI"
    assert list(obstacles_behind(committee.mobile, follow_up)) == []
    assert list(decisions_behind(committee.mobile, follow_up)) == [decision]  # he is invited


def test_who_is_not_invited_is_led_to_no_decision(decided):
    _, _, follow_up, _ = decided
    stranger = User.objects.create(
        username="stranger", role=Role.AGENCY_REPRESENTATIVE, agency=Agency.objects.get(code="PWR")
    )
    assert list(decisions_behind(stranger, follow_up)) == []


def test_a_follow_up_of_another_rule_is_about_no_other_obstacle(decided):
    committee, _, _, case = decided
    for other in ObstacleCase.objects.exclude(rule=case.rule):
        assert list(follow_ups_about(committee.secretary, other)) == []
