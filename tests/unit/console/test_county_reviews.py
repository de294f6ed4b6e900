"""The pages of county reviews: what they ask for, keep of what was typed, and refuse."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.audit.frozen import freeze, unfreeze
from pollready.committee.county_reviews.commands import prepare_reviews, send_review
from pollready.committee.county_reviews.models import CountyReview, ReviewPack
from pollready.language import say
from pollready.people.models import Role, User
from pollready.places.models import Place

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


def at_browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def secretary(assessed):
    return User.objects.create(username="secretary", role=Role.SECRETARY, language="en")


@pytest.fixture
def governor(assessed):
    user = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    user.places.add(Place.objects.get(code="01"))
    return user


@pytest.fixture
def review(assessed, secretary):
    county = Place.objects.get(code="01")
    by = {"by": secretary, "now": NOW}
    (made,) = prepare_reviews([county.pk], saved=assessed.saved, **by).reviews
    return send_review(made.pk, version=1, **by)


def page(client, review):
    return client.get(reverse("county-review", args=[review.pk])).content.decode()


def asked(client, address) -> int:
    client.get(address)  # what is kept for later
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_list_asks_the_same_of_one_review_and_of_four(assessed, secretary, review):
    client, address = at_browser(secretary), reverse("county-reviews")
    one = asked(client, address)
    prepare_reviews(None, saved=assessed.saved, by=secretary, now=NOW)
    assert CountyReview.objects.count() == 4
    assert asked(client, address) == one


def test_a_page_asks_the_same_of_few_items_and_of_many(secretary, review):
    client = at_browser(secretary)
    address = reverse("county-review", args=[review.pk])
    many = asked(client, address)
    review.items.filter(number__gt=1).delete()
    assert asked(client, address) == many


def test_what_was_typed_comes_back_where_a_reason_is_missing(governor, review):
    sent = {"version": review.version, "answer-1": "objected", "text-1": "",
            "answer-2": "objected", "text-2": "It came too late."}  # fmt: skip
    client = at_browser(governor)
    answer = client.post(reverse("county-review-answer", args=[review.pk]), sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "It came too late." in shown
    assert 'id="error-1"' in shown
    assert not review.items.exclude(answer="").exists()


def test_who_answers_after_another_is_told_and_keeps_what_he_typed(governor, review):
    sent = {"version": 1, "answer-1": "objected", "text-1": "No road."}
    answer = at_browser(governor).post(reverse("county-review-answer", args=[review.pk]), sent)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "No road." in shown
    assert f'name="version" value="{review.version}"' in shown


def test_nonsense_answers_are_refused_and_not_raised(governor, review):
    client = at_browser(governor)
    address = reverse("county-review-answer", args=[review.pk])
    for sent in (
        {"version": "x"}, {"version": "2", "answer-1": "maybe"}, {"answer-99999": "agreed"},
        {"version": "2", "text-1": "\0 a remark"}, {"version": "2", "text-1": "y" * 5000},
    ):  # fmt: skip
        assert client.post(address, sent).status_code in (303, 409, 422)
    assert not review.items.exclude(answer="").exists()


def test_a_tampered_pack_is_told_and_neither_shown_nor_handed_out(secretary, review):
    unfreeze()
    text = ReviewPack.objects.get().canonical
    ReviewPack.objects.update(canonical=text.replace('"stations":3', '"stations":4'))
    freeze()
    client = at_browser(secretary)
    shown = page(client, review)
    assert say("county_review.proof.broken", "en") in shown
    assert say("county_review.part.situation", "en") not in shown
    sent = {"written_in": "en", "export_reason": "for the meeting"}
    refused = client.post(reverse("county-review-pdf", args=[review.pk]), sent)
    assert refused.status_code == 422


def test_the_pdf_leaves_with_its_reason_in_the_log(secretary, review):
    sent = {"written_in": "fa", "export_reason": "for the meeting"}
    taken = at_browser(secretary).post(reverse("county-review-pdf", args=[review.pk]), sent)
    assert taken.content.startswith(b"%PDF-1.7")
    assert "attachment" in taken.headers["Content-Disposition"]


def test_a_governor_is_told_why_a_classified_pack_is_not_his_to_take(governor, review):
    CountyReview.objects.update(classification=1)
    client = at_browser(governor)
    shown = client.get(reverse("county-review-pdf", args=[review.pk])).content.decode()
    assert say("county_review.take.not_yours", "en")[:40] in shown
    sent = {"written_in": "en", "export_reason": "x"}
    address = reverse("county-review-pdf", args=[review.pk])
    assert client.post(address, sent).status_code == 403
