"""The API asked with every role's token: what its reader may not see stands in no answer."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from pollready.audit.models import AuditBatch
from pollready.console.access_table import routes
from pollready.people.models import Role
from pollready.people.tokens import make_api_token
from tests.unit.console.access_world import (
    EVERYONE,
    addresses,
    not_for,
    objects,
    signed_in,
    world_of,
)

pytestmark = pytest.mark.django_db
# What narrows a list must not widen a scope.
ASKED = ("", "?limit=500", "?limit=500&county=02", "?limit=500&q=above-the-class")


@pytest.fixture(scope="module")
def world(rows, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), world_of(rows) as world:
        yield world


def of_the_api():
    return [route for route in routes() if route.name.startswith("api:")]


def with_token(user) -> Client:
    token = make_api_token(by=user, name="a program", now=datetime.now(UTC))
    return Client(headers={"authorization": f"Bearer {token}", "accept-language": user.language})


@pytest.mark.parametrize(
    ("turn", "role", "sees_names"), [(turn, *who) for turn, who in enumerate(EVERYONE)]
)
def test_no_answer_tells_what_its_reader_may_not_see(world, turn, role, sees_names):
    user = world.user(role, sees_names=sees_names)
    program, browser = with_token(user), signed_in(user)
    forbidden = re.compile("|".join(map(re.escape, not_for(user))))
    known, answered = objects(world), 0
    for route in of_the_api():
        for address in addresses(route, known, turn):
            for asked in ASKED if "code" in route.takes else ("",):
                answer = program.get(address + asked)
                found = forbidden.search(answer.content.decode())
                assert found is None, f"{role} reads {found} at {address}{asked}"
                assert answer.status_code in (200, 403, 404), address
                if not route.lets_in(role):
                    assert answer.status_code == 403, address
                answered += answer.status_code == 200
            if "code" in route.takes:
                assert browser.get(address + asked).json() == answer.json(), address
    assert answered > 5


@pytest.mark.parametrize("role", list(Role))
def test_the_api_takes_nothing_from_anybody(world, role):
    program = with_token(world.user(role, sees_names=True))
    known, before = objects(world), AuditBatch.objects.count()
    for route in of_the_api():
        if route.permission == "public":  # its description is the same text for every method
            continue
        for address in addresses(route, known)[:2]:
            for method in (program.post, program.put, program.patch, program.delete):
                assert method(address).status_code in (404, 405), address
    assert AuditBatch.objects.count() == before
