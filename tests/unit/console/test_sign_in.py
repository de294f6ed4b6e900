"""Nothing is shown to strangers; a link lets in by its button, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import get_resolver

from pollready.audit.models import AuditBatch
from pollready.people.commands import LINK_LIFETIME, make_sign_in_link
from pollready.people.models import SignInLink

pytestmark = pytest.mark.django_db
OPEN_TO_ALL = {"sign-in", "signed-out", "language"}
VALUES = {"token": "x", "listing_id": 1, "cause_id": 1}


def addresses() -> dict[str, str]:
    resolver = get_resolver()
    found = {}
    for name in filter(lambda key: isinstance(key, str), resolver.reverse_dict):
        [(path, parameters)] = resolver.reverse_dict.getlist(name)[0][0]
        found[name] = "/" + path % {key: VALUES[key] for key in parameters}
    return found


def test_every_page_sends_strangers_to_sign_in():
    for name, path in addresses().items():
        response = Client().get(path)
        if name in OPEN_TO_ALL:
            assert response.status_code in (200, 405), name
        else:
            assert response.status_code == 302, name
            assert response["Location"].startswith("/signed-out/"), name


def test_opening_a_link_does_not_use_it_up(secretary):
    token = make_sign_in_link(secretary, now=datetime.now(UTC))
    Client().get(f"/sign-in/{token}/")
    assert SignInLink.objects.get().used_at is None
    client = Client()
    assert client.post(f"/sign-in/{token}/")["Location"] == "/"
    assert client.get("/").status_code == 200


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
    assert client.post("/sign-out/")["Location"] == "/signed-out/"
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
    response = Client().get("/signed-out/", headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == "/signed-out/"
