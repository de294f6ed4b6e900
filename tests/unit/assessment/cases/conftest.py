"""The small register of the browser tests, assessed, and people of several scopes."""

from datetime import UTC, datetime

import pytest

from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place, PlaceLevel

NOW = datetime(2028, 6, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def head(db) -> User:
    return User.objects.create(username="head", role=Role.COMMITTEE_HEAD)


@pytest.fixture
def secretary(db) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY)


@pytest.fixture
def governor(assessed) -> User:
    """Somebody who serves the county of one station in four."""
    user = User.objects.create(username="governor", role=Role.GOVERNOR)
    user.places.add(Place.objects.get(level=PlaceLevel.COUNTY, code="02"))
    return user


@pytest.fixture
def operator(assessed) -> User:
    """The representative of an agency that owns obstacles."""
    agency = Agency.objects.get(code="PWR")
    return User.objects.create(username="power", role=Role.AGENCY_REPRESENTATIVE, agency=agency)


def case_of(rule: str, **which) -> ObstacleCase:
    return ObstacleCase.objects.filter(rule=rule, **which).order_by("pk").first()


@pytest.fixture
def cards(assessed) -> ObstacleCase:
    """Cards that are not ready at one station, in the county of the governor."""
    return case_of("cards_not_ready")


@pytest.fixture
def generators(assessed) -> ObstacleCase:
    """Backup power too short at one station: the power company's."""
    return case_of("backup_power_short")
