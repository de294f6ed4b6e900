"""What one representative owes, from signing in to the effect of what was done."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from pollready.committee.follow_up_effects import start_measured
from pollready.committee.reminders.commands import remind
from pollready.duties.follow_ups.commands import FollowUpDraft
from pollready.duties.follow_ups.models import FollowUp
from pollready.language import say
from pollready.people.models import Role, User
from pollready.places.models import Agency
from pollready.register.models import Claim

PASSWORD = "cards for every station"
WIDTHS = {"fa": 390, "en": 1280}
TASK = "کارت‌های شعب را آماده کنید"


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def telecom(assessed) -> User:
    user = User(
        username="tci", first_name="رضا", role=Role.AGENCY_REPRESENTATIVE, clearance=1,
        agency=Agency.objects.get(code="TCI"),
    )  # fmt: skip
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def follow_up(assessed, telecom, beside) -> FollowUp:
    beside("register_rows").record_earlier(assessed)
    head = User.objects.create(username="head", role=Role.COMMITTEE_HEAD, clearance=1)
    draft = FollowUpDraft(
        TASK, agency_id=telecom.agency_id, deadline="T-12", covers="stations",
        query="cards=not_ready", figure="rule", figure_of="cards_not_ready",
    )  # fmt: skip
    now = datetime.now(UTC)
    made = start_measured(draft, round_id=assessed.round.pk, by=head, now=now)
    remind(now=now)
    return made


def mend(follow_up: FollowUp) -> None:
    """Let the register say that the cards came, as the office's next list does."""
    now = datetime.now(UTC)
    for row in follow_up.objects_of.all():
        old = Claim.objects.get(listing=row.listing, field="cards", superseded_at=None)
        Claim.objects.filter(pk=old.pk).update(superseded_at=now)
        old.pk, old.value, old.recorded_at, old.superseded_at = None, "ready", now, None
        old.save()


def sign_in(page, language: str, base: str) -> None:
    page.goto(f"{base}/sign-in/")
    page.fill("[name=login]", "tci")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form, form").filter(has=page.locator("[name=password]")).get_by_role(
        "button"
    ).first.click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("language", WIDTHS)
def test_from_signing_in_to_the_effect_of_what_was_done(visit, follow_up, telecom, language):
    telecom.language = language
    telecom.save()
    visitor = visit(language=language, width=WIDTHS[language])
    page = visitor.page

    def words(key, **fields):
        return say(key, language, **fields)

    sign_in(page, language, visitor.base)
    visitor.open("/work/")
    expect(page.get_by_role("heading", level=1)).to_have_text(words("work.title"))
    expect(page.get_by_text(words("reminders.text.overdue", things=1))).to_be_visible()
    visitor.picture(f"work-{language}")
    assert visitor.overflow() <= 0
    row = page.get_by_role("row").filter(has_text=TASK)
    expect(row).to_contain_text(words("console.stations.count", stations=1))
    row.get_by_role("link", name=words("work.step.report")).click()

    page.get_by_role("button", name=words("follow_up.page.report")).click()
    expect(page.locator("#errors")).to_be_visible()  # nothing was written yet
    page.fill("[name=note]", "کارت‌ها رسید و آزموده شد.")
    page.get_by_role("button", name=words("follow_up.page.report")).click()
    expect(page.locator("#error-letter_no")).to_be_visible()
    expect(page.locator("[name=note]")).to_have_value("کارت‌ها رسید و آزموده شد.")
    page.set_input_files(
        "[name=evidence]",
        files=[{"name": "minutes.txt", "mimeType": "text/plain", "buffer": b"cards were issued"}],
    )
    mend(follow_up)
    page.get_by_role("button", name=words("follow_up.page.report")).click()
    page.wait_for_load_state("networkidle")

    expect(page.get_by_text(words("follow_up.verdict.reached")).first).to_be_visible()
    closed = words("follow_up.page.closed", obstacles=1, stations=1)
    expect(page.locator("main")).to_contain_text(closed)
    expect(page.get_by_role("link", name="minutes.txt", exact=True)).to_be_visible()
    assert visitor.overflow() <= 0
    visitor.picture(f"follow-up-{language}")
    follow_up.refresh_from_db()
    assert follow_up.state == "verified"

    visitor.open("/work/")
    expect(page.get_by_role("row").filter(has_text=TASK)).to_have_count(0)
    page.get_by_role("button", name=words("reminders.seen")).click()
    expect(page.get_by_text(words("reminders.marked"))).to_be_visible()
    faults = [said for said in visitor.said if said.startswith("error") and "422" not in said]
    assert faults + visitor.refused() == []


def test_the_office_gives_one_from_a_list_and_hands_it_back(visit, assessed, follow_up, session):
    User.objects.filter(username="secretary").update(clearance=1)
    visitor = visit(language="en", session=session)
    page = visitor.page
    visitor.open("/stations/?cards=not_ready")
    page.get_by_role("link", name=say("follow_up.start_here", "en")).click()
    page.get_by_role("button", name=say("follow_up.form.start", "en")).click()
    expect(page.locator("#errors")).to_be_visible()
    page.fill("[name=text]", "Put the cards in")
    page.select_option("[name=owner]", label=follow_up.agency.name)
    page.get_by_role("button", name=say("follow_up.form.start", "en")).click()
    expect(page.locator("#error-deadline")).to_contain_text("deadline")
    page.fill("[name=deadline]", "1407/04/01")
    page.get_by_role("button", name=say("follow_up.form.start", "en")).click()
    page.wait_for_load_state("networkidle")
    made = FollowUp.objects.latest("pk")
    assert (made.text, made.deadline, made.query) == ("Put the cards in", "2028-06-21",
                                                      "cards=not_ready")  # fmt: skip
    page.get_by_role("link", name=say("follow_up.reason.drop.button", "en")).click()
    page.fill("[name=reason]", "It is there twice")
    page.get_by_role("button", name=say("follow_up.reason.drop.button", "en")).click()
    expect(page.get_by_text(say("follow_up.saved.drop", "en"))).to_be_visible()
    visitor.open("/follow-ups/?state=dropped")
    expect(page.get_by_role("link", name="Put the cards in")).to_be_visible()
