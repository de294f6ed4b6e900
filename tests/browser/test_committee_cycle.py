"""One whole cycle of the committee's work in a real browser, in Persian.

An obstacle is found, comes to the meeting, is talked over, tried in the model and decided; its
agency mends it and shows so; the minutes are signed and frozen; the next report tells of it.
"""

import re
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Page, expect

from pollready.audit.commands import record
from pollready.committee.meetings.freezing import faults_of
from pollready.committee.meetings.models import Minutes
from pollready.duties.models import Duty
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Person, Role, User
from pollready.places.models import Agency, Place
from pollready.register.corrections.models import Evidence
from pollready.register.models import Claim, Component, Source, Tier
from pollready.resources.models import ResourceLot

STATION, COUNTY = "0001", "02"
RECORDED = datetime(2024, 6, 1, tzinfo=UTC)
POWER = "توزیع برق"
OBSTACLE = "برق پشتیبان ناکافی"
DECISION = "باتری دوازده‌ساعته در شعبه ۰۰۰۱ نصب شود."
VIEW = "برق این محله شب‌ها قطع می‌شود."
NOTE = "باتری نصب و آزموده شد."


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def wanting_power(register):
    """The small register, in which one station lacks nothing but power; not assessed yet."""
    first, source = register.listings[0], register.source
    of_round = {"round": register.round}
    for name in ("علی نمونه", "مریم نمونه"):
        Person.objects.create(
            name=name, role="کاربر رایانه", scope=STATION, deputy="مینا نمونه", trained=True,
            **of_round,
        )  # fmt: skip
    governor = Person.objects.create(name="رضا نمونه", role="فرماندار", scope="میانه", **of_round)
    Duty.objects.create(
        person=governor, text="تعیین مرجع صدور دستور تعرفه کاغذی", evidence="نامه ۱۲",
        source=source, **of_round,
    )  # fmt: skip
    Component.objects.create(
        code="DP-1", kind="depot", name="انبار میانه", lat=first.point.lat,
        lon=first.point.lon, tier=Tier.COUNTY, classification=1, **of_round,
    )  # fmt: skip
    ResourceLot.objects.create(
        agency=Agency.objects.get(code="TCI"), kind="دستگاه احراز هویت", depot="انبار میانه",
        county=Place.objects.get(code=COUNTY), delivered=10, tested=10, deployed=0,
        provisioned=True, source=source, **of_round,
    )  # fmt: skip
    Claim.objects.filter(listing=first, field="id_devices").update(value="4")
    Claim.objects.update(recorded_at=RECORDED)
    Source.objects.update(received_at=RECORDED)
    with transaction.atomic():  # from then on the register's past is told
        record(actor="keeper", command="import_file", now=RECORDED, entries=[])
    return register


@pytest.fixture
def people(wanting_power) -> dict[str, User]:
    make = User.objects.create
    return {
        "secretary": make(username="secretary", first_name="لیلا", role=Role.SECRETARY,
                          clearance=1),
        "head": make(username="head", first_name="سارا", role=Role.COMMITTEE_HEAD, clearance=1),
        "power": make(username="power", first_name="رضا", role=Role.AGENCY_REPRESENTATIVE,
                      clearance=1, agency=Agency.objects.get(code="PWR")),
    }  # fmt: skip


@pytest.fixture
def seated(visit, people):
    """Give everybody his own window, signed in."""
    windows = {}
    for name, user in people.items():
        client = Client()
        client.force_login(user)
        windows[name] = visit(language="fa", session=client.session.session_key)
    return windows


def press(page: Page, name: str, *, within: str = "main") -> None:
    """Press a button and wait for what comes of it."""
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state("networkidle")


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """Follow a link of the page."""
    exact = isinstance(name, str)
    page.locator("main").get_by_role("link", name=name, exact=exact).first.click()
    page.wait_for_load_state("networkidle")


def keep_report(visitor) -> str:
    """Make a report of the province today; give its address."""
    visitor.open("/reports/")
    follow(visitor.page, "تهیه گزارش")
    visitor.page.get_by_label("گزارش از").select_option("provincial")
    press(visitor.page, "تهیه و نگه‌داری گزارش")
    expect(visitor.page.locator("main")).not_to_contain_text("ناکام")
    visitor.open("/reports/")
    visitor.page.locator("tbody th a").first.click()
    visitor.page.wait_for_load_state("networkidle")
    return visitor.page.url


def test_an_obstacle_is_found_decided_on_mended_and_told_of(seated, wanting_power, people):
    secretary, head, power = seated["secretary"], seated["head"], seated["power"]

    # The assessment finds the obstacle, and a report tells how things stand.
    secretary.open("/jobs/")
    press(secretary.page, "ارزیابی دوباره")
    case = ObstacleCase.objects.get(rule="backup_power_short")
    assert (case.severity, case.stations, case.voters) == ("severe", 1, 753)
    keep_report(secretary)
    expect(secretary.page.locator("section[aria-labelledby=trend]")).to_contain_text("نخستین گزارش")

    # The secretary plans a meeting, invites, and takes the obstacle from the proposed agenda.
    page = secretary.page
    secretary.open("/meetings/")
    follow(page, "برنامه‌ریزی جلسه")
    page.get_by_label("عنوان", exact=True).fill("نشست نخست کمیته")
    page.get_by_label("تاریخ", exact=True).fill("۱۴۰۷/۰۳/۳۰")
    page.get_by_label("ساعت", exact=True).fill("۰۹:۳۰")
    page.get_by_label("حد نصاب (شمار اعضای دارای حساب)").fill("۳")
    press(page, "ذخیره جلسه")
    meeting = page.url.removeprefix(secretary.base)
    for who in ("سارا", f"رضا — {POWER}"):
        page.get_by_label("عضو دارای حساب").select_option(label=who)
        press(page, "دعوت از عضو")
    follow(page, "پیشنهاد دستور از وضعیت")
    proposed = page.locator(".proposals li").filter(has_text=OBSTACLE)
    expect(proposed).to_contain_text("۷۵۳")
    secretary.picture("cycle-agenda-fa")
    proposed.get_by_role("checkbox").check()
    press(page, "افزودن برگزیده‌ها به دستور")
    press(page, "آغاز جلسه")

    # In the room the agency gives its view, and suggests something with what it would change.
    power.open(meeting)
    follow(power.page, re.compile(OBSTACLE))
    power.page.get_by_label("نظر شما").fill(VIEW)
    press(power.page, "ثبت نظر")
    power.page.get_by_label("پیشنهاد شما").fill("باتری دوازده‌ساعته در این شعبه")
    press(power.page, "ثبت پیشنهاد")
    power.page.get_by_text("باتری یا ژنراتور در چند شعبه").click()
    change = power.page.locator("details[open]")
    expect(change.get_by_label("کد شعبه‌ها")).to_have_value(STATION)
    change.get_by_label("باتری (ساعت)").fill("۱۲")
    press(power.page, "افزودن این تغییر", within="details[open]")

    # The secretary tries it in the model, and it is accepted.
    secretary.open(power.page.url.removeprefix(power.base))
    press(page, "آزمودن در مدل")
    page.reload()
    expect(page.locator(".said__effect")).to_contain_text("۱ شعبه با ۷۵۳ مراجع آماده می‌شود.")
    expect(page.locator(".said__effect")).to_contain_text(OBSTACLE)
    secretary.picture("cycle-effect-fa")
    page.get_by_label("پذیرفته شد").check()
    press(page, "ثبت پاسخ")

    # The decision gets an owner and a day, and becomes a follow-up.
    follow(page, "نوشتن تصمیم از این پیشنهاد")
    page.get_by_label("متن تصمیم").fill(DECISION)
    page.get_by_label("مسئول").select_option(label=POWER)
    page.get_by_label("مهلت").fill("۱۴۰۷/۰۴/۰۲")
    press(page, "ذخیره و قطعی کردن")
    secretary.picture("cycle-decided-fa")
    follow(page, DECISION)
    follow(page, re.compile("^پیگیری این تصمیم"))
    expect(page.get_by_role("heading", level=1)).to_have_text(DECISION)
    expect(page.locator("main").get_by_role("link", name="نشست نخست کمیته")).to_be_visible()

    # Its owner finds it on his own page, and from there what it is about.
    power.open("/work/")
    row = power.page.get_by_role("row").filter(has_text=DECISION)
    expect(row).to_contain_text("۷۵۳")
    power.picture("cycle-work-fa")
    row.get_by_role("link", name=DECISION, exact=True).click()
    power.page.wait_for_load_state("networkidle")
    address = power.page.url.removeprefix(power.base)
    follow(power.page, re.compile(OBSTACLE))
    expect(power.page).to_have_url(re.compile(f"/obstacles/{case.pk}/"))

    # He states what is there now, with a file that shows it, and reports the follow-up done.
    power.page.locator(".records a[href*=battery_h]").click()
    power.page.wait_for_load_state("networkidle")
    power.page.locator("[name=value]").fill("۱۲")
    letter = {"name": "delivery.txt", "mimeType": "text/plain", "buffer": b"battery installed"}
    power.page.locator("[name=evidence]").set_input_files(files=[letter])
    power.page.locator("form.correction button").first.click()
    expect(power.page.get_by_role("status")).to_contain_text("گفته دستگاه شما")
    assert Evidence.objects.filter(claim__value="12", claim__field="battery_h").count() == 1
    power.open(address)
    follow(power.page, "اعلام انجام")
    power.page.fill("[name=note]", NOTE)
    power.page.set_input_files("[name=evidence]", files=[letter])
    power.picture("cycle-done-fa")
    press(power.page, "اعلام انجام")

    # The rules run again; but what the agency says differs from the list, so nobody knows yet.
    power.open(address)
    said = power.page.locator("main")
    expect(said).to_contain_text("با هم نمی‌خواند")
    expect(said).not_to_contain_text("مانع در ۱ شعبه رفع شد")

    # The secretary compares both, believes the file, and the page says what that closed.
    secretary.open(address)
    follow(page, re.compile("^مقایسه و رفع تناقض"))
    follow(page, re.compile("مقایسه و رفع تناقض باتری"))
    secretary.picture("cycle-contradiction-fa")
    page.locator("label.tick").filter(has_text="۱۲").locator("input").check()
    page.get_by_label("دلیل", exact=True).first.fill("رسید تحویل پیوست است.")
    page.locator("main button[value=resolve]").click()
    page.wait_for_load_state("networkidle")
    secretary.open(address)
    press(page, "سنجش دوباره نتیجه")
    expect(page.locator("main")).to_contain_text("۱ مانع در ۱ شعبه رفع شد.")
    expect(page.locator("main")).to_contain_text("۱ شعبه با ۷۵۳ مراجع آماده شد.")
    expect(page.get_by_role("link", name="delivery.txt", exact=True)).to_be_visible()
    secretary.picture("cycle-closed-fa")
    power.open("/work/")
    expect(power.page.get_by_role("row").filter(has_text=DECISION)).to_have_count(0)

    # The meeting ends; its minutes are signed by everybody there, and frozen.
    secretary.open(meeting)
    for choice in page.locator("#attendance select").all():
        choice.select_option("yes")
    press(page, "ثبت حضور")
    press(page, "پایان جلسه")
    follow(page, "صورت‌جلسه")
    minutes = page.url.removeprefix(secretary.base)
    expect(page.locator("main")).to_contain_text(DECISION)
    expect(page.locator("main")).to_contain_text(VIEW)
    for window in (secretary, head, power):
        window.open(minutes)
        window.page.get_by_label("موافق").check()
        press(window.page, "ثبت نظر و امضا")
    secretary.open(minutes)
    press(page, "بستن صورت‌جلسه")
    expect(page.locator("main")).to_contain_text("همه اثرانگشت‌ها")
    kept = Minutes.objects.get()
    assert (kept.state, faults_of(kept)) == ("frozen", [])
    expect(page.locator("main")).to_contain_text(kept.content_hash)
    secretary.picture("cycle-minutes-fa")

    # The next assessment no longer finds it, and the next report tells what changed and who did it.
    secretary.open("/jobs/")
    press(page, "ارزیابی دوباره")
    case.refresh_from_db()
    assert case.state == "gone"
    keep_report(secretary)
    trend = page.locator("section[aria-labelledby=trend]")
    cells = trend.locator("table").first.locator("tbody tr")
    expect(cells).to_have_count(2)
    told = [row.locator("td").all_inner_texts() for row in cells.all()]
    stations, ready, severe = 0, 1, -1
    assert [row[stations] for row in told] == ["۱۲", "۱۲"]
    assert [row[ready] for row in told] == ["۰", "۱"]
    assert [row[severe] for row in told] == ["۶", "۵"]
    expect(trend).to_contain_text("آماده شد")
    expect(trend).to_contain_text("۰۰۰۱")
    gone = trend.get_by_role("row").filter(has_text=OBSTACLE)
    expect(gone).to_contain_text("برطرف شد")
    expect(trend).to_contain_text(POWER)
    expect(trend).to_contain_text("قطعی شدن تصمیم")
    secretary.picture("cycle-report-fa")

    for visitor in (secretary, head, power):
        assert visitor.refused() == []
        assert visitor.outside() == []
        assert [said for said in visitor.said if said.startswith("error")] == []
