"""A real Chromium over the live console: what it asks for, says and refuses is all watched."""

import functools
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, sync_playwright

from pollready.console.build import FrontEndNotBuilt, NodeMissing, build
from pollready.people.models import Role, User
from tests.kept_rows import made_once

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent.parent / "test-results"
WIDE, NARROW = 1280, 360
TABS_MAX = 120
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH_POLICY = """
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) =>
    window.refused.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


def not_run(reason: str) -> None:
    """Name what cannot run here; with POLLREADY_REQUIRE_ALL=1 that is a failure."""
    if os.environ.get("POLLREADY_REQUIRE_ALL") == "1":
        pytest.fail(f"required here, but it cannot run: {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def load_beside(name: str) -> ModuleType:
    """Import a module that stands beside this file, which is in no package."""
    spec = importlib.util.spec_from_file_location(f"browser_{name}", HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def beside() -> Callable[[str], ModuleType]:
    """Give a function that imports a module from this folder."""
    return load_beside


@pytest.fixture(scope="session")
def front_end() -> None:
    """Have the front end built."""
    try:
        build()
    except (NodeMissing, FrontEndNotBuilt) as error:
        not_run(f"the front end is not built: {error}")


def _chromium() -> str | None:
    """Find a Chromium: the one named, the system's, or None for Playwright's own."""
    named = os.environ.get("POLLREADY_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def _until_loaded(act: Callable[..., None]) -> Callable[..., None]:
    """Let what may lead to another page end when that page is whole.

    Playwright waits until the other page has begun: what counts or reads at once would find half
    of it.
    """

    @functools.wraps(act)
    def acted(found: Page | Locator, *args: Any, **options: Any) -> None:
        act(found, *args, **options)
        page = found if isinstance(found, Page) else found.page
        page.wait_for_load_state()

    return acted


@pytest.fixture(scope="module")
def chromium(front_end: None) -> Iterator[Browser]:
    """Start the browser once a module.

    While it stands, Playwright keeps an event loop running in this thread, which Django takes
    for an async caller. The tests here read and write the database as ordinary code all the
    same; tests of other folders, run later by the same worker, must not meet that loop.
    """
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        for kind, name in ((Page, "click"), (Locator, "click"), (Locator, "press")):
            patch.setattr(kind, name, _until_loaded(getattr(kind, name)))
        try:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=flags)
        except Error as error:
            not_run(f"no Chromium (set POLLREADY_CHROMIUM): {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Someone at a browser, with everything that went wrong so far."""

    base: str
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        """Open a page and wait until it is quiet; give the status."""
        response = self.page.goto(f"{self.base}{path}")
        self.page.wait_for_load_state("networkidle")
        return response.status

    def outside(self) -> list[str]:
        """List what was asked of any other address than the console's."""
        own = urlsplit(self.base).netloc
        return [url for url in self.asked if urlsplit(url).netloc != own]

    def refused(self) -> list[str]:
        """List what the page's policy had to refuse."""
        return self.page.evaluate("window.refused")

    def overflow(self) -> int:
        """Tell by how many pixels the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def is_focused(self, wanted: Locator) -> bool:
        """Say whether the keyboard is at something."""
        return wanted.evaluate("element => element === document.activeElement")

    def tab_to(self, wanted: Locator) -> None:
        """Reach something by the keyboard alone, once the page is whole."""
        self.page.wait_for_load_state()
        for _ in range(TABS_MAX):
            if self.is_focused(wanted):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {wanted}")

    def picture(self, name: str) -> None:
        """Keep an image of the whole page."""
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.fixture
def visit(chromium: Browser, live_server) -> Iterator:
    """Give a function that opens a window: language, width, scheme, and who is signed in."""
    contexts: list[BrowserContext] = []

    def open_window(
        *, language: str = "fa", width: int = WIDE, scheme: str = "light", session: str = ""
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        cookies = {"pollready_language": language} | ({"sessionid": session} if session else {})
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        visitor = Visitor(live_server.url, context, page)
        page.on("console", lambda message: visitor.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: visitor.said.append(f"error: {error}"))
        context.on("request", lambda request: visitor.asked.append(request.url))
        return visitor

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def register(transactional_db):
    """Fill the small register."""
    return made_once("register", load_beside("register_rows").fill_register)


@pytest.fixture
def assessed(register):
    """Fill and assess the small register."""
    rows = load_beside("register_rows")
    return made_once("assessed", lambda: rows.assess_register(register))


@pytest.fixture
def secretary(transactional_db) -> User:
    """Someone who may not see names."""
    return User.objects.create(username="secretary", role=Role.SECRETARY, may_see_names=False)


@pytest.fixture
def session(secretary: User) -> str:
    """Give the key of a session in which the secretary is signed in."""
    from django.test import Client

    client = Client()
    client.force_login(secretary)
    return client.session.session_key
