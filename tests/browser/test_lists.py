"""Lists in a browser: columns, views, files, selection and component pages, both languages."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pollready.register.models import Component, ComponentGroup, GroupMember

WIDE, PHONE = 1280, 390
VIEWS = [(language, width) for language in ("fa", "en") for width in (WIDE, PHONE)]


@pytest.fixture
def with_group(register):
    """Fill and assess the small register with a duct in it."""
    duct = ComponentGroup.objects.create(
        round=register.round, code="DUCT-9", kind="duct", tier=2, classification=1
    )
    GroupMember.objects.create(group=duct, component=Component.objects.get(code="EX-04"))
    GroupMember.objects.create(group=duct, listing=register.listings[0])
    return load_rows().assess_register(register)


def load_rows() -> ModuleType:
    """Import the module that fills the register, which is in no package."""
    path = Path(__file__).with_name("register_rows.py")
    spec = importlib.util.spec_from_file_location("lists_register_rows", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def paths() -> dict[str, str]:
    component = Component.objects.get(code="EX-04")
    group = ComponentGroup.objects.get()
    return {
        "lists-stations": "/stations/?operator=MCI&signal=good&columns=code,county,software,cards",
        "lists-components": "/components/",
        "lists-components-none": "/components/?kind=depot",
        "lists-component": f"/components/{component.pk}/",
        "lists-groups": "/groups/",
        "lists-group": f"/groups/{group.pk}/",
        "lists-signals": "/signals/",
        "lists-devices": "/devices/",
        "lists-export": "/lists/components/export/?kind=feeder",
    }


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_every_page_of_lists_is_sound(visit, with_group, session, language, width):
    visitor = visit(language=language, width=width, session=session)
    for name, path in paths().items():
        assert visitor.open(path) == 200, path
        visitor.picture(f"{name}-{language}-{width}")
        found = Axe().run(visitor.page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert visitor.overflow() == 0, f"{name} is wider than its window"
        assert (visitor.refused(), visitor.said, visitor.outside()) == ([], [], [])


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
    expect(page.get_by_label("Reason")).to_be_focused()  # the browser asks for it
    page.get_by_label("Reason").fill("letter 142")
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the file").click()
    assert download.value.suggested_filename.endswith(".xlsx")
