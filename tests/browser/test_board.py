"""The board of obstacles in a browser: from found to verified, by keyboard, on a phone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from pollready.assessment import assess
from pollready.assessment.cases.comments import comment
from pollready.assessment.commands import save_assessment
from pollready.language import say
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Role, User
from pollready.register.models import Claim

WIDE, PHONE = 1280, 390
VIEWS = [(language, width) for language in ("fa", "en") for width in (WIDE, PHONE)]
TABS_MAX = 120


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


def tab_to(page: Page, wanted: Locator) -> None:
    """Reach something by the keyboard alone."""
    for _ in range(TABS_MAX):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


def check_for_faults(visitor, name: str) -> None:
    found = Axe().run(visitor.page)
    assert found.violations_count == 0, found.generate_report()
    assert visitor.overflow() == 0, f"{name} is wider than its window"
    assert visitor.refused() == []
    assert visitor.said == []
    assert visitor.outside() == []


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_every_page_of_the_board_is_sound(visit, cards, session, secretary, language, width):
    other = User.objects.create(username="reza", role=Role.SECRETARY, first_name="رضا")
    comment(case_id=cards.pk, text="سلام @secretary", by=other, now=datetime.now(UTC))
    visitor = visit(language=language, width=width, session=session)
    for name, path in {
        "board": "/causes/",
        "board-empty": "/causes/?state=gone",
        "board-mentions": "/mentions/",
        "board-case": f"/obstacles/{cards.pk}/",
        "board-claim": f"/obstacles/{cards.pk}/claim-fixed/",
        "board-assign": f"/obstacles/{cards.pk}/assign/",
        "board-waive": f"/obstacles/{cards.pk}/waive/",
    }.items():
        assert visitor.open(path) == 200
        visitor.picture(f"{name}-{language}-{width}")
        check_for_faults(visitor, name)


@pytest.mark.parametrize(("language", "width"), [("fa", PHONE), ("en", WIDE)])
def test_from_a_found_obstacle_to_a_verified_one_by_keyboard_alone(
    visit, cards, register, session, language, width
):
    def words(key: str) -> str:
        return say(key, language)

    visitor = visit(language=language, width=width, session=session)
    page = visitor.page
    visitor.open("/causes/?rule=cards_not_ready")
    tab_to(page, page.locator("tbody th a"))
    page.keyboard.press("Enter")
    accept = page.get_by_role("button", name=words("board.step.found.accepted"))
    tab_to(page, accept)
    page.keyboard.press("Enter")
    expect(page.locator(".pagehead .state")).to_have_text(words("board.state.accepted"))

    tab_to(page, page.get_by_role("link", name=words("board.action.claim_fixed")))
    page.keyboard.press("Enter")
    done = page.get_by_label(words("board.form.claim_fixed.done"))
    tab_to(page, done)
    page.keyboard.type("New cards were issued")
    send = page.get_by_role("button", name=words("board.form.claim_fixed.button"))
    tab_to(page, send)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_focused()  # nothing new is recorded yet
    expect(done).to_have_value("New cards were issued")
    visitor.picture(f"board-refused-{language}-{width}")

    issue_cards(cards, register)
    tab_to(page, send)
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
