"""Nothing is shown to strangers; a link lets in by its button, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from pollready.audit.models import AuditBatch
from pollready.console.attempts import REFUSALS_MAX
from pollready.people.commands import LINK_LIFETIME, make_sign_in_link
from pollready.people.models import SignInLink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_tried():
    cache.clear()


def test_opening_a_link_does_not_use_it_up(secretary):
    token = make_sign_in_link(secretary, now=datetime.now(UTC))
    Client().get(f"/sign-in/{token}/")
    assert SignInLink.objects.get().used_at is None
    client = Client()
    assert client.post(f"/sign-in/{token}/")["Location"] == "/"
    assert client.get("/").status_code == 200


def test_who_has_no_password_yet_is_told_so_with_the_way_to_one(secretary):
    secretary.set_unusable_password()
    secretary.save()
    client = Client()
    client.post(f"/sign-in/{make_sign_in_link(secretary, now=datetime.now(UTC))}/")
    page = client.get("/").content.decode()
    assert "You have no password yet" in page
    assert '<a href="/account/password/">Choose a password</a>' in page
    assert "You have no password yet" not in client.get("/").content.decode()
    secretary.set_password("a long one that is chosen")
    secretary.save()
    other = Client()
    other.post(f"/sign-in/{make_sign_in_link(secretary, now=datetime.now(UTC))}/")
    assert "You have no password yet" not in other.get("/").content.decode()


def test_a_used_link_says_so_and_lets_nobody_in(secretary):
    token = make_sign_in_link(secretary, now=datetime.now(UTC))
    Client().post(f"/sign-in/{token}/")
    client = Client(headers={"cookie": "pollready_language=en"})
    response = client.post(f"/sign-in/{token}/")
    assert response.status_code == 403
    assert "has been used once already" in response.content.decode()
    assert client.get("/").status_code == 302


def test_an_expired_link_says_so(secretary):
    token = make_sign_in_link(secretary, now=datetime.now(UTC) - LINK_LIFETIME - timedelta(hours=1))
    response = Client(headers={"cookie": "pollready_language=en"}).post(f"/sign-in/{token}/")
    assert response.status_code == 403
    assert "has expired" in response.content.decode()


def test_a_form_from_elsewhere_is_refused(secretary):
    token = make_sign_in_link(secretary, now=datetime.now(UTC))
    response = Client(enforce_csrf_checks=True).post(f"/sign-in/{token}/")
    assert response.status_code == 403
    assert SignInLink.objects.get().used_at is None


def test_signing_out_needs_a_post(client):
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_choosing_a_language_is_kept_with_the_user_and_in_the_log(client, secretary):
    response = client.post("/language/", {"language": "fa", "next": "/stations/?kind=mobile"})
    assert response["Location"] == "/stations/?kind=mobile"
    secretary.refresh_from_db()
    assert secretary.language == "fa"
    assert AuditBatch.objects.latest("number").command == "choose_language"
    assert 'lang="fa" dir="rtl"' in client.get("/").content.decode()


def test_the_language_switch_never_leads_elsewhere(client):
    for page in ("https://elsewhere.example/", "//elsewhere.example/", ""):
        response = client.post("/language/", {"language": "fa", "next": page})
        assert response["Location"] == "/"


def test_an_unknown_language_is_refused(client):
    assert client.post("/language/", {"language": "xx"}).status_code == 400


def test_a_part_of_a_page_asked_for_by_a_stranger_loads_the_whole_sign_in_page():
    response = Client().get("/sign-in/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/sign-in/"


def test_an_address_that_tries_again_and_again_must_wait(secretary):
    client = Client(headers={"cookie": "pollready_language=en"})
    for _ in range(REFUSALS_MAX):
        assert client.post("/sign-in/wrong/").status_code == 403
    token = make_sign_in_link(secretary, now=datetime.now(UTC))
    response = client.post(f"/sign-in/{token}/")
    assert response.status_code == 429
    assert "in five minutes" in response.content.decode()
    assert SignInLink.objects.get().used_at is None
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert elsewhere.post(f"/sign-in/{token}/")["Location"] == "/"


def test_signing_in_changes_the_session_that_was_there(secretary):
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    token = make_sign_in_link(secretary, now=datetime.now(UTC))
    client.post(f"/sign-in/{token}/")
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_cookies_are_kept_from_scripts_and_other_sites(secretary):
    token = make_sign_in_link(secretary, now=datetime.now(UTC))
    fresh = Client()
    fresh.get(f"/sign-in/{token}/")
    fresh.post(f"/sign-in/{token}/")
    fresh.post("/language/", {"language": "en"})
    assert {"sessionid", "csrftoken", "pollready_language"} <= set(fresh.cookies)
    for name, cookie in fresh.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


@pytest.mark.parametrize(
    "page",
    ["///e.example", "/\\e.example", "\\\\e.example", "https:e.example", "javascript:alert(1)",
     " //e.example", "\t//e.example", "http:///e.example"],
)  # fmt: skip
def test_no_way_of_writing_an_address_leads_elsewhere(client, page):
    assert client.post("/language/", {"language": "fa", "next": page})["Location"] == "/"


def test_a_header_cannot_be_written_through_the_page_to_go_back_to(client):
    page = "/x\r\nSet-Cookie: planted=1"
    response = client.post("/language/", {"language": "fa", "next": page})
    assert "planted" not in response.cookies
    assert "\n" not in response["Location"]


def test_another_name_of_the_host_is_refused(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()
