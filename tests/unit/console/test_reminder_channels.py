"""How reminders leave, as the administrator sees it: what failed, a test, and sending it again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from pollready.audit.models import AuditEntry
from pollready.committee.reminders.models import ReminderMessage
from pollready.committee.reminders.queries import channels
from pollready.jobs.models import Job
from pollready.people.models import Role, User
from pollready.project.reminder_settings import ReminderSettings

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def ways(settings, tmp_path) -> ReminderSettings:
    settings.POLLREADY_REMINDERS = ReminderSettings(
        outbox=tmp_path / "outbox", smtp_host="mail.example", smtp_password="not to be told",
        http_url="https://user:secret@sms.example/send?key=secret",
    )  # fmt: skip
    return settings.POLLREADY_REMINDERS


@pytest.fixture
def administrator(db) -> User:
    return User.objects.create(username="keeper", role=Role.ADMINISTRATOR, language="en")


@pytest.fixture
def client(administrator) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def failed(user: User, **more) -> ReminderMessage:
    said = {"state": "failed", "tries": 5, "error_code": "reminders.server-refused",
            "error_fields": {"status": 550}} | more  # fmt: skip
    return ReminderMessage.objects.create(user=user, gateway="smtp", soon=2, made_at=NOW, **said)


def test_every_way_tells_whom_it_reaches_and_none_tells_a_secret(ways, administrator, client):
    User.objects.create(username="sara", role=Role.SECRETARY, email="sara@example.org")
    found = {each.name: (each.is_used, each.reaches, each.accounts) for each in channels()}
    assert found == {"file": (True, 2, 2), "smtp": (False, 1, 2), "http": (False, 0, 2)}
    page = client.get(reverse("reminder-channels")).content.decode()
    assert "mail.example" in page
    assert "sms.example" in page
    assert "secret" not in page
    assert "not to be told" not in page


def test_a_test_message_leaves_by_the_way_in_use_and_is_logged(ways, client):
    client.post(reverse("reminder-test"))
    (letter,) = ways.outbox.glob("*.eml")
    assert b"test message of PollReady" in letter.read_bytes()
    entry = AuditEntry.objects.get(object_type="reminder_gateway")
    assert (entry.object_id, entry.after) == ("file", {"sent": True, "error": ""})


def test_a_test_that_cannot_leave_says_why_and_what_to_do(ways, settings, client):
    settings.POLLREADY_REMINDERS = replace(ways, gateway="smtp")
    page = client.post(reverse("reminder-test"), follow=True).content.decode()
    assert "write it under “Your account”" in page
    assert AuditEntry.objects.get().after["error"] == "reminders.no-own-address"


def test_what_was_given_up_is_shown_with_why_and_sent_again(ways, administrator, client):
    message = failed(administrator)
    failed(administrator, state="sent", sent_at=NOW, error_code="", error_fields={})
    page = client.get(reverse("reminder-channels"), {"only": "failed"}).content.decode()
    assert "answer 550" in page
    assert "not tried again by itself" in page
    assert page.count("<tr>") == 1 + 3 + 1 + 1  # two heads, three ways, one message
    client.post(reverse("reminder-again"))
    message.refresh_from_db()
    assert (message.state, message.tries) == ("waiting", 0)
    assert Job.objects.get().kind == "remind"


def test_nothing_that_failed_starts_nothing(ways, client):
    client.post(reverse("reminder-again"))
    assert not Job.objects.exists()
    assert not AuditEntry.objects.exists()


def test_who_does_not_keep_the_installation_is_not_let_in(ways):
    client = Client()
    client.force_login(User.objects.create(username="sara", role=Role.SECRETARY))
    assert client.get(reverse("reminder-channels")).status_code == 403
    assert client.post(reverse("reminder-test")).status_code == 403


def test_a_page_of_many_messages_asks_as_much_as_one(
    ways, administrator, client, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    failed(administrator)
    client.get(reverse("reminder-channels"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("reminder-channels"))
    for number in range(4):
        user = User.objects.create(username=f"user{number}", role=Role.SECRETARY)
        failed(user)
    with django_assert_num_queries(len(few)):
        client.get(reverse("reminder-channels"))
