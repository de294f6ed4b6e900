"""What goes out with every page, and what is said when something fails."""

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from pollready.console.views import overview

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", re.IGNORECASE)


def test_pages_carry_a_strict_policy_and_stay_out_of_caches(client):
    response = client.get("/")
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


def test_no_page_has_a_script_a_style_or_an_address_of_elsewhere_inside(client, assessed):
    listing = assessed.listings[0].pk
    for path in ("/", "/stations/", f"/stations/{listing}/", "/causes/", "/sign-in/"):
        page = client.get(path).content.decode()
        assert INLINE.findall(page) == [], path
        assert re.findall(r"(?:href|src|action)=[\"'](?:https?:)?//", page) == [], path


def test_an_unexpected_error_shows_a_number_and_never_its_text(client, monkeypatch, caplog):
    def fails(*args, **kwargs):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(overview, "read", fails)
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, logger="pollready.console"):
        response = client.get("/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "hunter2" not in page
    reference = response["PollReady-Reference"]
    assert re.fullmatch(r"[0-9A-F]{8}", reference)
    assert reference in page
    [kept] = [record for record in caplog.records if record.name == "pollready.console"]
    assert reference in kept.getMessage()
    assert "hunter2" in str(kept.exc_info[1])


@pytest.mark.parametrize(
    ("language", "words"), [("fa", "این صفحه یافت نشد"), ("en", "Page not found")]
)
def test_a_missing_page_is_said_in_the_reader_s_language(language, words):
    response = Client(headers={"cookie": f"pollready_language={language}"}).get("/no/such/page/")
    assert response.status_code == 404
    assert words in response.content.decode()


def test_a_station_that_is_not_there_is_a_missing_page(client):
    assert client.get("/stations/999999/").status_code == 404
    assert client.get("/causes/999999/").status_code == 404


def test_a_stale_form_is_explained(secretary):
    client = Client(enforce_csrf_checks=True, headers={"cookie": "pollready_language=en"})
    response = client.post("/language/", {"language": "fa"})
    assert response.status_code == 403
    assert "no longer valid" in response.content.decode()


def test_an_address_that_only_takes_forms_says_so_in_words(client):
    response = client.get("/round/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    page = response.content.decode()
    assert "This address is not a page" in page
    assert 'href="/"' in page


def test_who_is_signed_in_reads_of_an_error_inside_the_frame_with_its_search(client):
    page = client.get("/no/such/page/").content.decode()
    assert "Page not found" in page
    assert 'id="find"' in page
    assert 'href="/stations/"' in page
    assert 'id="find"' not in Client().get("/no/such/page/").content.decode()


def test_a_role_that_does_not_include_a_page_is_named_as_the_reason(supervisor_client):
    response = supervisor_client.get("/import/")
    assert response.status_code == 403
    page = response.content.decode()
    assert "Your role here does not include this page" in page
    assert 'id="find"' in page


def test_a_link_that_signs_nobody_in_leads_to_signing_in(db):
    client = Client(headers={"cookie": "pollready_language=en"})
    address = reverse("sign-in", args=["no-such-link"])
    page = client.post(address).content.decode()
    assert 'href="/sign-in/"' in page
    assert "pollready serve" not in page
