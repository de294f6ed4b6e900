"""The API keeps its word: whatever its description allows is asked, and each answer is as told."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis.specs.openapi.checks import ignored_auth

from pollready.api.urls import api
from pollready.register.models import Component

pytestmark = pytest.mark.django_db
EXAMPLES = 20


@pytest.fixture
def schema(assessed):
    """Read the description as a program does; the test's connection outlives each request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


def ask_everything(schema, headers, known) -> dict[str, set[int]]:
    """Ask each operation many things, of known objects and others; gives its statuses.

    Every answer must be as described.
    """
    statuses: dict[str, set[int]] = {}
    for operation in (result.ok() for result in schema.get_all_operations()):

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(case=operation.as_strategy(), of_known=booleans())
        def ask(case, of_known):
            if of_known:
                case.path_parameters.update({name: known[name] for name in case.path_parameters})
            response = case.call(headers=headers)
            # The token is ours in every request; without one, the second test asks.
            case.validate_response(response, excluded_checks=[ignored_auth])
            statuses.setdefault(case.path, set()).add(response.status_code)

        ask()
    return statuses


@pytest.fixture
def known(assessed):
    return {
        "code": assessed.round.code,
        "listing_id": assessed.listings[0].pk,
        "cause_id": assessed.cause_id,
        "component_id": Component.objects.values_list("pk", flat=True).first(),
    }


def test_nothing_that_the_description_allows_ends_in_an_error_of_ours(schema, token, known):
    statuses = ask_everything(schema, {"Authorization": f"Bearer {token}"}, known)
    for path, seen in statuses.items():
        assert 200 in seen, path
        assert seen <= {200, 404, 422}, path


def test_without_a_token_everything_is_refused(schema, known):
    statuses = ask_everything(schema, {}, known)
    assert {status for seen in statuses.values() for status in seen} <= {401, 404}


def test_every_operation_says_what_it_is_for():
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), f"{method} {path}"
