"""Allocation in a real browser: from the stock to a plan, accepted, and in the ledger."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from pollready.assessment.models import SavedAssessment
from pollready.duties.follow_ups.models import FollowUp
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.planning.allocations.models import AllocationDecision, AllocationPlan
from pollready.register.models import Source
from pollready.resources.commands import list_entries
from pollready.resources.models import LotEntry, ResourceLot

NOW = datetime(2024, 6, 19, 9, 0, tzinfo=UTC)
NARROW = 390


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def stocked(assessed):
    """Two generators and three spare devices, delivered and tested."""
    for kind, agency, units in (("ژنراتور", "PWR", 2), ("دستگاه احراز هویت", "TCI", 3)):
        counts = dict.fromkeys(("pledged", "delivered", "tested"), units) | {"deployed": 0}
        lot = ResourceLot.objects.create(
            round=assessed.round, agency=Agency.objects.get(code=agency), kind=kind,
            county=Place.objects.get(code="01"), depot="انبار تبریز", provisioned=True,
            source=Source.objects.get(lineage="workbook"), **counts,
        )  # fmt: skip
        LotEntry.objects.bulk_create(list_entries(lot, counts, NOW))
    return assessed


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key


@pytest.mark.parametrize(("language", "width"), [("fa", NARROW), ("en", 1280)])
def test_from_stock_to_a_plan_accepted_and_in_the_ledger(visit, stocked, language, width):
    head = User.objects.create(username="head", role=Role.COMMITTEE_HEAD, first_name="سارا")
    visitor = visit(language=language, width=width, session=session_of(head))
    page = visitor.page

    visitor.open("/allocations/new/")  # nothing is worked out yet
    page.click("form[action='/allocations/weigh/'] button")
    page.wait_for_selector("#preview")
    two = {"fa": "۲", "en": "2"}[language]
    assert page.locator("#field-units_0").input_value() == two  # what the ledger holds
    assert page.locator("#preview tbody tr").count() >= 2
    assert visitor.overflow() <= 0
    visitor.picture(f"allocation-new-{language}-{width}")

    page.fill("#field-units_0", "-1")
    page.press("#field-units_0", "Tab")
    page.wait_for_selector("#preview li")  # named at once, and nothing typed is lost
    assert page.locator("#field-units_0").input_value() == "-1"
    page.fill("#field-units_0", "1")
    page.press("#field-units_0", "Tab")
    page.wait_for_selector("#preview .allocating__sentence")

    visitor.open("/allocations/decisions/station/")
    page.fill("#field-station", "0003")
    page.click(".form__actions button")
    page.wait_for_selector("#errors")  # a reason is missing
    page.fill("#field-reason", "قول داده نشده است.")
    page.click(".form__actions button")
    page.wait_for_url("**/allocations/")
    assert AllocationDecision.objects.get().listing.code == "0003"

    visitor.open("/allocations/new/")
    page.fill("#field-title", "طرح آزمایشی")
    page.click("button[value=make]")
    page.wait_for_selector("#headline")
    plan = AllocationPlan.objects.get()
    assert page.locator(".allocating__map").count() == 2
    assert page.locator("#means ~ table tbody tr").count() >= 2
    assert visitor.overflow() <= 0
    visitor.picture(f"allocation-plan-{language}-{width}")

    page.click(f"a[href='/allocations/{plan.pk}/accept/']")
    visitor.picture(f"allocation-accept-{language}-{width}")
    page.fill("#field-reason", "در جلسه کمیته تأیید شد.")
    page.click(".form__actions button")
    page.wait_for_url(f"**/allocations/{plan.pk}/")
    page.wait_for_selector("a[href='/follow-ups/']")
    plan.refresh_from_db()
    assert plan.state == "accepted"
    assert page.locator(f"a[href='/allocations/{plan.pk}/accept/']").count() == 0
    assert FollowUp.objects.count() == len(plan.accepted_made["follow_ups"]) > 0

    given = next(row["given"] for row in plan.result["kinds"] if row["kind"] == "identity_device")
    assert given > 0
    lot = ResourceLot.objects.get(kind="دستگاه احراز هویت")
    assert lot.deployed == given
    visitor.open(f"/ledger/{lot.pk}/")
    assert "طرح آزمایشی" in page.locator("main").inner_text()
    assert visitor.overflow() <= 0
    visitor.picture(f"allocation-ledger-{language}-{width}")
    assert not visitor.refused()


def test_supervision_reads_decisions_and_plans_and_changes_nothing(visit, stocked):
    head = User.objects.create(username="head", role=Role.COMMITTEE_HEAD)
    AllocationDecision.objects.create(
        round=stocked.round, listing=stocked.listings[0], units={"generator": 1},
        reason="این یکی در اهر می‌ماند", by=head, at=NOW,
    )  # fmt: skip
    eye = User.objects.create(username="eye", role=Role.SUPERVISION)
    visitor = visit(language="fa", width=1280, session=session_of(eye))
    visitor.open("/allocations/")
    told = visitor.page.locator("#decisions").locator("xpath=../..").inner_text()
    assert "این یکی در اهر می‌ماند" in told
    assert "head" in told
    assert visitor.page.locator("a[href='/allocations/new/']").count() == 0
    assert visitor.page.locator("main form").count() == 0
    assert visitor.open("/allocations/new/") == 403
    assert SavedAssessment.objects.count() == 1
