"""The database itself refuses what the register must never hold."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from pollready.models import (
    Claim,
    Component,
    ComponentGroup,
    ElectionRound,
    GroupMember,
    Incident,
    Listing,
    Person,
    Place,
    Requirement,
    ServicePoint,
    Source,
    Stop,
    User,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 6, 14, tzinfo=UTC)


@pytest.fixture
def election_round() -> ElectionRound:
    return ElectionRound.objects.create(code="r", name="r")


@pytest.fixture
def source(election_round) -> Source:
    return Source.objects.create(round=election_round, name="f", lineage="f", received_at=NOW)


@pytest.fixture
def listing(election_round) -> Listing:
    point = ServicePoint.objects.create(name="a", key="a")
    return Listing.objects.create(round=election_round, point=point, code="1")


@pytest.fixture
def component(election_round) -> Component:
    return Component.objects.create(round=election_round, code="c", kind="feeder", tier=1)


def test_a_place_stands_once_below_its_parent_even_at_the_top():
    Place.objects.create(level=1, name="الف", key="a")
    with pytest.raises(IntegrityError):
        Place.objects.create(level=1, name="الف", key="a")


def test_a_code_stands_once_in_a_round(election_round, listing):
    point = ServicePoint.objects.create(name="b", key="b")
    with pytest.raises(IntegrityError):
        Listing.objects.create(round=election_round, point=point, code="1")


def test_a_station_is_listed_once_in_a_round(election_round, listing):
    with pytest.raises(IntegrityError):
        Listing.objects.create(round=election_round, point=listing.point, code="2")


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 0), (-91, 0), (0, 180.5), (0, -181)])
def test_coordinates_are_on_earth(lat, lon):
    with pytest.raises(IntegrityError):
        ServicePoint.objects.create(name="a", key="a", lat=lat, lon=lon)


@pytest.mark.parametrize("value", [-0.01, 1.01])
def test_an_unavailability_is_a_probability(election_round, value):
    with pytest.raises(IntegrityError):
        Component.objects.create(
            round=election_round, code="x", kind="feeder", tier=1, unavailability=value
        )


@pytest.mark.parametrize("times", [{"mtbf_h": 0}, {"mttr_h": -1}])
def test_times_between_and_to_repair_are_positive(election_round, times):
    with pytest.raises(IntegrityError):
        Component.objects.create(round=election_round, code="x", kind="feeder", tier=1, **times)


def test_a_reach_is_a_probability(election_round):
    with pytest.raises(IntegrityError):
        ComponentGroup.objects.create(
            round=election_round, code="g", kind="batch", tier=1, reach=1.5
        )


def test_a_member_stands_once_in_a_group(election_round, component):
    group = ComponentGroup.objects.create(round=election_round, code="g", kind="batch", tier=1)
    GroupMember.objects.create(group=group, component=component)
    with pytest.raises(IntegrityError):
        GroupMember.objects.create(group=group, component=component)


def test_a_member_is_one_thing(election_round, component, listing):
    group = ComponentGroup.objects.create(round=election_round, code="g", kind="batch", tier=1)
    with pytest.raises(IntegrityError):
        GroupMember.objects.create(group=group, component=component, listing=listing)


def test_a_requirement_stands_once(component, source):
    needs = {"component": component, "role": "depends_on", "expression": "a", "source": source}
    Requirement.objects.create(**needs)
    with pytest.raises(IntegrityError):
        Requirement.objects.create(**needs)


def test_a_claim_is_about_one_thing(listing, component, source):
    with pytest.raises(IntegrityError):
        Claim.objects.create(
            listing=listing,
            component=component,
            field="mains",
            value="yes",
            source=source,
            recorded_at=NOW,
        )


def test_a_claim_is_superseded_after_it_was_recorded(listing, source):
    with pytest.raises(IntegrityError):
        Claim.objects.create(
            listing=listing,
            field="mains",
            value="yes",
            source=source,
            recorded_at=NOW,
            superseded_at=NOW - timedelta(days=1),
        )


def test_a_stop_stands_once_in_its_route(listing):
    Stop.objects.create(listing=listing, ordinal=1)
    with pytest.raises(IntegrityError):
        Stop.objects.create(listing=listing, ordinal=1)


def test_an_incident_ends_after_it_starts(election_round, source):
    with pytest.raises(IntegrityError):
        Incident.objects.create(
            round=election_round,
            election="1400",
            kind="outage",
            source=source,
            started_at=NOW,
            ended_at=NOW - timedelta(hours=1),
        )


def test_an_incident_without_a_start_stands_once(election_round, source):
    row = {"round": election_round, "election": "1400", "kind": "outage", "source": source}
    Incident.objects.create(**row)
    with pytest.raises(IntegrityError):
        Incident.objects.create(**row)


@pytest.mark.parametrize(
    "values",
    [{"lat": 91, "lon": 0}, {"lat": 0, "lon": 181}, {"lat": 38}, {"lon": 46}, {"tier": 5},
     {"classification": 5}],
)  # fmt: skip
def test_a_component_lies_on_earth_in_a_tier_and_a_class(election_round, values):
    with pytest.raises(IntegrityError):
        Component.objects.create(
            **{"round": election_round, "code": "x", "kind": "feeder", "tier": 1} | values
        )


@pytest.mark.parametrize(
    "values", [{"unavailability": 1.5}, {"mttr_h": 0}, {"classification": 9}, {"tier": 9}]
)
def test_a_group_has_a_probability_a_time_a_class_and_a_tier(election_round, values):
    with pytest.raises(IntegrityError):
        ComponentGroup.objects.create(
            **{"round": election_round, "code": "x", "kind": "batch", "tier": 1} | values
        )


@pytest.mark.parametrize(
    "values",
    [{"lat": 38}, {"lon": 46}, {"classification": 5}, {"kind": "flying"}, {"point_type": "pub"}],
)
def test_a_point_has_a_whole_position_a_class_a_type_and_a_kind(values):
    with pytest.raises(IntegrityError):
        ServicePoint.objects.create(**{"name": "a", "key": "a"} | values)


def test_a_listing_has_a_known_status(election_round):
    point = ServicePoint.objects.create(name="b", key="b")
    with pytest.raises(IntegrityError):
        Listing.objects.create(round=election_round, point=point, code="2", status="lost")


def test_a_requirement_has_a_known_role(component, source):
    with pytest.raises(IntegrityError):
        Requirement.objects.create(component=component, role="x", expression="a", source=source)


def test_a_phone_is_not_kept_without_the_day_on_which_it_goes(election_round):
    Person.objects.create(round=election_round, name="a", role="r")
    with pytest.raises(IntegrityError):
        Person.objects.create(round=election_round, name="b", role="r", mobile="0914")


def test_nobody_is_cleared_above_the_highest_class():
    with pytest.raises(IntegrityError):
        User.objects.create(username="a", clearance=5)
