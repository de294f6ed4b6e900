"""The server's log tells no sign-in link and quotes no error."""

import logging

import pytest
from django.test import Client

from pollready.console.logs import DiscreetFormatter

pytestmark = pytest.mark.django_db


def written(caplog) -> str:
    formatter = DiscreetFormatter()
    return "\n".join(formatter.format(record) for record in caplog.records)


def test_a_link_that_was_refused_or_not_yet_used_is_not_logged(caplog):
    with caplog.at_level(logging.DEBUG):
        Client().post("/sign-in/the-token-itself/")
        Client(enforce_csrf_checks=True).post("/sign-in/the-token-itself/")
    assert "/sign-in/" in written(caplog)
    assert "the-token-itself" not in written(caplog)


def test_an_error_is_logged_without_its_text(caplog):
    try:
        raise ValueError("QZVFEEDER")
    except ValueError:
        logging.getLogger("pollready").exception("reference %s", "AB12")
    text = written(caplog)
    assert "AB12" in text and "builtins.ValueError" in text and "test_logs.py" in text
    lines = [line for line in text.splitlines() if not line.startswith("    ")]
    assert not any("QZV" in line for line in lines)  # but for this test's own lines


def test_the_server_logs_in_this_way(settings):
    assert settings.LOGGING["root"]["handlers"] == ["stderr"]
    said = settings.LOGGING["formatters"][settings.LOGGING["handlers"]["stderr"]["formatter"]]
    assert said == {"()": f"{DiscreetFormatter.__module__}.{DiscreetFormatter.__name__}"}
