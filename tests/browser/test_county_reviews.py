"""One county's review on a telephone: read, objected to, signed; then the committee acts."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from pollready.committee.county_reviews.commands import prepare_reviews, send_review
from pollready.committee.county_reviews.models import CountyReview
from pollready.duties.commands import DutyDraft, enter_duty
from pollready.duties.follow_ups.models import FollowUp
from pollready.language import say
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place

OBJECTION = "راه روستا بسته است و ژنراتور به شعبه نمی‌رسد."
NAME = "رضا نمونه"
VIOLATIONS = """axe.run({resultTypes: ["violations"]}).then((found) =>
  found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`))"""


@pytest.fixture(autouse=True)
def at_once(settings, tmp_path):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.POLLREADY_DATA = tmp_path


@pytest.fixture
def secretary(assessed, beside) -> User:
    beside("register_rows").record_earlier(assessed)
    user = User.objects.create(username="secretary", role=Role.SECRETARY, language="fa")
    power = Agency.objects.get(code="PWR")
    for draft in (
        DutyDraft("کلیدداران شعب را معرفی کنید", office=Role.GOVERNOR, deadline="T-8"),
        DutyDraft("ژنراتور برای شعب شهرستان", agency_id=power.pk, covers="stations",
                  deadline="T-2"),
    ):  # fmt: skip
        enter_duty(draft, round_id=assessed.round.pk, by=user, now=datetime.now(UTC))
    return user


@pytest.fixture
def governor(assessed) -> User:
    user = User.objects.create(username="governor", role=Role.GOVERNOR, language="fa")
    user.places.add(Place.objects.get(code="01"))
    return user


def sign_in(visitor, user) -> None:
    client = Client()
    client.force_login(user)
    visitor.context.add_cookies(
        [{"name": "sessionid", "value": client.session.session_key, "url": visitor.base}]
    )


def words(key, **fields):
    return say(f"county_review.{key}", "fa", **fields)


def test_a_county_objects_and_signs_and_the_committee_follows_up(
    visit, assessed, secretary, governor
):
    committee = visit(language="fa", width=1280)
    sign_in(committee, secretary)
    committee.open("/county-reviews/")
    page = committee.page
    page.get_by_role("button", name=words("do.prepare_all")).click()
    page.wait_for_load_state("networkidle")
    page.reload()
    page.get_by_role("button", name=words("do.send_all")).click()
    expect(page.get_by_text(words("done.sent", reviews=4))).to_be_visible()
    names = page.locator("tbody th").all_inner_texts()
    assert [name.split()[-1] for name in names] == ["۰۱", "۰۲", "۰۳", "۰۴"]

    phone = visit(language="fa", width=390)
    sign_in(phone, governor)
    phone.open("/county-reviews/")
    page = phone.page
    assert page.locator("tbody tr").count() == 1
    page.locator("tbody th a").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_have_text(words("one", county="\u2068تبریز\u2069"))
    expect(page.locator("#part-promise")).to_have_text(words("part.promise"))
    phone.picture("county-review-to-answer-fa-390")
    page.evaluate(Axe().axe_script)
    assert page.evaluate(VIOLATIONS) == []
    assert phone.overflow() <= 0

    # An objection without its reason is told beside its item, and nothing is lost.
    page.locator("[name=answer-2][value=agreed]").check()
    page.locator("[name=answer-1][value=objected]").check()
    page.get_by_role("button", name=words("answer.save")).click()
    expect(page.locator("#error-1")).to_be_visible()
    expect(page.locator("[name=answer-2][value=agreed]")).to_be_checked()
    assert phone.overflow() <= 0
    page.fill("[name=text-1]", OBJECTION)
    page.get_by_role("button", name=words("answer.agree_rest")).click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text(words("answer.saved"))).to_be_visible()

    page.get_by_role("button", name=words("sign.button")).click()
    expect(page.locator("#error-typed_name")).to_be_visible()
    page.fill("[name=typed_name]", NAME)
    page.get_by_role("button", name=words("sign.button")).click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text(words("sign.done"))).to_be_visible()
    expect(page.get_by_text(words("proof.holds"))).to_be_visible()
    expect(page.get_by_text(OBJECTION)).to_be_visible()
    assert page.locator("[name=answer-1]").count() == 0
    phone.picture("county-review-signed-fa-390")
    assert phone.overflow() <= 0
    review = CountyReview.objects.get(county__code="01")
    assert (review.state, review.sign_off.typed_name) == ("signed_off", NAME)

    committee.open(f"/county-reviews/{review.pk}/")
    page = committee.page
    expect(page.get_by_text(OBJECTION).first).to_be_visible()
    committee.picture("county-review-objection-fa-1280")
    page.get_by_role("link", name=words("do.follow_up")).click()
    expect(page.locator("[name=text]")).to_contain_text(OBJECTION)
    page.select_option("[name=owner]", f"agency:{Agency.objects.get(code='PWR').pk}")
    page.fill("[name=deadline]", "T-2")
    page.get_by_role("button", name=say("follow_up.form.start", "fa")).click()
    page.wait_for_load_state("networkidle")
    made = FollowUp.objects.get()
    assert review.items.get(number=1).follow_up == made
    committee.open(f"/county-reviews/{review.pk}/")
    expect(page.get_by_role("link", name=words("objection.followed"), exact=True)).to_be_visible()
    assert committee.refused() == [] == phone.refused()
    assert committee.outside() == [] == phone.outside()


def test_another_countys_governor_finds_nothing(visit, assessed, secretary):
    prepared = prepare_reviews(
        [Place.objects.get(code="01").pk], saved=assessed.saved, by=secretary,
        now=datetime.now(UTC),
    )  # fmt: skip
    review = prepared.reviews[0]
    send_review(review.pk, version=1, by=secretary, now=datetime.now(UTC))
    other = User.objects.create(username="other", role=Role.GOVERNOR, language="fa")
    other.places.add(Place.objects.get(code="02"))
    visitor = visit(language="fa", width=390)
    sign_in(visitor, other)
    assert visitor.open(f"/county-reviews/{review.pk}/") == 404
    visitor.open("/county-reviews/")
    expect(visitor.page.get_by_text(words("none_sent"))).to_be_visible()
