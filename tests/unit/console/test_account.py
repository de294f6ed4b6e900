"""Signing in by password, second steps, and what one does with one's own account."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from pollready.audit.models import AuditBatch
from pollready.language import digits
from pollready.people.attempts import SharedCount
from pollready.people.models import UserSession

pytestmark = pytest.mark.django_db
PASSWORD = "heavy-rain over tabriz"
NEXT = "quiet snow over ahar"


@pytest.fixture(autouse=True)
def nobody_has_tried(settings):
    """Start with no refusals counted; passwords are hashed quickly, as nobody attacks a test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def keeper(secretary):
    """The secretary, with a password."""
    secretary.set_password(PASSWORD)
    secretary.save()
    return secretary


def english(language: str = "en", **headers) -> Client:
    client = Client(headers=headers)
    client.cookies["pollready_language"] = language
    return client


def sign_in(client: Client, password: str = PASSWORD, name: str = "secretary", **more):
    return client.post("/sign-in/", {"login": name, "password": password, **more})


def text_of(response) -> str:
    return response.content.decode()


def secret_in(page: str) -> str:
    return re.search(r'class="secret"><bdi class="code" dir="ltr">([A-Z2-7]+)<', page)[1]


def code_now(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def with_app(keeper):
    """Signed in with a new authenticator app; gives client, secret and recovery codes."""
    client = english()
    sign_in(client)
    secret = secret_in(text_of(client.get("/account/second-step/app/")))
    response = client.post("/account/second-step/app/", {"code": code_now(secret)})
    assert response["Location"] == "/account/second-step/codes/"
    codes = re.findall(
        r'<li><bdi class="code" dir="ltr">(\d{8})<', text_of(client.get(response["Location"]))
    )
    assert len(codes) == 10
    return client, secret, codes


def test_name_and_password_let_in_and_lead_to_the_page_that_was_asked_for(keeper):
    client = english()
    asked = client.get("/causes/")
    assert asked["Location"] == "/sign-in/?next=/causes/"
    form = text_of(client.get(asked["Location"]))
    assert '<input type="hidden" name="next" value="/causes/">' in form
    assert sign_in(client, next="/causes/")["Location"] == "/causes/"
    assert client.get("/").status_code == 200


def test_signing_in_never_leads_elsewhere(keeper):
    for page in ("https://elsewhere.example/", "//elsewhere.example/"):
        assert sign_in(english(), next=page)["Location"] == "/"


def test_a_name_is_the_same_in_other_letters_and_digits(keeper):
    keeper.username = "desk-7"
    keeper.save()
    assert sign_in(english(), name=" Desk-۷ ")["Location"] == "/"


def test_a_wrong_password_says_what_to_check_and_keeps_the_name(keeper):
    response = sign_in(english(), "wrong")
    assert response.status_code == 422
    assert "User name or password is wrong" in text_of(response)
    assert 'value="secretary"' in text_of(response)
    assert 'value="wrong"' not in text_of(response)


def test_an_unknown_name_is_answered_like_a_wrong_password(keeper):
    known, unknown = (
        re.sub(
            r'name="csrfmiddlewaretoken" value="\w+"|value="\w+"',
            "",
            text_of(sign_in(english(), "no", name)),
        )
        for name in ("secretary", "nobody")
    )
    assert known == unknown


def test_an_empty_form_is_told_in_the_language_of_the_page(keeper):
    response = english("fa").post("/sign-in/", {})
    assert text_of(response).count("این را پر کنید.") == 4  # in the summary and beside both fields


def test_five_wrong_passwords_must_wait_and_the_sentence_says_how_long(keeper):
    client = english()
    for _ in range(4):
        assert sign_in(client, "wrong").status_code == 422
    for password in ("wrong", PASSWORD):
        response = sign_in(client, password)
        assert response.status_code == 429
        assert "Try again in 15 minutes" in text_of(response)
    assert int(response["Retry-After"]) == 900
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(elsewhere)["Location"] == "/"


def test_a_closed_account_says_so_to_who_knows_its_password(keeper):
    keeper.is_active = False
    keeper.save()
    client = english()
    assert sign_in(client)["Location"] == "/sign-in/"
    assert "This account is closed" in text_of(client.get("/sign-in/"))
    assert client.get("/").status_code == 302


def test_nothing_else_of_allauth_is_there():
    for path in (
        "/signup/",
        "/accounts/login/",
        "/password/reset/",
        "/email/",
        "/mfa/",
        "/logout/",
    ):
        assert english().get(path).status_code == 404


def test_signing_in_is_noted_with_its_device_and_put_on_record(keeper):
    client = english(user_agent="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0")
    sign_in(client)
    session = UserSession.objects.get()
    assert session.session_key == client.session.session_key
    assert (session.user, session.address) == (keeper, "127.0.0.1")
    batch = AuditBatch.objects.latest("number")
    assert (batch.actor, batch.command) == ("secretary", "sign_in")
    assert "Firefox on Windows" in text_of(client.get("/account/devices/"))


def test_a_code_of_the_app_is_asked_for_after_the_password(with_app):
    _, secret, _ = with_app
    client = english()
    assert sign_in(client)["Location"] == "/sign-in/second-step/"
    assert client.get("/").status_code == 302
    assert "secretary" not in text_of(client.get("/sign-in/second-step/"))
    wrong = client.post("/sign-in/second-step/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "This code is wrong or over" in text_of(wrong)
    code = digits(code_now(secret, step=1), "fa")
    assert (
        client.post("/sign-in/second-step/", {"code": f"{code[:3]} {code[3:]}"})["Location"] == "/"
    )
    assert client.get("/").status_code == 200
    entry = AuditBatch.objects.latest("number").entries.get()
    assert entry.after["second_step"] == "totp"


def test_a_code_works_once(with_app):
    _, secret, _ = with_app
    code = code_now(secret, step=1)
    first, second = english(), english()
    for client in (first, second):
        sign_in(client)
    assert first.post("/sign-in/second-step/", {"code": code}).status_code == 302
    assert second.post("/sign-in/second-step/", {"code": code}).status_code == 422


def test_a_recovery_code_lets_in_once(with_app):
    _, _, codes = with_app
    for expected in (302, 422):
        client = english()
        sign_in(client)
        response = client.post("/sign-in/second-step/", {"code": codes[0]})
        assert response.status_code == expected


def test_codes_that_are_guessed_must_wait(with_app):
    _, secret, _ = with_app
    client = english()
    sign_in(client)
    for _ in range(5):
        client.post("/sign-in/second-step/", {"code": "000000"})
    response = client.post("/sign-in/second-step/", {"code": code_now(secret, step=1)})
    assert "Try again in five minutes" in text_of(response)


def test_guessed_codes_are_counted_in_the_register_for_all_processes_together(with_app):
    client = english()
    sign_in(client)
    for _ in range(6):
        client.post("/sign-in/second-step/", {"code": "000000"})
    assert SharedCount.objects.filter(cache_key__contains="login_failed").exists()
    # What another process writes there counts here: nothing is kept in this one's memory.
    refused = text_of(client.post("/sign-in/second-step/", {"code": "000000"}))
    SharedCount.objects.all().delete()
    assert text_of(client.post("/sign-in/second-step/", {"code": "000000"})) != refused


def test_who_stopped_at_the_second_step_can_start_again_as_somebody_else(with_app):
    client = english()
    sign_in(client)
    assert client.get("/sign-in/")["Location"] == "/sign-in/second-step/"
    assert client.post("/sign-in/again/")["Location"] == "/sign-in/"
    assert client.get("/sign-in/").status_code == 200


def test_recovery_codes_are_shown_once_and_made_anew(with_app):
    client, _, codes = with_app
    page = text_of(client.get("/account/second-step/codes/"))
    assert not [code for code in codes if code in page]
    assert "They were shown once before" in page
    response = client.post("/account/second-step/codes/new/")
    fresh = text_of(client.get(response["Location"]))
    assert len(re.findall(r"\d{8}<", fresh)) == 10
    assert not [code for code in codes if code in fresh]


def test_the_secrets_of_a_second_step_are_not_readable_in_the_register(with_app):
    _, secret, codes = with_app
    kept = str(list(Authenticator.objects.values("data")))
    assert secret not in kept
    assert not [code for code in codes if code in kept]


def test_a_second_step_is_on_record_without_its_secret(with_app):
    _, secret, _ = with_app
    batch = AuditBatch.objects.get(command="add_second_step")
    assert batch.entries.get().after == {"kind": "totp"}
    assert secret not in str(list(AuditBatch.objects.values("entries__after")))


def test_a_secret_under_another_key_says_who_can_help(with_app, settings):
    settings.SECRET_KEY = "another secret of the installation, long enough"
    client = english()
    sign_in(client)
    response = client.post("/sign-in/second-step/", {"code": "123456"})
    assert "Ask the administrator to reset it" in text_of(response)


def test_removing_the_app_takes_the_recovery_codes_along(with_app):
    client, _, _ = with_app
    assert client.post("/account/second-step/app/remove/")["Location"] == "/account/second-step/"
    assert not Authenticator.objects.exists()
    assert "The authenticator app is removed" in text_of(client.get("/account/second-step/"))


def test_a_second_step_changes_only_after_the_password_was_given_lately(with_app):
    client, _, _ = with_app
    session = client.session
    session["signed_in_at"] -= 3600
    session["account_authentication_methods"] = []
    session.save()
    asked = client.post("/account/second-step/app/remove/")
    assert asked["Location"].startswith("/account/confirm/?next=")
    page = client.get(asked["Location"])
    assert "show once more that it is you" in text_of(page)
    wrong = client.post(
        asked["Location"], {"password": "no", "next": "/account/second-step/app/remove/"}
    )
    assert "The password is wrong" in text_of(wrong)
    assert Authenticator.objects.exists()
    client.post(
        asked["Location"], {"password": PASSWORD, "next": "/account/second-step/app/remove/"}
    )
    assert not Authenticator.objects.filter(type="totp").exists()


def test_who_may_see_names_is_led_to_a_second_step_and_let_go_on_with_one(keeper, settings):
    settings.POLLREADY_SECOND_STEP = frozenset({"names"})
    keeper.may_see_names = True
    keeper.save()
    client = english()
    sign_in(client)
    for path in ("/", "/stations/", "/account/"):
        assert client.get(path)["Location"] == "/account/second-step/"
    part = client.get("/stations/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == "/account/second-step/"
    assert "Your account needs a second step" in text_of(client.get("/account/second-step/"))
    secret = secret_in(text_of(client.get("/account/second-step/app/")))
    client.post("/account/second-step/app/", {"code": code_now(secret)})
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("asked", "led"), [({"secretary"}, True), ({"all"}, True), (set(), False), ({"names"}, False)]
)
def test_of_whom_a_second_step_is_asked_is_a_setting(keeper, settings, asked, led):
    settings.POLLREADY_SECOND_STEP = frozenset(asked)
    client = english()
    sign_in(client)
    assert (client.get("/").status_code == 302) == led


def test_the_password_is_changed_with_the_old_one_and_ends_other_devices(keeper):
    here, there = english(), english()
    for client in (here, there):
        sign_in(client)
    wrong = here.post("/account/password/", {"old": "no", "password": NEXT, "again": NEXT})
    assert "Secrets are not kept" in text_of(wrong)
    assert (wrong.status_code, "The current password is wrong" in text_of(wrong)) == (422, True)
    changed = here.post("/account/password/", {"old": PASSWORD, "password": NEXT, "again": NEXT})
    assert changed["Location"] == "/account/"
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert [each.session_key for each in UserSession.objects.all()] == [here.session.session_key]
    assert sign_in(english(), NEXT)["Location"] == "/"


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "at least 12 characters"),
        ("835017364920", "835017364920", "digits only"),
        ("secretary-1", "secretary-1", "at least 12"),
        ("secretary1234", "secretary1234", "too much like your name"),
        (NEXT, NEXT + "s", "The two passwords differ"),
    ],
)
def test_a_weak_password_is_told_and_not_taken(keeper, password, again, says):
    client = english()
    sign_in(client)
    fields = {"old": PASSWORD, "password": password, "again": again}
    response = client.post("/account/password/", fields)
    assert response.status_code == 422
    assert says in text_of(response)
    keeper.refresh_from_db()
    assert keeper.check_password(PASSWORD)


def test_the_old_password_is_not_guessed_on_an_open_session(keeper):
    client = english()
    sign_in(client)
    fields = {"password": NEXT, "again": NEXT}
    for _ in range(5):
        response = client.post("/account/password/", {"old": "guess", **fields})
    assert response.status_code == 429
    assert "Try again in 15 minutes" in text_of(response)
    assert client.post("/account/password/", {"old": PASSWORD, **fields}).status_code == 429


def test_one_device_is_ended_from_another(keeper):
    here, there = english(), english()
    for client in (here, there):
        sign_in(client)
    other = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/account/devices/{other.pk}/end/")["Location"] == "/account/devices/"
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_all_other_devices_are_ended_at_once(keeper):
    clients = [english() for _ in range(3)]
    for client in clients:
        sign_in(client)
    clients[0].post("/account/devices/end-others/")
    assert "2 other devices are signed out" in text_of(clients[0].get("/account/devices/"))
    assert [client.get("/").status_code for client in clients] == [200, 302, 302]


def test_nobody_ends_the_device_of_another(keeper, head_client):
    client = english()
    sign_in(client)
    session = UserSession.objects.get()
    assert head_client.post(f"/account/devices/{session.pk}/end/").status_code == 404
    assert client.get("/").status_code == 200


def test_a_session_is_over_after_twelve_hours_however_busy(keeper):
    client = english()
    sign_in(client)
    session = client.session
    session["signed_in_at"] -= 12 * 3600 + 1
    session.save()
    assert client.get("/")["Location"] == "/sign-in/?next=/"
    assert not UserSession.objects.exists()


def test_sessions_that_are_over_are_cleared_away(keeper):
    old = english()
    sign_in(old)
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    UserSession.objects.update(signed_in_at="2020-01-01T00:00:00Z")
    sign_in(english())
    assert Session.objects.count() == UserSession.objects.count() == 1


def test_signing_out_forgets_the_device(keeper):
    client = english()
    sign_in(client)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not UserSession.objects.exists()
    assert "You are signed out" in text_of(client.get("/sign-in/"))


def test_a_token_for_a_program_is_shown_once_works_and_is_revoked(keeper):
    client = english()
    sign_in(client)
    assert client.post("/account/tokens/", {"name": ""}).status_code == 422
    assert client.post("/account/tokens/", {"name": "monthly report"})["Location"] == (
        "/account/tokens/"
    )
    [token] = re.findall(r"secret.>.*?>([\w-]{43})<", text_of(client.get("/account/tokens/")))
    assert token not in text_of(client.get("/account/tokens/"))
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client(headers=bearer).get("/api/rounds").status_code == 200
    made = keeper.api_tokens.get()
    assert client.post(f"/account/tokens/{made.pk}/end/").status_code == 302
    assert Client(headers=bearer).get("/api/rounds").status_code == 401


def test_nobody_revokes_the_token_of_another(keeper, head_client):
    client = english()
    sign_in(client)
    client.post("/account/tokens/", {"name": "monthly report"})
    made = keeper.api_tokens.get()
    assert head_client.post(f"/account/tokens/{made.pk}/end/").status_code == 404


def test_making_a_token_asks_for_the_password_unless_it_was_given_lately(client):
    response = client.post("/account/tokens/", {"name": "report"})
    assert response["Location"].startswith("/account/confirm/")


def test_the_pages_of_the_account_need_no_inline_script_or_style(with_app):
    client, _, _ = with_app
    parts = ("", "password/", "devices/", "second-step/", "second-step/codes/new/")
    for path in (f"/account/{part}" for part in parts):
        response = client.get(path)
        assert response.status_code == 200, path
        assert " style=" not in text_of(response)
        assert "unsafe" not in response["Content-Security-Policy"]
