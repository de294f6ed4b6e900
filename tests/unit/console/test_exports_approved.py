"""With the setting on, a file of classified rows waits for a second permitted person."""

from datetime import timedelta

import pytest
from django.urls import reverse

from pollready.audit.models import AuditBatch
from pollready.people.exports.models import ExportRequest
from pollready.people.models import Role, User
from pollready.places.models import Place
from tests.unit.console.conftest import signed_in

pytestmark = pytest.mark.django_db
ASKED = {"query": "", "format": "csv", "reason": "letter 12"}


@pytest.fixture
def second(db) -> User:
    return User.objects.create(
        username="second", role=Role.ADMINISTRATOR, may_see_names=True, language="en"
    )


@pytest.fixture
def waiting(head_client, assessed, settings) -> ExportRequest:
    settings.POLLREADY_EXPORT_APPROVAL = True
    response = head_client.post(reverse("export", args=["components"]), ASKED)
    assert response.status_code == 303
    return ExportRequest.objects.get()


def one(asked) -> str:
    return reverse("export-request", args=[asked.pk])


def take(client, asked):
    return client.post(reverse("export-take", args=[asked.pk]))


def text(response) -> str:
    return response.content.decode()


def commands() -> list[str]:
    kinds = ("ask_export", "approve_export", "refuse_export", "export_list")
    batches = AuditBatch.objects.filter(command__in=kinds).order_by("number")
    return list(batches.values_list("command", flat=True))


def test_with_the_setting_off_a_classified_file_is_handed_out_at_once(head_client, assessed):
    response = head_client.post(reverse("export", args=["components"]), ASKED)
    assert response.status_code == 200
    assert b"".join(response.streaming_content)
    assert not ExportRequest.objects.exists()


def test_an_open_file_waits_for_nobody(client, assessed, settings):
    settings.POLLREADY_EXPORT_APPROVAL = True
    response = client.post(reverse("export", args=["stations"]), ASKED | {"reason": ""})
    assert response.status_code == 200
    assert b"".join(response.streaming_content)
    assert not ExportRequest.objects.exists()


def test_a_second_person_approves_and_who_asked_takes_it_once(head_client, waiting, second, client):
    assert "waiting" in text(head_client.get(one(waiting)))
    assert take(head_client, waiting).headers["Location"] == one(waiting)
    theirs = signed_in(second)
    assert one(waiting) in text(theirs.get(reverse("exports")))
    assert "letter 12" in text(theirs.get(one(waiting)))
    assert theirs.post(one(waiting), {"do": "approve", "remark": ""}).status_code == 303
    assert take(theirs, waiting).status_code == 404  # only who asked
    file = take(head_client, waiting)
    content = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "Approved by" in content
    assert "CORE-1" in content
    assert take(head_client, waiting).status_code == 303  # once
    assert commands() == ["ask_export", "approve_export", "export_list"]
    logged = AuditBatch.objects.get(command="export_list").entries.get().after
    assert logged["approved_by"] == "second"


def test_nobody_approves_his_own(head_client, waiting):
    response = head_client.post(one(waiting), {"do": "approve", "remark": ""})
    assert response.status_code == 422
    assert "no longer waits for you" in text(response)
    assert ExportRequest.objects.get().approved is None


def test_who_sees_less_approves_nothing(client, waiting, assessed):
    """The secretary of this installation may not see names, of which the file has some."""
    assert waiting.with_names
    response = client.post(one(waiting), {"do": "approve", "remark": ""})
    assert response.status_code == 422
    assert "has to approve it" in text(response)
    bounded = User.objects.create(
        username="bounded", role=Role.SECRETARY, may_see_names=True, language="en"
    )
    bounded.places.add(Place.objects.get(code="01"))
    response = signed_in(bounded).post(one(waiting), {"do": "approve", "remark": ""})
    assert response.status_code == 422
    assert ExportRequest.objects.get().approved is None


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.SUPERVISION, Role.NATIONAL])
def test_who_may_not_export_what_is_classified_does_not_decide(waiting, role):
    other = User.objects.create(username="other", role=role, may_see_names=True, language="en")
    assert signed_in(other).get(one(waiting)).status_code == 404
    assert one(waiting) not in text(signed_in(other).get(reverse("exports")))


def test_who_is_not_cleared_does_not_see_that_it_waits(waiting, second):
    User.objects.filter(pk=second.pk).update(clearance=0)
    assert signed_in(second).get(one(waiting)).status_code == 404


def test_a_refusal_needs_a_remark_that_who_asked_sees(head_client, waiting, second):
    theirs = signed_in(second)
    assert theirs.post(one(waiting), {"do": "refuse", "remark": " "}).status_code == 422
    theirs.post(one(waiting), {"do": "refuse", "remark": "too wide"})
    page = text(head_client.get(one(waiting)))
    assert "too wide" in page
    assert reverse("export-take", args=[waiting.pk]) not in page
    assert take(head_client, waiting).status_code == 303
    assert commands() == ["ask_export", "refuse_export"]


def test_an_approval_runs_out(head_client, waiting, second):
    signed_in(second).post(one(waiting), {"do": "approve", "remark": ""})
    asked = ExportRequest.objects.get()
    assert asked.expires_at - asked.decided_at == timedelta(hours=24)
    ExportRequest.objects.update(expires_at=asked.asked_at)
    page = head_client.post(reverse("export-take", args=[waiting.pk]), follow=True)
    assert "has run out" in text(page)
    assert commands() == ["ask_export", "approve_export"]


def test_a_request_that_waited_too_long_is_decided_by_nobody(waiting, second):
    ExportRequest.objects.update(expires_at=waiting.asked_at)
    assert signed_in(second).post(one(waiting), {"do": "approve"}).status_code == 404


def test_a_list_that_grew_since_is_asked_for_again(head_client, waiting, second):
    signed_in(second).post(one(waiting), {"do": "approve", "remark": ""})
    ExportRequest.objects.update(rows=waiting.rows - 1)
    page = head_client.post(reverse("export-take", args=[waiting.pk]), follow=True)
    assert "now holds more than was approved" in text(page)
    assert ExportRequest.objects.get().taken_at is None


def test_the_same_request_is_made_once(head_client, waiting):
    head_client.post(reverse("export", args=["components"]), ASKED)
    assert ExportRequest.objects.count() == 1
    head_client.post(reverse("export", args=["components"]), ASKED | {"reason": "letter 13"})
    assert ExportRequest.objects.count() == 2


def test_the_menu_says_how_many_wait(waiting, second, settings):
    menu = text(signed_in(second).get(reverse("account")))
    assert "Classified exports" in menu
    settings.POLLREADY_EXPORT_APPROVAL = False
    assert "Classified exports" not in text(signed_in(second).get(reverse("account")))
