"""Exploring failures and the dependency picture in a browser: both languages, phone, keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from pollready.people.models import Role, User

WIDE, PHONE = 1280, 390


@pytest.fixture
def head_session(transactional_db) -> str:
    """Someone who may see names and explore."""
    user = User.objects.create(username="head", role=Role.COMMITTEE_HEAD, may_see_names=True)
    client = Client()
    client.force_login(user)
    return client.session.session_key


def check(visitor, name: str, *, wide_inside: bool = False) -> None:
    found = Axe().run(visitor.page)
    assert found.violations_count == 0, found.generate_report()
    assert visitor.overflow() == 0, f"{name} is wider than its window"
    assert visitor.refused() == []
    assert visitor.said == []
    assert visitor.outside() == []


def test_a_pick_is_made_by_keyboard_alone(visit, assessed, head_session):
    visitor = visit(language="en", session=head_session)
    visitor.open("/explore/")
    page = visitor.page
    page.focus("#find-thing")
    page.keyboard.type("CORE-1")
    page.keyboard.press("Enter")
    page.wait_for_selector(".candidate")
    add = page.locator(".candidate a").first
    add.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".losses")
    assert "c=CORE-1" in page.url
    assert page.locator(".pick .chip").count() == 1
    page.go_back()
    page.wait_for_selector(".candidate")
    assert page.locator(".losses").count() == 0


def test_a_failure_is_tried_in_the_picture_and_taken_back(visit, assessed, head_session):
    visitor = visit(language="fa", width=PHONE, session=head_session)
    station = assessed.listings[0].pk
    visitor.open(f"/stations/{station}/picture/?depth=3")
    page = visitor.page
    toggle = page.locator(".box__toggle").first
    toggle.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".trial")
    assert page.locator(".box--failed").count() == 1
    assert "fail=" in page.url
    page.locator(".trial .chip").first.click()
    page.wait_for_selector(".trial", state="detached")
    assert page.locator(".box--failed").count() == 0


def test_the_whole_picture_is_seen_first_and_single_points_lead_into_it(
    visit, assessed, head_session
):
    visitor = visit(language="en", width=WIDE, session=head_session)
    visitor.open(f"/stations/{assessed.listings[0].pk}/picture/?depth=9")
    page = visitor.page
    page.wait_for_selector("[data-stands]")
    wider = "(f => f.scrollWidth - f.clientWidth)(document.querySelector('.picture__scroll'))"
    size = "document.querySelector('.drawing').getBoundingClientRect().width"
    assert page.evaluate(wider) <= 0
    first = page.evaluate(size)
    page.focus(".picture__scroll")
    page.keyboard.press("+")
    assert page.evaluate(size) > first
    page.click("[data-zoom=out]")
    page.keyboard.press("0")
    assert page.evaluate(size) == first
    chip = page.locator(".picture__singles a[data-box]").last
    chip.focus()
    page.keyboard.press("Enter")
    box = f"#{chip.get_attribute('data-box')}"
    inside = f"""(() => {{
      const box = document.querySelector('{box}').getBoundingClientRect();
      const view = document.querySelector('.picture__scroll').getBoundingClientRect();
      return box.left >= view.left && box.right <= view.right
        && box.top >= view.top && box.bottom <= view.bottom && box.width > 120;
    }})()"""
    assert page.evaluate(inside)
    check(visitor, "picture")


def test_the_station_page_carries_its_picture(visit, assessed, head_session):
    visitor = visit(language="en", session=head_session)
    visitor.open(f"/stations/{assessed.listings[0].pk}/")
    visitor.page.wait_for_selector("#picture .drawing")
    check(visitor, "station")
    toggle = visitor.page.locator("#picture .box__toggle").first
    toggle.focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector("#picture .trial")
    assert visitor.page.locator("h2#criteria").count() == 1  # the page around it stands


def test_a_long_answer_is_asked_for_and_shown(visit, assessed, head_session, settings):
    # No worker runs beside this test: what is asked for is done within the request.
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    visitor = visit(language="fa", session=head_session)
    visitor.open("/explore/worst/?m=online")
    visitor.page.locator("main form[method=post] button").click()
    visitor.page.wait_for_selector("main table")
    check(visitor, "worst")
    visitor.open("/explore/distribution/?m=online")
    visitor.page.locator("main form[method=post] button").click()
    visitor.page.wait_for_selector("svg.dots")
    visitor.picture("explore-distribution-done-fa")
    check(visitor, "distribution")
