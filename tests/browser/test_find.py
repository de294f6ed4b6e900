"""Finding anything from the head of any page: while typing, by keyboard, on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

WIDE, PHONE = 1280, 390
VIEWS = [(language, width) for language in ("fa", "en") for width in (WIDE, PHONE)]


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_what_is_typed_is_found_below_the_field(visit, assessed, session, language, width):
    visitor = visit(language=language, width=width, session=session)
    visitor.open("/")
    page = visitor.page
    page.keyboard.press("Control+k")
    field = page.locator("#find")
    expect(field).to_be_focused()
    page.keyboard.type("نمونه")
    below = page.locator("[data-found]")
    expect(below.get_by_role("link")).to_have_count(7)
    visitor.picture(f"find-below-{language}-{width}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert visitor.overflow() == 0
    for name in ("نمونه", "no-such-thing"):
        assert visitor.open(f"/find/?q={name}") == 200
        visitor.picture(f"find-{name}-{language}-{width}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert visitor.overflow() == 0
    assert (visitor.refused(), visitor.said, visitor.outside()) == ([], [], [])


def test_arrows_walk_what_was_found_and_escape_goes_back(visit, assessed, session):
    visitor = visit(language="fa", session=session)
    visitor.open("/causes/")
    page = visitor.page
    page.keyboard.press("Control+k")
    page.keyboard.type("نمونه")
    links = page.locator("[data-found] a")
    expect(links).to_have_count(7)
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(links).to_have_count(0)
    expect(page.locator("#find")).to_be_focused()
    page.locator("#find").fill("")
    page.keyboard.type("0003")
    expect(links).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/stations/*/")
    expect(page.locator("h1")).to_contain_text("نمونه")
    page.wait_for_load_state("networkidle")  # the picture comes after the page
