"""Work behind the pages in a browser: it is left, watched, and what came of it shows by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pollready.assessment import assess
from pollready.assessment.commands import save_assessment
from pollready.jobs.background import start_assessment
from pollready.jobs.models import Job
from pollready.jobs.worker import do_what_waits
from pollready.language import say
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.register.models import Claim

WIDE, PHONE = 1280, 390


@pytest.fixture
def secretary(transactional_db) -> User:
    """Somebody of the committee, who assesses as well."""
    return User.objects.create(username="secretary", role=Role.COMMITTEE_HEAD)


@pytest.fixture
def cards(register) -> ObstacleCase:
    """An obstacle at one station, of which the evidence is newer than the assessment."""
    Claim.objects.update(recorded_at=datetime.now(UTC) - timedelta(days=1))
    day = register.round.election_date
    save_assessment(assess(register.round.pk, as_of=day), now=datetime.now(UTC))
    claim = Claim.objects.get(field="cards", value="not_ready")
    claim.value, claim.recorded_at = "ready", datetime.now(UTC)
    claim.save()
    return ObstacleCase.objects.get(rule="cards_not_ready")


@pytest.mark.parametrize(("language", "width"), [("fa", PHONE), ("en", WIDE)])
def test_a_claimed_fix_is_verified_on_the_open_page_once_the_worker_has_checked_it(
    visit, cards, session, language, width
):
    visitor = visit(language=language, width=width, session=session)
    page = visitor.page
    visitor.open(f"/obstacles/{cards.pk}/claim-fixed/")
    page.get_by_label(say("board.form.claim_fixed.done", language)).fill("New cards were issued")
    page.get_by_role("button", name=say("board.form.claim_fixed.button", language)).click()
    expect(page.locator("#checking")).to_contain_text(say("board.case.checking", language))
    visitor.picture(f"jobs-checking-{language}-{width}")
    do_what_waits()
    expect(page.locator(".pagehead .state")).to_have_text(
        say("board.state.verified", language), timeout=20_000
    )
    visitor.open("/")
    expect(page.locator(".stale")).to_be_visible()
    visitor.picture(f"jobs-rechecked-{language}-{width}")
    assert Axe().run(page).violations_count == 0
    assert visitor.overflow() == 0
    page.get_by_role("button", name=say("jobs.assess_again", language)).click()
    expect(page.locator("#progress")).to_contain_text(say("jobs.begins", language))
    assert Axe().run(page).violations_count == 0
    do_what_waits()
    expect(page.get_by_role("link", name=say("jobs.see_overview", language))).to_be_visible(
        timeout=20_000
    )


def test_a_job_is_stopped_and_started_again_by_keyboard(visit, cards, session, secretary):
    job = start_assessment(cards.round_id, by=secretary, now=datetime.now(UTC))
    visitor = visit(language="en", session=session)
    page = visitor.page
    visitor.open(f"/jobs/{job.pk}/")
    page.get_by_role("button", name="Stop the work").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_contain_text("stopped")
    page.get_by_role("button", name="Start again").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_contain_text(say("jobs.begins", "en"))
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == [
        "stopped", "waiting",
    ]  # fmt: skip
    assert visitor.refused() == []
