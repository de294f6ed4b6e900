"""The small register of the browser tests, assessed, with the scenarios that ship."""

import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.planning.commands import take_in_catalogue

ROWS = Path(__file__).resolve().parents[2] / "browser" / "register_rows.py"
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def rows():
    """Load the module that fills the register; it stands in no package."""
    spec = importlib.util.spec_from_file_location("planning_register_rows", ROWS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def assessed(db, rows):
    found = rows.assess_register(rows.fill_register())
    take_in_catalogue(now=NOW)
    return found


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
