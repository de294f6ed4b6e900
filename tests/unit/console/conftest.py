"""The small register of the browser tests, for pages read without a browser."""

import importlib.util
import sys
from pathlib import Path

import pytest
from django.test import Client

from pollready.console.veil import forget_names
from pollready.people.models import Role, User

ROWS = Path(__file__).resolve().parents[2] / "browser" / "register_rows.py"


@pytest.fixture(scope="session")
def rows():
    """Load the module that fills the register; it stands in no package."""
    spec = importlib.util.spec_from_file_location("console_register_rows", ROWS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def fresh_veil():
    """Forget what another test's register had to hide."""
    forget_names()


@pytest.fixture
def register(db, rows):
    return rows.fill_register()


@pytest.fixture
def assessed(register, rows):
    return rows.assess_register(register)


@pytest.fixture
def secretary(db) -> User:
    """Someone who may not see names."""
    return User.objects.create(
        username="secretary", role=Role.SECRETARY, may_see_names=False, language="en"
    )


@pytest.fixture
def head(db) -> User:
    """Someone who may."""
    return User.objects.create(
        username="head", role=Role.COMMITTEE_HEAD, may_see_names=True, language="en"
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(secretary) -> Client:
    return signed_in(secretary)


@pytest.fixture
def head_client(head) -> Client:
    return signed_in(head)
