"""The pack of a county as a PDF: in both languages, to the byte, with answers and signature."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pollready.committee.county_reviews.commands import prepare_reviews
from pollready.language import LANGUAGES
from pollready.people.models import Role, User
from pollready.places.models import Place
from pollready.reports.county_review import Signed, document_of, review_pdf
from pollready.reports.review_words import ReviewWords

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def review(assessed):
    by = User.objects.create(username="secretary", role=Role.SECRETARY)
    county = Place.objects.get(code="01")
    (made,) = prepare_reviews([county.pk], saved=assessed.saved, by=by, now=NOW).reviews
    return made


def pack(review):
    return json.loads(review.pack.canonical)


SIGNED = Signed("Reza Rad", NOW, "a" * 64)
ANSWERS = {1: ("objected", "The road is closed."), 2: ("agreed", "")}


def given(review, language):
    how = {"pack_hash": review.pack.sha256, "signed": SIGNED, "now": NOW}
    return pack(review), ANSWERS, language, how


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_is_typeset_to_the_byte_again(review, language):
    content, answers, language, how = given(review, language)
    first = review_pdf(content, answers, language, **how)
    assert first.startswith(b"%PDF-1.7")
    assert first == review_pdf(content, answers, language, **how)
    folder = Path("test-results")
    folder.mkdir(exist_ok=True)
    (folder / f"county-review-{language}.pdf").write_bytes(first)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_says_class_answers_and_who_signed(review, language):
    content, answers, language, how = given(review, language)
    document = document_of(content, answers, language, **how)
    said = json.dumps(document, ensure_ascii=False)
    assert "The road is closed." in said
    assert "Reza Rad" in said
    assert review.pack.sha256 in said
    assert document["frame"]["classification"]
    assert [part["label"] for part in document["parts"]][-1] == "signed"


def test_codes_of_stations_in_a_lesson_have_the_digits_of_the_language():
    row = {
        "election": "1400", "kind": "line_cut", "times": 2, "causes": [], "stop_min": None,
        "actions": [], "where": ["0003", "EX-04"], "where_more": 0, "lesson": "",
    }  # fmt: skip
    (said,) = ReviewWords("fa").lesson(row).lines
    assert "۰۰۰۳" in said
    assert "EX-04" in said
    assert "0003" in ReviewWords("en").lesson(row).lines[0]
