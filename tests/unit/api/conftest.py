"""The small register of the console's tests, asked by programs."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from pollready.people.models import Role, User
from pollready.people.tokens import make_api_token

NOW = datetime.now(UTC)


@pytest.fixture
def secretary(db) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY, language="en")


@pytest.fixture
def token(secretary) -> str:
    return make_api_token(by=secretary, name="a program", now=NOW)


@pytest.fixture
def program(token) -> Client:
    """A program that asks with a token, in English."""
    return Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})
