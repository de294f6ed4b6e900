"""Correcting the register in a browser: in place, by keyboard, on a phone, without scripts."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def assessed(assessed, beside, settings, tmp_path):
    """The small register, recorded before today: its own day is still to come."""
    settings.POLLREADY_DATA = tmp_path
    return beside("register_rows").record_earlier(assessed)


def test_a_row_opens_in_place_keeps_what_is_wrong_and_saves_what_is_right(visit, assessed, session):
    visitor = visit(language="en", session=session)
    page = visitor.page
    visitor.open(f"/stations/{assessed.listings[0].pk}/")
    page.get_by_role("link", name=re.compile("Correct .*[Bb]attery")).click()
    value = page.get_by_label("Right value")
    value.fill("plenty")
    page.get_by_label("Reason or note").fill("visited")
    page.get_by_role("button", name="Save correction").click()
    expect(page.locator(".editing .field__error")).to_contain_text("is not a number")
    expect(page.get_by_label("Right value")).to_have_value("plenty")
    expect(page.get_by_label("Reason or note")).to_have_value("visited")
    page.get_by_label("Right value").fill("6")
    page.get_by_role("button", name="Save correction").click()
    expect(page.get_by_role("status")).to_contain_text("is saved")
    expect(page.locator("tr.set-aside")).to_have_count(1)
    expect(page.get_by_text("The register has changed since the assessment")).to_be_visible()


def test_a_contradiction_is_resolved_on_a_phone_by_keyboard_and_undone(visit, assessed, session):
    visitor = visit(language="fa", width=390, session=session)
    page = visitor.page
    visitor.open("/contradictions/")
    page.get_by_role("link", name=re.compile("مقایسه")).first.focus()
    page.keyboard.press("Enter")
    page.locator("input[name=chosen]").first.focus()
    page.keyboard.press("Space")
    page.get_by_label("دلیل", exact=True).first.focus()
    page.keyboard.type("دوباره آزموده شد")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("تناقض رفع شد")
    page.get_by_role("link", name="سابقه تغییرات").click()
    page.get_by_role("button", name="برگرداندن این تغییر").click()
    expect(page.get_by_role("status")).to_contain_text("تغییر برگردانده شد")
    visitor.open("/contradictions/")
    expect(page.get_by_role("link", name=re.compile("مقایسه"))).to_have_count(1)


def test_corrections_work_without_scripts(chromium, live_server, assessed, session):
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([
        {"name": "sessionid", "value": session, "url": live_server.url},
        {"name": "pollready_language", "value": "en", "url": live_server.url},
    ])  # fmt: skip
    page = context.new_page()
    page.goto(f"{live_server.url}/stations/{assessed.listings[0].pk}/")
    page.get_by_role("link", name=re.compile("Correct .*[Bb]attery")).click()
    page.get_by_label("Right value").fill("6")
    page.get_by_label("Reason or note").fill("visited")
    page.get_by_role("button", name="Save correction").click()
    expect(page.get_by_role("status")).to_contain_text("is saved")
    context.close()


def test_many_stations_are_corrected_after_a_preview(visit, assessed, session):
    visitor = visit(language="en", session=session)
    page = visitor.page
    first, third = assessed.listings[0].pk, assessed.listings[2].pk
    visitor.open(f"/stations/bulk-edit/?selected={first}&selected={third}")
    page.get_by_label("Which field").select_option("software")
    page.get_by_label("New value").fill("4.0")
    page.get_by_label("Reason and source").fill("letter 7")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("4.0")
    page.get_by_role("button", name="Save for 2 stations").click()
    expect(page.get_by_role("status")).to_contain_text("Saved for 2 stations")
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.get_by_role("status")).to_contain_text("undone")
