"""Every address that answers with a page: accessible, quiet, narrow enough, light enough."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from pollready.console.access_table import Route, routes
from pollready.people.models import Role

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
LARGEST_BYTES = 300_000
LANGUAGES = {"fa": "rtl", "en": "ltr"}
# Answers to an address that is no page for its reader, which the browser's console repeats.
REFUSALS = (403, 404, 405)
# Addresses of the same page in another state.
VARIANTS = {
    "stations": (
        "?county=01&readiness=not_ready&criterion=second_path.unmet",
        "?q=nowhere",
        "?operator=MCI&signal=good&columns=code,county,software,cards",
    ),
    "components": ("?kind=depot",),
    "causes": ("?state=gone",),
    "people": ("?q=nobody",),
    "claim-new": ("?field=battery_h", "?field=cards"),
    "contradiction": ("?field=signal_1",),
    "bulk-edit": ("?selected={listing_id}",),
    "explore": ("?find=CORE", "?c=CORE-1&c=EX-04&hours=6&c=nothing", "?kind=exchange"),
    "explore-singles": ("?m=online&tier=all",),
    "explore-pairs": ("?m=online&tier=all",),
    "explore-worst": ("?m=online",),
    "explore-distribution": ("?m=online",),
    "station-picture": ("?fail=CORE-1", "?root=CORE-1"),
    "plan-edit": ("?from=standard",),
    "work": ("?kind=obstacle",),
    "follow-ups": ("?state=all", "?state=dropped&q=nothing"),
    "follow-up-new": ("?covers=stations&query=cards%3Dnot_ready&measure=rule%3Acards_not_ready",),
    "duties": ("?q=nowhere", "?when=overdue"),
    "duty": ("?state=done",),
    "duty-new": (
        "?covers=stations&query=kind%3Dmobile",
        "?covers=components&query=kind%3Dexchange",
    ),
    "reminder-channels": ("?only=failed",),
    "allocation-compare": ("?a=1&b=2",),
    "allocation-new": ("?from=1",),
    "ledger": ("?kind=generator", "?kind=nothing"),
    "ledger-lots": ("?only=conflict", "?only=twice"),
    "lot-settle": ("?account=delivered",),
    "queues": ("?sort=-wait_over", "?q=nowhere", "?wait=over"),
    "queue-station": (
        "?voters=900&devices=3&service_min=1.5&outage_devices=1&outage_from_h=2&extension_h=2"
        "&second_min=3&second_desks=4",
    ),
    "queues-morning": (
        "?capacity_per_s=2&check_in_messages=1&power_on_messages=40&starts_min=10&ends_min=0",
        "?component={component_id}",
    ),
    "staging": (
        "?goal=median&candidates=stations&sites=2",
        "?target_min=soon&site_1=nowhere&rule_1=stays&why_2=because",
        "?keep_depots=1&site_1=nowhere&rule_1=stays&why_1=because",
    ),
    "staging-compare": ("?a=1&b=2",),
    "dispatch": (
        "?work=set_up&base_0=0001&teams_0=2",
        "?work=deliveries",
        "?base_0=nowhere&teams_0=many",
    ),
    "dispatch-sheets": ("?work=set_up&base_0=0001&teams_0=2",),
    "dispatch-now": ("?stations=nowhere&at=soon", "?stations=0001&place_0=0001"),
}
AXE = Axe()
VIOLATIONS = """axe.run({resultTypes: ["violations"]}).then((found) =>
  found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`))"""
# Answered with a file, with figures, or with a part of the page that asks for it.
FILES = {
    "calendar-feed", "map-data", "map-lines", "evidence", "import-file", "import-template",
    "explore-stations", "follow-up-file", "lot-note",
    "meeting-minutes-pdf", "meeting-minutes-docx", "meeting-scan",
}  # fmt: skip
PARTS = {"duty-covered", "map-card", "explore-result", "case-checking", "follow-up-checking"}
# They end what the walk itself stands on, or lead elsewhere.
LEADING = {"sign-out", "language", "sign-in-again"}


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def whole(register, beside):
    """Give the assessed register with one of everything, and those who open its pages."""
    rows = beside("whole_register")
    rows.add_group(register)
    assessed = beside("register_rows").assess_register(register)
    everybody = rows.complete(assessed)
    return everybody, rows.object_of(assessed, everybody)


def pages() -> list[Route]:
    """List what a browser may open: all but the API, files, and what ends the walk."""
    return [
        route
        for route in routes()
        if not route.address.startswith("/api/") and route.name not in FILES | PARTS | LEADING
    ]


def who_opens(route: Route, everybody):
    """Give the administrator, or who alone is let in."""
    if route.lets_in(Role.ADMINISTRATOR):
        return everybody.administrator
    return everybody.head if route.lets_in(Role.COMMITTEE_HEAD) else everybody.representative


def addresses(route: Route, objects: dict[str, object]) -> list[str]:
    bare = reverse(route.name, args=[objects[name] for name in route.takes])
    return [bare, *(bare + more.format(**objects) for more in VARIANTS.get(route.name, ()))]


def sign_in(visitor, user) -> None:
    client = Client()
    client.force_login(user)
    visitor.context.add_cookies(
        [{"name": "sessionid", "value": client.session.session_key, "url": visitor.base}]
    )


def look_for_faults(visitor, language: str) -> list[str]:
    """Look at the page that is open as it is; give what is wrong with it."""
    page = visitor.page
    faults = page.evaluate(VIOLATIONS)
    if (wider := visitor.overflow()) > 0:
        faults.append(f"{wider} px wider than its window")
    if page.locator("html").get_attribute("dir") != LANGUAGES[language]:
        faults.append("runs the wrong way")
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} first headings")
    return faults


def look(visitor, address: str, language: str, refused_once: set[int]) -> list[str]:
    """Open an address, on a desk in the light and then on a phone in the dark."""
    page = visitor.page
    visitor.said.clear()
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    response = page.goto(visitor.base + address)
    if response.status not in (200, *REFUSALS):
        return [f"status {response.status}"]
    if response.status in refused_once:  # the same few words each time
        return []
    refused_once.update({response.status} - {200})
    size = len(response.body())
    faults = [] if size <= LARGEST_BYTES else [f"{size} bytes"]
    page.evaluate(AXE.axe_script)
    faults += look_for_faults(visitor, language)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    faults += [f"phone, dark: {fault}" for fault in look_for_faults(visitor, language)]
    # Not warnings: without a graphics card the browser tells how slow the map's pictures are.
    errors = [said for said in visitor.said if said.startswith("error")]
    refusals = [f"status of {each}" for each in REFUSALS]
    faults += [said for said in errors if not any(each in said for each in refusals)]
    return faults + visitor.refused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound_on_a_desk_in_the_light_and_on_a_phone_in_the_dark(
    visit, whole, language
):
    everybody, objects = whole
    visitor = visit(language=language)
    faults: dict[str, list[str]] = {}
    opened, refused_once = set(), set()
    user = None
    for route in pages():
        if (opener := who_opens(route, everybody)) is not user:
            user = opener
            sign_in(visitor, user)
        for address in addresses(route, objects):
            if found := look(visitor, address, language, refused_once):
                faults[address] = found
        opened.add(route.name)
    assert faults == {}
    assert visitor.outside() == []
    assert len(opened) > 80
