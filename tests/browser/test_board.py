"""The board of obstacles in a browser: from found to verified, by keyboard, on a phone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from pollready.assessment import assess
from pollready.assessment.commands import save_assessment
from pollready.language import say
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.register.models import Claim

WIDE, PHONE = 1280, 390


@pytest.fixture(autouse=True)
def at_once(settings):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def cards(register) -> ObstacleCase:
    """An obstacle at one station, found just now."""
    day = register.round.election_date
    Claim.objects.update(recorded_at=datetime.now(UTC) - timedelta(days=1))
    save_assessment(assess(register.round.pk, as_of=day), now=datetime.now(UTC))
    return ObstacleCase.objects.get(rule="cards_not_ready")


@pytest.fixture
def secretary(transactional_db) -> User:
    """Somebody of the committee, who may waive as well."""
    return User.objects.create(username="secretary", role=Role.COMMITTEE_HEAD)


def issue_cards(cards: ObstacleCase, register) -> None:
    """Record the new state of the cards, as correcting a claim does."""
    now = datetime.now(UTC)
    old = Claim.objects.filter(field="cards", value="not_ready")
    new = old.first()
    old.delete()  # what stands is one claim alone
    new.pk, new.value, new.recorded_at = None, "ready", now
    new.save()


@pytest.mark.parametrize(("language", "width"), [("fa", PHONE), ("en", WIDE)])
def test_from_a_found_obstacle_to_a_verified_one_by_keyboard_alone(
    visit, cards, register, session, language, width
):
    def words(key: str) -> str:
        return say(key, language)

    visitor = visit(language=language, width=width, session=session)
    page = visitor.page
    visitor.open("/causes/?rule=cards_not_ready")
    visitor.tab_to(page.locator("tbody th a"))
    page.keyboard.press("Enter")
    accept = page.get_by_role("button", name=words("board.step.found.accepted"))
    visitor.tab_to(accept)
    page.keyboard.press("Enter")
    expect(page.locator(".pagehead .state")).to_have_text(words("board.state.accepted"))

    visitor.tab_to(page.get_by_role("link", name=words("board.action.claim_fixed")))
    page.keyboard.press("Enter")
    done = page.get_by_label(words("board.form.claim_fixed.done"))
    visitor.tab_to(done)
    page.keyboard.type("New cards were issued")
    send = page.get_by_role("button", name=words("board.form.claim_fixed.button"))
    visitor.tab_to(send)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_focused()  # nothing new is recorded yet
    expect(done).to_have_value("New cards were issued")
    visitor.picture(f"board-refused-{language}-{width}")

    issue_cards(cards, register)
    visitor.tab_to(send)
    page.keyboard.press("Enter")
    expect(page.locator(".pagehead .state")).to_have_text(words("board.state.verified"))
    expect(page.locator("#answer")).to_be_visible()
    visitor.picture(f"board-verified-{language}-{width}")
    cards.refresh_from_db()
    assert cards.state == "verified"


def test_a_fix_that_the_rule_still_finds_says_where_and_why(visit, cards, register, session):
    Claim.objects.filter(field="cards", value="not_ready").update(recorded_at=datetime.now(UTC))
    visitor = visit(language="en", session=session)
    page = visitor.page
    visitor.open(f"/obstacles/{cards.pk}/claim-fixed/")
    page.get_by_label(say("board.form.claim_fixed.done", "en")).fill("It should be all right")
    page.get_by_role("button", name=say("board.form.claim_fixed.button", "en")).click()
    answer = page.locator("section", has=page.locator("#answer"))
    expect(answer).to_contain_text("still finds this obstacle at 1 station")
    expect(answer.get_by_role("link")).to_have_attribute("href", re.compile("/stations/"))
    expect(page.locator(".pagehead .state")).to_have_text("In work")
    visitor.picture("board-still-found-en")


def test_a_name_is_offered_while_it_is_typed_and_taken_by_the_keyboard(visit, cards, session):
    User.objects.create(username="reza.head", role=Role.COMMITTEE_HEAD, first_name="Reza")
    visitor = visit(language="en", session=session)
    page = visitor.page
    visitor.open(f"/obstacles/{cards.pk}/")
    text = page.get_by_label("Comment", exact=True)
    text.focus()
    page.keyboard.type("Please look, @rez")
    expect(page.locator("[data-people]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_have_value("Please look, @reza.head ")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator(".timeline .mention")).to_have_text("@reza.head")


def test_ticked_obstacles_are_accepted_together(visit, cards, session):
    visitor = visit(language="en", session=session)
    page = visitor.page
    visitor.open("/causes/?severity=severe")
    page.get_by_label("Tick all on this page").check()
    page.get_by_role("button", name="Accept obstacles").click()
    expect(page.locator(".notices")).to_contain_text("accepted")
    assert not ObstacleCase.objects.filter(severity="severe", state="found").exists()


def test_a_filter_changes_the_board_its_count_and_the_address(visit, cards, session):
    visitor = visit(language="en", session=session)
    page = visitor.page
    visitor.open("/causes/")
    page.get_by_label("Kind of obstacle").select_option("cards_not_ready")
    expect(page.locator("#found h2")).to_have_text(re.compile("^1 obstacle"))
    expect(page).to_have_url(re.compile("rule=cards_not_ready"))
    page.get_by_role("navigation", name="States of obstacles").get_by_text("Found").first.click()
    expect(page).to_have_url(re.compile("state=found.*rule=|rule=.*state=found"))
