"""Importing a list in a real browser: send, correct, look, apply; both languages, phone width."""

import re
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pollready.jobs.background import run_job
from pollready.jobs.models import Job, JobState
from pollready.places.models import Listing

PHONE = 390


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path / "data"
    return tmp_path


@pytest.fixture
def broken(tmp_path) -> Path:
    """A list as an office might send it: odd headings, a wrong cell, a row without a code."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "شعب"
    page.append(["کد شعبه", "نام محل", "شهرستان", "نوع", "صندوق لازم", "کد ملی مسئول", "مراجعان"])
    page.append(["101", "دبستان فردوسی", "اهر", "ثابت", 2, "0084575948", 900])
    page.append(["102", "مسجد جامع", "اهر", "ثابت", "زیاد", "0084575949", 1200])
    page.append(["", "", "اهر", "ثابت", 1, "", ""])
    path = tmp_path / "فهرست شعب.xlsx"
    book.save(path)
    return path


def work() -> None:
    """Do what waits, as the worker beside the console would."""
    for job in Job.objects.filter(state=JobState.WAITING):
        run_job.call(job.pk)


def send(visitor, path: Path, button: str) -> None:
    visitor.open("/import/")
    visitor.page.locator("input[type=file]").set_input_files(path)
    visitor.page.get_by_role("button", name=button).click()
    visitor.page.wait_for_url(re.compile(r"/import/\d+/"))


def check_quality(visitor, name: str) -> None:
    """Look for what axe finds, for what is wider than the window, and for errors."""
    visitor.picture(name)
    found = Axe().run(visitor.page)
    assert found.violations_count == 0, found.generate_report()
    assert visitor.overflow() <= 0, name
    assert visitor.refused() == []
    assert not [each for each in visitor.said if each.startswith("error")]


def test_a_broken_list_is_corrected_looked_at_and_applied(visit, session, broken):
    visitor = visit(language="en", session=session)
    send(visitor, broken, "Read the file")
    expect(visitor.page.locator("#progress")).to_contain_text("Reading and comparing")
    check_quality(visitor, "import-reading-en-1280")
    work()
    # The page looks by itself and turns into what was found.
    expect(visitor.page.get_by_role("button", name="Apply the differences")).to_be_visible()
    check_quality(visitor, "import-stage-en-1280")

    visitor.page.get_by_role("link", name="Columns").click()
    choice = visitor.page.get_by_label(re.compile("صندوق لازم"))
    choice.select_option("stations.boxes")
    check_quality(visitor, "import-columns-en-1280")
    visitor.page.get_by_role("button", name="Read again").click()
    visitor.page.wait_for_url(re.compile(r"/import/\d+/$"))
    work()
    expect(visitor.page.get_by_role("button", name="Apply the differences")).to_be_visible()

    visitor.page.get_by_role("link", name=re.compile("^Faults")).click()
    expect(visitor.page.get_by_text("زیاد").first).to_be_visible()
    check_quality(visitor, "import-faults-en-1280")
    visitor.page.get_by_role("link", name="Differences").click()
    expect(visitor.page.get_by_text("دبستان فردوسی")).to_be_visible()
    check_quality(visitor, "import-diff-en-1280")

    visitor.page.get_by_role("link", name="Summary").click()
    visitor.page.get_by_role("button", name="Apply the differences").click()
    visitor.page.wait_for_load_state("networkidle")
    work()
    expect(visitor.page.locator(".tag--applied").first).to_be_visible()
    assert Listing.objects.count() == 2


def test_a_list_is_sent_and_discarded_by_keyboard_alone(visit, session, broken):
    visitor = visit(language="en", width=PHONE, session=session)
    visitor.open("/import/")
    visitor.page.locator("input[type=file]").set_input_files(broken)
    visitor.page.locator("input[type=file]").focus()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(re.compile(r"/import/\d+/"))
    work()
    discard = visitor.page.get_by_role("button", name="Discard the file")
    discard.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator(".tag--discarded").first).to_be_visible()
    assert not Listing.objects.exists()


def test_a_file_that_is_no_list_is_said_beside_the_field(visit, session, tmp_path):
    wrong = tmp_path / "letter.pdf"
    wrong.write_bytes(b"%PDF-1.7 a letter")
    visitor = visit(language="en", session=session)
    visitor.open("/import/")
    visitor.page.locator("input[type=file]").set_input_files(wrong)
    visitor.page.get_by_label("Election day").fill("1407/04/08")
    visitor.page.get_by_role("button", name="Read the file").click()
    expect(visitor.page.locator("#errors")).to_be_visible()
    expect(visitor.page.get_by_label("Election day")).to_have_value("1407/04/08")
    visitor.picture("import-refused-en-1280")
