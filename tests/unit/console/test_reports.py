"""Pages of kept reports: what they read, and what it takes to take a file out."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.audit.models import AuditEntry
from pollready.people.exports.models import ExportRequest
from pollready.people.models import Role, User
from pollready.reports.kept.data import canonical, digest, packed
from pollready.reports.kept.models import KeptFile, KeptReport
from tests.unit.console.access_world import FIGURES

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def head(assessed):
    return User.objects.create(
        username="head", role=Role.COMMITTEE_HEAD, clearance=1, language="en"
    )


@pytest.fixture
def client(head):
    client = Client()
    client.force_login(head)
    return client


def keep(assessed, by, classification=0) -> KeptFile:
    content = canonical({"trend": [{"as_of_date": "2024-06-01", "figures": FIGURES}],
                         "moves": None, "changed": None})  # fmt: skip
    report = KeptReport.objects.create(
        number="20240601-00001", kind="provincial", round=assessed.round, as_of=NOW,
        as_of_date=NOW.date(), language="en", made_by=by, made_at=NOW, batch=0, program="p",
        data=packed(content), data_sha256=digest(content), headline=FIGURES,
        classification=classification,
    )  # fmt: skip
    return KeptFile.objects.create(
        report=report, name="report.html", content=b"<p>", sha256="0", size=3,
        classification=classification,
    )  # fmt: skip


def queries(client, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_reads_as_much_for_many_reports_as_for_one(assessed, head, client):
    keep(assessed, head)
    client.get(reverse("reports"))  # what is read once a process
    one = queries(client, reverse("reports"))
    for _ in range(4):
        keep(assessed, head)
    assert queries(client, reverse("reports")) == one


def test_a_file_of_class_normal_is_handed_out_and_logged(assessed, head, client):
    file = keep(assessed, head)
    answer = client.post(reverse("report-file", args=[file.pk]))
    assert (answer.status_code, answer.content) == (200, b"<p>")
    assert "attachment" in answer["Content-Disposition"]
    entry = AuditEntry.objects.filter(batch__command="hand_out_report").get()
    assert entry.after["file"] == "report.html"


def test_a_classified_file_needs_a_reason(assessed, head, client):
    file = keep(assessed, head, classification=1)
    address = reverse("report-file", args=[file.pk])
    assert client.post(address).status_code == 422
    assert not AuditEntry.objects.filter(batch__command="hand_out_report").exists()
    assert client.post(address, {"reason": "meeting"}).content == b"<p>"


def test_where_a_second_person_is_asked_the_file_waits_for_him(assessed, head, client, settings):
    settings.POLLREADY_EXPORT_APPROVAL = True
    file = keep(assessed, head, classification=1)
    asked = client.post(reverse("report-file", args=[file.pk]), {"reason": "meeting"})
    request = ExportRequest.objects.get()
    assert asked["Location"] == reverse("report-request", args=[request.pk])
    assert client.post(asked["Location"]).status_code == 303  # not approved yet
    second = Client()
    second.force_login(
        User.objects.create(username="second", role=Role.SECRETARY, clearance=1, language="en")
    )
    assert request.reason in second.get(asked["Location"]).content.decode()
    second.post(asked["Location"], {"do": "approve"})
    assert client.post(asked["Location"]).content == b"<p>"
    assert client.post(asked["Location"]).status_code == 303  # taken once
    assert AuditEntry.objects.filter(batch__command="hand_out_report").count() == 1


def test_a_wrong_form_loses_nothing_that_was_typed(assessed, client):
    typed = {"kind": "county", "place": "", "as_of": "2999-01-01", "written_in": "fa"}
    answer = client.post(reverse("report-new"), typed)
    assert answer.status_code == 422
    assert "That day has not come yet" in answer.content.decode()
    assert "2999-01-01" in answer.content.decode()


def test_a_key_is_trusted_only_after_its_fingerprint_was_shown(assessed, client):
    typed = {"name": "Zanjan", "public_key": "1" * 64, "spoken_with": "Ali"}
    first = client.post(reverse("provinces-keys"), typed)
    assert first.status_code == 200
    assert first.context["compared_fingerprint"] in first.content.decode()
    done = client.post(reverse("provinces-keys"), {**typed, "confirmed": "1" * 64})
    assert done.status_code == 303
    other = client.post(reverse("provinces-keys"), {**typed, "public_key": "2" * 64,
                                                    "confirmed": "1" * 64})  # fmt: skip
    assert other.status_code == 200  # another key than the one that was compared
