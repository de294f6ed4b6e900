"""Who sees which case, how it is counted for him, and who can be named in it."""

import pytest

from pollready.assessment.cases.queries import (
    cases_for,
    count_in_scope,
    findings_of,
    is_mine,
    people_for,
)
from pollready.assessment.models import FindingRecord
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.people.scopes import listings_for
from pollready.places.models import Agency, Place

pytestmark = pytest.mark.django_db


def everybody(assessed) -> list[User]:
    """Make a user of every role, with a place where the role serves one."""
    county = Place.objects.get(code="02")
    users = []
    for role in Role:
        agency = Agency.objects.get(code="PWR") if "agency" in role else None
        user = User.objects.create(username=f"of-{role}", role=role, agency=agency)
        if role in ("governor", "district", "technician", "agency_deputy"):
            user.places.add(county)
        users.append(user)
    return users


def test_who_sees_everywhere_sees_all_cases(assessed, secretary):
    assert cases_for(secretary).count() == ObstacleCase.objects.count()


def test_a_governor_sees_cases_with_a_station_in_his_county_and_no_other(assessed, governor):
    seen = set(cases_for(governor).values_list("pk", flat=True))
    here = FindingRecord.objects.filter(listing__in=listings_for(governor))
    expected = ObstacleCase.objects.filter(record__in=here.values("cause"))
    assert seen == set(expected.values_list("pk", flat=True))
    assert 0 < len(seen) < ObstacleCase.objects.count()


def test_a_governor_without_a_place_sees_nothing(assessed):
    lost = User.objects.create(username="lost", role=Role.GOVERNOR)
    assert not cases_for(lost).exists()


def test_cases_are_counted_within_the_places_of_who_looks(assessed, governor):
    for case in count_in_scope(governor, cases_for(governor).select_related("record")):
        findings = findings_of(governor, case)
        listings = {finding.listing_id: finding.listing.expected_voters for finding in findings}
        assert case.stations == len(listings)
        known = [voters for voters in listings.values() if voters is not None]
        assert case.voters == (sum(known) if known else None)


def test_an_agency_sees_what_it_owns_or_is_given(assessed, operator, cards):
    owned = set(cases_for(operator).values_list("owner", flat=True))
    assert owned <= {"PWR", "power_distribution", "توزیع برق"}
    assert not cases_for(operator).filter(pk=cards.pk).exists()
    ObstacleCase.objects.filter(pk=cards.pk).update(assignee=operator)
    assert cases_for(operator).filter(pk=cards.pk).exists()


def test_people_who_can_be_named_are_just_those_who_see_the_case(assessed):
    users = everybody(assessed)
    for case in ObstacleCase.objects.select_related("assignee"):
        seeing = {user.pk for user in users if cases_for(user).filter(pk=case.pk).exists()}
        assert {user.pk for user in people_for(case)} == seeing, str(case)


def test_mine_is_what_is_given_to_me_or_is_my_offices_and_nobody_elses(
    assessed, governor, secretary
):
    mine = cases_for(governor).filter(is_mine(governor))
    owners = set(mine.values_list("owner", flat=True))
    assert owners <= {"governor", "county_lead"}
    case = mine.first()
    ObstacleCase.objects.filter(pk=case.pk).update(assignee=secretary)
    assert not mine.filter(pk=case.pk).exists()
    assert cases_for(secretary).filter(is_mine(secretary)).get() == case
