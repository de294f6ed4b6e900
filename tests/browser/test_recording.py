"""Recording against an obstacle in a browser: in place, by its owner, back to where one was."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.places.models import Agency
from pollready.register.models import Claim, Source

WIDTHS = (1280, 390)


@pytest.fixture
def assessed(assessed, beside, settings, tmp_path):
    """The small register, recorded before today: its own day is still to come."""
    settings.POLLREADY_DATA = tmp_path
    return beside("register_rows").record_earlier(assessed)


@pytest.fixture
def at_power(assessed) -> str:
    """Give the key of a session of who speaks for the power company."""
    user = User.objects.create(
        username="power", role=Role.AGENCY_REPRESENTATIVE, agency=Agency.objects.get(code="PWR")
    )
    client = Client()
    client.force_login(user)
    return client.session.session_key


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_what_is_wrong_in_a_row_comes_into_view_and_the_policy_holds(
    visit, assessed, session, width, language
):
    visitor = visit(language=language, session=session, width=width)
    page = visitor.page
    visitor.open(f"/stations/{assessed.listings[0].pk}/")
    page.locator("a[hx-get*='field=battery_h']").focus()
    page.keyboard.press("Enter")
    value = page.locator(".editing [name=value]")
    expect(value).to_be_focused()
    value.fill("plenty")
    note = page.locator(".editing [name=note]")
    note.fill("visited")
    # As dragging its corner does: htmx carried the style over to the new row, which the policy of
    # the page refuses.
    note.evaluate("element => element.style.height = '200px'")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.locator(".editing button[class=button]").click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors")).to_be_in_viewport(ratio=0.9)
    value.fill("6")
    page.locator(".editing button[class=button]").click()
    expect(page.locator(".just-said")).to_be_focused()
    page.wait_for_load_state("networkidle")  # the picture above it has come in
    expect(page.locator(".just-said")).to_be_in_viewport(ratio=0.9)
    # The same once more: the address differs, or the browser would only scroll.
    page.locator("a[hx-get*='field=battery_h']").first.click()
    value.fill("7")
    page.locator(".editing [name=note]").fill("visited again")
    page.locator(".editing button[class=button]").click()
    expect(page.locator(".just-said")).to_contain_text("7" if language == "en" else "۷")
    assert visitor.refused() == []
    assert not [said for said in visitor.said if "Content Security Policy" in said]
    assert visitor.overflow() == 0


def test_a_warning_of_what_a_colleague_wrote_is_not_pressed_past_unseen(visit, assessed, session):
    """The warning stood above the window: a second press set the colleague's value aside."""
    visitor = visit(language="en", session=session)
    page = visitor.page
    listing = assessed.listings[0]
    visitor.open(f"/stations/{listing.pk}/")
    page.locator("a[hx-get*='field=battery_h']").click()
    page.locator(".editing [name=value]").fill("6")
    page.locator(".editing [name=note]").fill("visited")
    first = Claim.objects.get(listing=listing, field="battery_h")
    letter = Source.objects.get(lineage="letter")
    Claim.objects.create(
        listing=listing, field="battery_h", value="8", source=letter, confidence="declared",
        recorded_at=first.recorded_at,
    )  # fmt: skip
    page.locator(".editing button[class=button]").click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors")).to_be_in_viewport(ratio=0.9)
    expect(page.locator("#errors")).to_contain_text("Somebody else changed this")
    expect(page.locator(".editing .claims-now")).to_contain_text("8")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_owner_of_an_obstacle_states_what_it_needs_from_its_page(
    visit, assessed, at_power, width, language
):
    case = ObstacleCase.objects.get(rule="backup_power_short")
    visitor = visit(language=language, session=at_power, width=width)
    page = visitor.page
    visitor.open(f"/obstacles/{case.pk}/")
    assert visitor.overflow() == 0
    link = page.locator(".records a[href*=battery_h]")
    visitor.tab_to(link)
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims/new/**")
    page.locator("[name=value]").fill("۶" if language == "fa" else "6")
    assert visitor.overflow() == 0
    visitor.picture(f"stating-{language}-{width}")
    page.locator("form.correction button").click()
    expect(page.locator(f"#at-{assessed.listings[0].pk}")).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text(
        "گفته دستگاه شما" if language == "fa" else "What your agency states"
    )
    page.locator(".note--undo button").click()
    expect(page.get_by_role("status")).to_contain_text(
        "برگردانده شد" if language == "fa" else "undone"
    )
    assert not Claim.objects.filter(value="6", superseded_at=None).exists()


def test_a_reason_is_asked_for_only_while_the_value_is_to_stand(visit, assessed, session):
    visitor = visit(language="en", session=session)
    page = visitor.page
    visitor.open(f"/claims/new/listing-{assessed.listings[0].pk}/?field=battery_h")
    note, needed = page.locator("[name=note]"), page.locator(".when-ticked")
    expect(needed).to_be_visible()
    expect(page.locator(".when-unticked")).to_be_hidden()
    assert note.evaluate("element => element.required")
    page.locator("[name=stands]").uncheck()
    expect(needed).to_be_hidden()
    assert not note.evaluate("element => element.required")
    page.locator("[name=value]").fill("6")
    page.get_by_role("button", name="Save correction").click()
    expect(page.get_by_role("status")).to_contain_text("is saved")


def test_stating_works_without_scripts(chromium, live_server, assessed, at_power):
    case = ObstacleCase.objects.get(rule="backup_power_short")
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([
        {"name": "sessionid", "value": at_power, "url": live_server.url},
        {"name": "pollready_language", "value": "en", "url": live_server.url},
    ])  # fmt: skip
    page = context.new_page()
    page.goto(f"{live_server.url}/obstacles/{case.pk}/")
    page.locator(".records a[href*=battery_h]").click()
    page.get_by_label("Right value").fill("6")
    page.get_by_role("button", name="Record for your agency").click()
    expect(page.get_by_role("status")).to_contain_text("What your agency states")
    assert re.search(rf"/obstacles/{case.pk}/\?said=\d+#at-", page.url)
    context.close()
