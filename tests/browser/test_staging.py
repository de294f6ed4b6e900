"""Staging in a real browser: a depot that stays, a plan kept, and two of them side by side."""

import pytest
from django.test import Client

from pollready.people.models import Role, User
from pollready.places.models import ServicePoint
from pollready.planning.staging.models import KeptStagingPlan
from pollready.register.models import Component


@pytest.fixture
def head(assessed) -> User:
    place = ServicePoint.objects.filter(lat__isnull=False).order_by("pk").first()
    Component.objects.create(
        round=assessed.round, code="DEP-9", kind="depot", tier=2, name="انبار تبریز",
        lat=place.lat, lon=place.lon,
    )  # fmt: skip
    return User.objects.create(username="head", role=Role.COMMITTEE_HEAD, may_see_names=True)


@pytest.mark.parametrize(("language", "width"), [("fa", 390), ("en", 1280)])
def test_a_depot_stays_the_plan_is_kept_and_compared(visit, head, language, width):
    client = Client()
    client.force_login(head)
    visitor = visit(language=language, width=width, session=client.session.session_key)
    page = visitor.page

    visitor.open("/staging/?target_min=60")
    page.click("#staging-keep ~ .filters button")  # without a title it is called by its day
    page.wait_for_url("**/staging/plans/*/")

    visitor.open("/staging/?target_min=60")
    page.click(".staging__decided summary")
    page.fill("#site_1", "DEP-9")
    page.click(".staging__form .form__actions button")
    page.wait_for_selector("#error-why_1")  # a reason is missing, and the code is still there
    assert page.locator("#site_1").input_value() == "DEP-9"
    page.fill("#why_1", "همیشه آنجا بوده است.")
    page.click(".staging__form .form__actions button")
    page.wait_for_selector("#staging-decided")
    assert visitor.overflow() <= 0
    visitor.picture(f"staging-stays-{language}-{width}")
    page.fill("#title", "با انبار")
    page.click("#staging-keep ~ .filters button")
    page.wait_for_selector("#asked")
    assert "همیشه آنجا بوده است." in page.locator("#main").inner_text()
    assert visitor.overflow() <= 0
    visitor.picture(f"staging-plan-{language}-{width}")

    visitor.open("/staging/plans/")
    assert page.locator("tbody tr").count() == 2
    visitor.picture(f"staging-plans-{language}-{width}")
    page.click(".card__head a")
    page.wait_for_selector("#figures")
    assert visitor.overflow() <= 0
    visitor.picture(f"staging-compare-{language}-{width}")

    plan = KeptStagingPlan.objects.latest("pk")
    assert plan.title == "با انبار"
    visitor.open(f"/staging/plans/{plan.pk}/withdraw/")
    page.fill("#field-reason", "راه بسته شد.")
    page.click(".form__actions button")
    page.wait_for_url("**/staging/plans/")
    assert KeptStagingPlan.objects.get(pk=plan.pk).withdrawn_reason == "راه بسته شد."
