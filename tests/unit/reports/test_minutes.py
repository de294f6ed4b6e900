"""Minutes as PDF and DOCX: tagged, with class and page on every page; what is edited comes back."""

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

import pollready.reports as reports
from pollready.language import LANGUAGES, digits
from pollready.language.catalogue import area
from pollready.reports.minutes import minutes_docx, minutes_pdf, texts_of_docx

NOW = datetime(2028, 6, 20, 9, 0, tzinfo=UTC)
HEAD = {
    "id": 7, "title": "نشست کمیته", "kind": "provincial", "county": "", "venue": "استانداری",
    "starts_at": "2028-06-19T09:00:00+00:00", "opened_at": "2028-06-19T09:05:00+00:00",
    "closed_at": "2028-06-19T11:00:00+00:00", "round": "انتخابات نمونه",
    "jurisdiction": "آذربایجان شرقی", "class": 1,
}  # fmt: skip


def said(text: str, **more) -> dict:
    return {"by": "Sara Amini", "agency": "همراه اول", "post": "", "role": "secretary",
            "at": "2028-06-19T09:30:00+00:00", "text": text, **more}  # fmt: skip


def signed(items: int = 3) -> dict:
    effect = {
        "stations_ready": 2, "voters_ready": 1500, "without_voters_ready": 0, "stations_opened": 0,
        "voters_opened": 0, "without_voters_opened": 0, "vanished": ["cards_not_ready"],
    }  # fmt: skip
    item = {
        "version": 2, "about": "case-1", "title": "", "why": "severe_new",
        "why_fields": {"stations": 3, "voters": 2100}, "object": {"kind": "contradictions"},
        "facts": [{"name": "stations", "as": "number", "value": 3},
                  {"name": "due_date", "as": "date", "value": None}],
        "record": "درباره آن گفت‌وگو شد.", "views": [said("این شعبه راه ندارد.")],
        "suggestions": [said(
            "باتری بیشتر", id=1, state="declined", reason="بودجه نیست", effect=effect,
            effect_date="2028-06-19",
            changes=[{"kind": "power", "stations": ["1"], "battery_h": 8.0, "generator": True}],
        )],
        "decisions": [{
            "id": 4, "version": 1, "text": "باتری نصب شود.", "legal_ground": "ماده ۳۸",
            "agency": "همراه اول", "office": "", "due_date": "2028-06-25", "figure": "",
            "abouts": [],
        }],
    }  # fmt: skip
    content = {
        "form": "pollready-minutes/1", "meeting": HEAD, "as_of": "2028-06-19",
        "members": [{"name": "Sara Amini", "post": "دبیر", "present": True, "role": "secretary",
                     "agency": "", "has_account": True}],
        "quorum": {"needed": 1, "present": 1, "reached": True},
        "items": [item | {"number": n, "id": 10 + n} for n in range(1, items + 1)],
    }  # fmt: skip
    word = {"name": "Sara Amini", "username": "s", "verdict": "objects", "text": "رقم کهنه است.",
            "at": "2028-06-20T08:00:00+00:00", "signed_hash": "a" * 64}  # fmt: skip
    return {"content": content, "content_hash": "a" * 64, "signatures": [word]}


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "page"), [("fa", "صفحه"), ("en", "Page")])
def test_every_page_says_its_class_and_its_number(language, page):
    reader = PdfReader(BytesIO(minutes_pdf(signed(), language, now=NOW)))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"<pdfaid:part>2" in reader.trailer["/Root"]["/Metadata"].get_data()
    pages = [each.extract_text() for each in reader.pages]
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert digits(str(number), language) in text
        assert "Confidential" in text or language == "fa"
    assert "a" * 64 in re.sub(r"\s", "", "".join(pages))


@pytest.mark.django_db
def test_the_same_minutes_give_the_same_files():
    for write in (minutes_pdf, minutes_docx):
        assert write(signed(), "fa", now=NOW) == write(signed(), "fa", now=NOW)


def edited(content: bytes, change) -> bytes:
    """Write a DOCX anew with its text changed, as a word processor would."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()) if name == "word/document.xml" else text)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fa", "en"])
def test_what_is_edited_in_the_docx_comes_back_under_its_tag(language):
    content = minutes_docx(signed(1), language, now=NOW)
    assert texts_of_docx(content) == {
        "7:record:11:2": "درباره آن گفت‌وگو شد.",
        "7:decision:4:1": "باتری نصب شود.",
    }
    back = edited(content, lambda text: text.replace("باتری نصب شود.", "دو باتری نصب شود."))
    assert texts_of_docx(back)["7:decision:4:1"] == "دو باتری نصب شود."


@pytest.mark.django_db
def test_what_was_struck_out_is_gone_and_split_runs_are_one_text():
    content = minutes_docx(signed(1), "en", now=NOW)
    runs = (
        "</w:t></w:r><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        '<w:r><w:t xml:space="preserve">نصب'
    )
    back = edited(content, lambda text: text.replace("باتری نصب شود.", f"باتری {runs} شود."))
    assert texts_of_docx(back)["7:decision:4:1"] == "باتری نصب شود."


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_recorded_nothing_comes_back(language):
    minutes = signed(1)
    minutes["content"]["items"][0]["record"] = ""
    texts = texts_of_docx(minutes_docx(minutes, language, now=NOW))
    assert texts["7:record:11:2"] == ""


def test_every_phrase_that_minutes_name_is_there():
    named = {
        key
        for file in Path(reports.__file__).parent.glob("minutes*.py")
        for key in re.findall(r'tell\(\s*"([a-z_]+(?:\.[a-z_]+)*)"', file.read_text("utf-8"))
    }
    known = area("meetings")
    assert len(named) > 30
    assert {key for key in named if f"meetings.{key}" not in known} == set()
