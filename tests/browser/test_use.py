"""What people do on the pages: come in, change language, filter, walk by keyboard."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect

from pollready.audit.models import AuditBatch
from pollready.people.commands import make_sign_in_link


def test_a_sign_in_link_is_used_by_its_button_and_works_once(visit, assessed, secretary):
    token = make_sign_in_link(secretary, now=datetime.now(UTC))
    visitor = visit(language="en")
    for _ in range(2):  # opening it, as a preview does, uses nothing up
        assert visitor.open(f"/sign-in/{token}/") == 200
    visitor.page.get_by_role("button", name="Sign in").click()
    expect(visitor.page).to_have_url(f"{visitor.base}/")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Readiness of the stations")

    other = visit(language="en")
    other.open(f"/sign-in/{token}/")
    other.page.get_by_role("button", name="Sign in").click()
    expect(other.page.get_by_role("heading", level=1)).to_have_text("This link signs nobody in")


def test_signing_out_ends_the_session(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/")
    visitor.page.locator("summary", has_text="secretary").click()
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page).to_have_url(re.compile("/sign-in/"))
    visitor.open("/stations/")
    expect(visitor.page).to_have_url(re.compile("/sign-in/"))


def test_switching_the_language_stays_on_the_page(visit, assessed, session):
    visitor = visit(language="fa", session=session)
    visitor.open("/stations/?kind=mobile")
    visitor.page.get_by_role("button", name="English").click()
    expect(visitor.page.locator("html")).to_have_attribute("dir", "ltr")
    expect(visitor.page).to_have_url(f"{visitor.base}/stations/?kind=mobile")


def test_a_filter_changes_the_list_its_count_and_the_address(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/stations/")
    expect(visitor.page.locator("#found h2")).to_have_text("12 stations")
    visitor.page.get_by_role("combobox", name="Kind").select_option("mobile")
    expect(visitor.page.locator("#found h2")).to_have_text(re.compile("^3 stations"))
    expect(visitor.page).to_have_url(re.compile("kind=mobile"))
    visitor.page.get_by_role("link", name=re.compile("Remove")).click()
    expect(visitor.page.locator("#found h2")).to_have_text("12 stations")
    expect(visitor.page.get_by_role("combobox", name="Kind")).to_have_value("")


def test_choosing_a_county_offers_its_districts(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/stations/")
    districts = visitor.page.get_by_role("combobox", name="District")
    expect(districts).to_have_count(0)
    visitor.page.get_by_role("combobox", name="County").select_option("01")
    expect(districts.locator("option")).to_have_count(2)


def test_the_search_field_of_the_frame_leads_to_what_is_found(visit, assessed, session):
    visitor = visit(language="fa", session=session)
    visitor.open("/")
    visitor.page.get_by_role("search").get_by_role("searchbox").fill("سيار ٤")  # Arabic letters
    visitor.page.keyboard.press("Enter")
    found = visitor.page.get_by_role("main").get_by_role("link", name=re.compile("سیار 4"))
    expect(found).to_have_count(1)


def test_a_keyboard_skips_to_the_content_and_reaches_the_filters(visit, assessed, session):
    visitor = visit(language="fa", session=session)
    visitor.open("/stations/")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(".skip")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    search = visitor.page.locator("#filter-q")
    for _ in range(8):  # what the page leads to comes before its filters
        visitor.page.keyboard.press("Tab")
        if search.evaluate("field => field === document.activeElement"):
            break
    expect(search).to_be_focused()
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator("#filter-county")).to_be_focused()


def test_escape_closes_a_menu_and_gives_the_focus_back(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/")
    menu = visitor.page.locator("details.menu", has_text="secretary")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    visitor.page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_list_that_cannot_be_fetched_says_so(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/stations/")
    visitor.context.set_offline(True)
    visitor.page.get_by_role("combobox", name="Kind").select_option("mobile")
    expect(visitor.page.get_by_role("alert")).to_contain_text("No answer came")


def test_what_is_being_sent_is_not_sent_twice(visit, assessed, session):
    visitor = visit(language="en", session=session)
    visitor.open("/stations/?kind=mobile")
    page = visitor.page
    page.locator("summary", has_text="Views").click()
    page.get_by_label("Name of this view").fill("Mobile ones")
    button = page.get_by_role("button", name="Keep this view")
    button.evaluate("button => { button.click(); button.click(); }")
    expect(page.get_by_role("status")).to_contain_text("Mobile ones")
    assert AuditBatch.objects.filter(command="save_view").count() == 1


def test_a_file_is_chosen_by_a_button_in_the_language_of_the_page(visit, session):
    visitor = visit(language="fa", session=session)
    visitor.open("/import/")
    box = visitor.page.locator(".filebox")
    expect(box.locator(".button")).to_have_text("انتخاب فایل")
    box.locator("input").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": b"a,b"}
    )
    expect(box.locator(".filebox__name")).to_have_text("list.csv")


def test_the_head_of_a_long_table_stays_in_sight(visit, assessed, session):
    visitor = visit(language="fa", session=session)
    visitor.open("/stations/")
    visitor.page.set_viewport_size({"width": 1280, "height": 400})
    visitor.page.locator("#found tbody tr").last.scroll_into_view_if_needed()
    expect(visitor.page.locator("#found thead th").first).to_be_in_viewport()
