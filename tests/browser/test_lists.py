"""Lists in a browser: columns, views, files, selection and component pages, both languages."""

import re

from playwright.sync_api import expect

WIDE, PHONE = 1280, 390


def test_columns_are_chosen_by_keyboard_and_stay_while_filters_change(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/stations/")
    page = visitor.page
    page.locator("summary", has_text="Columns").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Software", exact=True).last.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Show columns").press("Enter")
    expect(page.get_by_role("columnheader", name=re.compile("Software"))).to_be_visible()
    page.get_by_label("Kind", exact=True).first.select_option("mobile")
    expect(page.locator("#found h2")).to_have_text(re.compile("^3 stations"))
    expect(page.get_by_role("columnheader", name=re.compile("Software"))).to_be_visible()


def test_a_view_is_kept_and_opened_again(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/stations/?kind=mobile&sort=-voters")
    page = visitor.page
    page.locator("summary", has_text="Views").click()
    page.get_by_label("Name of this view").fill("Mobile ones")
    page.get_by_role("button", name="Keep this view").click()
    expect(page.get_by_role("status")).to_contain_text("Mobile ones")
    visitor.open("/stations/")
    page.locator("summary", has_text="Views").click()
    page.get_by_role("link", name="Mobile ones").click()
    expect(page.locator("#found h2")).to_have_text(re.compile("^3 stations"))
    expect(page).to_have_url(re.compile("kind=mobile"))


def test_a_file_comes_with_its_reason(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/components/?kind=feeder")
    page = visitor.page
    page.get_by_role("link", name="Export").click()
    page.get_by_role("button", name="Get the file").click()
    expect(page.locator("#errors")).to_be_focused()  # it says that the reason is missing
    page.get_by_label("Reason").fill("letter 142")
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the file").click()
    assert download.value.suggested_filename.endswith(".xlsx")
