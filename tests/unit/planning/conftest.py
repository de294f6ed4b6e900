"""The small register of the browser tests, assessed, with the scenarios that ship."""

from datetime import UTC, datetime

import pytest

from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.planning.commands import take_in_catalogue
from tests.kept_rows import made_once

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def assessed(assessed):
    made_once("catalogue", lambda: take_in_catalogue(now=NOW))
    return assessed


@pytest.fixture
def secretary(db) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY)


@pytest.fixture
def power(assessed) -> User:
    """Who speaks for the power company."""
    agency = Agency.objects.get(code="PWR")
    agency.representative, agency.letter_no = "مریم نمونه", "1407/1"
    agency.save()
    return User.objects.create(
        username="power", role=Role.AGENCY_REPRESENTATIVE, agency=agency,
        first_name="مریم", last_name="نمونه",
    )  # fmt: skip


@pytest.fixture
def governor(assessed) -> User:
    user = User.objects.create(username="governor", role=Role.GOVERNOR)
    user.places.add(Place.objects.get(code="01"))
    return user
