"""A meeting in a real browser, in Persian: from the proposed agenda to signed minutes."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from pollready.committee.meetings.agenda import proposals_for
from pollready.committee.meetings.commands import MeetingDraft, invite, plan_meeting, take_on
from pollready.committee.meetings.freezing import faults_of
from pollready.committee.meetings.models import (
    Decision,
    Meeting,
    MeetingMember,
    Minutes,
    Suggestion,
    View,
)
from pollready.people.models import Role, User
from pollready.places.models import Agency

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
NARROW = 390


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def mobile(assessed) -> User:
    return User.objects.create(
        username="mobile", role=Role.AGENCY_REPRESENTATIVE, language="en", first_name="Mina",
        last_name="Rad", agency=Agency.objects.get(code="MCI"),
    )  # fmt: skip


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key


def press(page, name: str, *, within: str = "main") -> None:
    """Press a button and wait for what comes of it."""
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=name, exact=True).first.click()


def test_a_meeting_goes_from_its_agenda_to_frozen_minutes(visit, assessed, secretary, session):
    visitor = visit(language="fa", session=session)
    page = visitor.page
    visitor.open("/meetings/new/")
    page.get_by_label("عنوان", exact=True).fill("نشست خرداد کمیته")
    page.get_by_label("تاریخ", exact=True).fill("۱۴۰۷/۰۳/۳۰")
    page.get_by_label("ساعت", exact=True).fill("۰۹:۳۰")
    page.get_by_label("حد نصاب (شمار اعضای دارای حساب)").fill("۱")
    press(page, "ذخیره جلسه")
    meeting = Meeting.objects.get()

    page.get_by_role("link", name="پیشنهاد دستور از وضعیت").click()
    page.wait_for_load_state()
    assert "مانع شدید؛" in page.locator("main").inner_text()
    visitor.picture("meeting-proposals-fa")
    for box in page.locator("input[name=about]").all()[:3]:
        box.check()
    press(page, "افزودن برگزیده‌ها به دستور")
    assert meeting.items.count() == 3
    press(page, "آغاز جلسه")

    page.get_by_role("link", name="نمایش در جلسه").click()
    page.wait_for_load_state()
    visitor.picture("meeting-item-fa")
    page.get_by_label("نظر شما").fill("این مانع پیش از آزمون کلی باید برطرف شود.")
    press(page, "ثبت نظر")
    page.get_by_label("پیشنهاد شما").fill("باتری بیشتر در شعبه ۰۰۰۱")
    press(page, "ثبت پیشنهاد")
    page.get_by_text("باتری یا ژنراتور در چند شعبه").click()
    power = page.locator("details[open]")
    power.get_by_label("کد شعبه‌ها").fill("۰۰۰۱")
    power.get_by_label("باتری (ساعت)").fill("۱۲")
    press(page, "افزودن این تغییر", within="details[open]")
    press(page, "آزمودن در مدل")
    page.reload()
    suggestion = Suggestion.objects.get()
    assert suggestion.effect is not None
    visitor.picture("meeting-suggestion-fa")
    page.get_by_label("پذیرفته شد").check()
    press(page, "ثبت پاسخ")

    page.get_by_role("link", name="نوشتن تصمیم از این پیشنهاد").click()
    page.wait_for_load_state()
    press(page, "ذخیره و قطعی کردن")
    said = page.locator("main").inner_text()
    assert "تصمیم بدون مسئول قطعی نمی‌شود" in said
    assert "تصمیم بدون مهلت قطعی نمی‌شود" in said
    visitor.picture("meeting-decision-refused-fa")
    page.get_by_label("مسئول").select_option(label="همراه اول")
    page.get_by_label("مهلت").fill("۱۴۰۷/۰۴/۰۲")
    press(page, "ذخیره و قطعی کردن")
    decision = Decision.objects.get()
    assert decision.state == "closed"
    assert decision.follow_ups.count() == 1

    visitor.open(f"/meetings/{meeting.pk}/")
    present = MeetingMember.objects.get()
    page.locator(f"#present-{present.pk}").select_option("yes")
    press(page, "ثبت حضور")
    press(page, "پایان جلسه")
    page.get_by_role("link", name="صورت‌جلسه", exact=True).click()
    page.wait_for_load_state()
    page.get_by_label("موافق").check()
    press(page, "ثبت نظر و امضا")
    press(page, "بستن صورت‌جلسه")
    minutes = Minutes.objects.get()
    assert minutes.state == "frozen"
    assert faults_of(minutes) == []
    assert "همه اثرانگشت‌ها" in page.locator("main").inner_text()
    visitor.picture("meeting-minutes-fa")
    assert bytes(minutes.pdf_fa).startswith(b"%PDF-")
    assert visitor.refused() == []
    assert [said for said in visitor.said if said.startswith("error") and "422" not in said] == []


def test_a_member_gives_his_view_on_a_phone(visit, assessed, secretary, mobile):
    draft = MeetingDraft("Committee of June", "provincial", NOW, 1)
    meeting = plan_meeting(draft, round_id=assessed.round.pk, by=secretary, now=NOW)
    invite(meeting.pk, user_id=mobile.pk, by=secretary, now=NOW)
    proposed = proposals_for(secretary, meeting, assessed.saved, now=NOW)
    take_on(meeting.pk, proposed[:2], by=secretary, now=NOW)
    visitor = visit(language="en", width=NARROW, session=session_of(mobile))
    page = visitor.page
    visitor.open("/meetings/")
    page.get_by_role("link", name="Committee of June").click()
    page.wait_for_load_state()
    assert visitor.overflow() <= 0
    page.locator(".agenda__item a").first.click()
    page.wait_for_load_state()
    page.get_by_label("Your view").fill("We can mend it by Thursday.")
    press(page, "Give the view")
    assert View.objects.get().by == mobile
    assert "We can mend it by Thursday." in page.locator("main").inner_text()
    assert visitor.overflow() <= 0
    visitor.picture("meeting-item-phone-en")
