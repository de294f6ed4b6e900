"""The keyboard alone, on a phone's width: every control reached and seen, every error met."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from pollready.language import say
from pollready.people.models import Role, User

PHONE = 390
STOPS_MAX = 260
# What the keyboard must reach: all that can be pressed or filled in and is shown. Of radio buttons
# it reaches one a group; what lies in a closed fold is reached once that is opened.
CONTROLS = """() => {
  const shown = (each) => each.checkVisibility({visibilityProperty: true}) && !each.disabled;
  const inputs = "input:not([type=hidden]):not([type=radio]), select, textarea";
  return [...document.querySelectorAll(`a[href], button, summary, ${inputs}`)].filter(
    (each) => shown(each) && each.tabIndex >= 0).length;
}"""
# Where the keyboard is: a number for the element, and whether its place can be seen.
HERE = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  window.seen ??= new Map();
  if (!window.seen.has(here)) window.seen.set(here, window.seen.size);
  const box = here.getBoundingClientRect();
  const marked = [here, here.parentElement].some((each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  });
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {number: window.seen.get(here), marked, inside, html: here.outerHTML.slice(0, 90)};
}"""


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key


@pytest.fixture
def whole(register, beside):
    """Give the register with one of everything, and who opens its pages."""
    rows = beside("whole_register")
    rows.add_group(register)
    assessed = beside("register_rows").assess_register(register)
    everybody = rows.complete(assessed)
    return everybody, rows.object_of(assessed, everybody)


@pytest.fixture
def keeper(assessed) -> str:
    """Give the session of an administrator who may see names."""
    user = User.objects.create(
        username="keeper", role=Role.ADMINISTRATOR, may_see_names=True, password="!"
    )
    return session_of(user)


def walk(visitor) -> list[str]:
    """Press Tab from the top of the page until it is left; give what is wrong with the stops."""
    page = visitor.page
    expected = page.evaluate(CONTROLS)
    faults, reached = [], set()
    for _ in range(STOPS_MAX):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or (here["number"] in reached and here["number"] == 0):
            break
        reached.add(here["number"])
        if not here["marked"]:
            faults.append(f"not marked: {here['html']}")
        if not here["inside"]:
            faults.append(f"out of sight: {here['html']}")
    else:
        faults.append(f"the page is not left after {STOPS_MAX} stops")
    if len(reached) < expected:
        faults.append(f"{len(reached)} of {expected} controls reached")
    return faults


PAGES = (
    ("overview", ()),
    ("stations", ()),
    ("station", ("listing_id",)),
    ("component", ("component_id",)),
    ("claim-new", ("about",)),
    ("import-stage", ("import_id",)),
    ("map", ()),
    ("explore", ()),
    ("station-picture", ("listing_id",)),
    ("scenario", ("scenario_id",)),
    ("plan-edit", ("scenario_id",)),
    ("causes", ()),
    ("case", ("case_id",)),
    ("people", ()),
    ("person-invite", ()),
    ("account", ()),
)


def test_the_keyboard_reaches_every_control_and_its_place_is_seen(visit, whole):
    everybody, objects = whole
    visitor = visit(language="fa", width=PHONE, session=session_of(everybody.administrator))
    faults = {}
    for name, takes in PAGES:
        visitor.open(reverse(name, args=[objects[each] for each in takes]))
        if found := walk(visitor):
            faults[name] = found
    assert faults == {}


# Forms that are wrong when nothing is filled in.
FORMS = (
    ("administrator", "person-invite", ()),
    ("administrator", "account-tokens", ()),
    ("administrator", "person-reset-password", ("person_id",)),
    ("administrator", "claim-evidence", ("claim_id",)),
    ("administrator", "station-add", ()),
    ("administrator", "station-cancel", ("listing_id",)),
    ("administrator", "case-claim-fixed", ("case_id",)),
    ("administrator", "scenario-new", ()),
    ("administrator", "import", ()),
    ("administrator", "boundaries", ()),
    ("head", "case-waive", ("case_id",)),
    ("representative", "declaration-new", ()),
)


def test_a_form_that_is_wrong_takes_the_keyboard_to_its_summary_and_on_to_the_field(visit, whole):
    everybody, objects = whole
    visitors = {}
    for who, name, takes in FORMS:
        if who not in visitors:
            user = getattr(everybody, who)
            visitors[who] = visit(language="en", width=PHONE, session=session_of(user))
        visitor = visitors[who]
        page = visitor.page
        visitor.open(reverse(name, args=[objects[each] for each in takes]))
        assert page.locator("main form[method=post]").count(), name
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        button = page.locator("main form[method=post] button:not([type=button])").last
        button.focus()
        page.keyboard.press("Enter")
        summary = page.locator("#errors")
        expect(summary, name).to_be_focused()
        page.keyboard.press("Tab")
        link = page.locator("#errors a").first
        if link.count():
            expect(link, name).to_be_focused()
            page.keyboard.press("Enter")
            expect(page.locator(link.get_attribute("href")), name).to_be_focused()


def test_somebody_is_invited(visit, keeper):
    visitor = visit(language="fa", width=PHONE, session=keeper)
    page = visitor.page
    visitor.open("/people/")
    visitor.tab_to(page.locator(".pagehead__action a[href='/people/invite/']"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/people/invite/"))
    for field, text in (
        ("username", "omid.rad"), ("first_name", "امید"), ("last_name", "راد"),
        ("reason", "نامه ۱۲/۳"),
    ):  # fmt: skip
        visitor.tab_to(page.locator(f"#field-{field}"))
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(".secret bdi")).to_be_visible()
    assert User.objects.get(username="omid.rad").last_name == "راد"


def test_two_stations_are_picked_out_of_a_list_and_corrected_together(visit, keeper):
    visitor = visit(language="en", width=PHONE, session=keeper)
    page = visitor.page
    visitor.open("/stations/?kind=mobile")
    boxes = page.locator("tbody input[name=selected]")
    for number in (0, 1):
        visitor.tab_to(boxes.nth(number))
        page.keyboard.press("Space")
    expect(page.locator("[data-select-count]")).to_contain_text("2")
    edit = page.get_by_role("button", name=say("lists.select.edit", "en"))
    for _ in range(40):  # it stands above the rows
        if visitor.is_focused(edit):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/stations/bulk-edit/"))
    expect(page.locator(".pagehead__under")).to_contain_text("2 stations")


def test_a_failure_is_picked_measured_and_saved_as_a_scenario(visit, keeper):
    visitor = visit(language="fa", width=PHONE, session=keeper)
    page = visitor.page
    visitor.open("/explore/")
    visitor.tab_to(page.locator("#find-thing"))
    page.keyboard.type("CORE-1")
    page.keyboard.press("Enter")
    visitor.tab_to(page.locator(".candidate a").first)
    page.keyboard.press("Enter")
    expect(page.locator(".losses")).to_be_visible()
    save = page.locator("#result + .pagehead__action a, .card__head .pagehead__action a").first
    visitor.tab_to(save)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/scenarios/new/"))
    visitor.tab_to(page.locator("#field-title_fa"))
    page.keyboard.type("از کار افتادن مرکز استان")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/scenarios/\d+/"))


def test_the_place_of_the_keyboard_stays_when_a_list_is_filtered(visit, keeper):
    visitor = visit(language="en", session=keeper)
    page = visitor.page
    visitor.open("/stations/")
    kind = page.get_by_role("combobox", name="Kind")
    visitor.tab_to(kind)
    page.keyboard.type("m")  # the first entry that begins so
    expect(page.locator("#found h2")).to_have_text(re.compile("^3 stations"))
    expect(kind).to_be_focused()
