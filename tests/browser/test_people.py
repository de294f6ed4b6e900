"""Coming in and keeping people, in a real browser: password, app, passkey, invitation, devices."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from pollready.people.managing import name_key
from pollready.people.models import Role, User

PASSWORD = "heavy-rain over tabriz"
PHONE, WIDE = 390, 1280
VIEWS = [(language, width) for language in ("fa", "en") for width in (WIDE, PHONE)]


@pytest.fixture(autouse=True)
def nobody_has_tried(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def sara(transactional_db) -> User:
    """Somebody with a password."""
    user = User(
        username="sara", first_name="سارا", last_name="کریمی", role=Role.SECRETARY,
        name_key=name_key("سارا", "کریمی"),
    )  # fmt: skip
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def keeper(transactional_db) -> str:
    """Give the session of an administrator."""
    user = User.objects.create(
        username="keeper", first_name="امید", last_name="راد", role=Role.ADMINISTRATOR,
        password="!",
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    return client.session.session_key


def sound(visitor, name: str) -> None:
    """Keep an image of the page and assert what must hold of any."""
    visitor.picture(f"people-{name}")
    found = Axe().run(visitor.page)
    assert found.violations_count == 0, found.generate_report()
    assert visitor.overflow() == 0, name
    assert visitor.refused() == []
    assert [line for line in visitor.said if "status of 4" not in line] == []
    assert visitor.outside() == []


def sign_in(visitor, password: str = PASSWORD) -> None:
    visitor.open("/sign-in/")
    visitor.page.get_by_label("User name").fill("sara")
    visitor.page.get_by_label("Password", exact=True).fill(password)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()


def code_now(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def add_app(visitor) -> str:
    """Set up the app; gives its secret, with the page of recovery codes open."""
    visitor.open("/account/second-step/app/")
    secret = visitor.page.locator(".secret bdi").inner_text()
    visitor.page.get_by_label("Code", exact=True).fill(code_now(secret))
    visitor.page.get_by_role("button", name="Confirm the app").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    return secret


def add_virtual_authenticator(visitor) -> None:
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True,
            }
        },
    )  # fmt: skip


def test_a_password_signs_in_and_a_wrong_one_is_told_beside_what_was_typed(visit, assessed, sara):
    visitor = visit(language="en")
    visitor.open("/stations/?kind=mobile")
    expect(visitor.page).to_have_url(re.compile(r"/sign-in/\?next="))
    visitor.page.get_by_label("User name").fill("sara")
    visitor.page.get_by_label("Password", exact=True).fill("wrong")
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("User name or password is wrong")
    expect(visitor.page.get_by_role("alert")).to_be_focused()
    expect(visitor.page.get_by_label("User name")).to_have_value("sara")
    sound(visitor, "wrong-password-en")
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(visitor.page).to_have_url(f"{visitor.base}/stations/?kind=mobile")


def test_a_keyboard_alone_signs_in(visit, assessed, sara):
    visitor = visit(language="fa")
    visitor.open("/sign-in/")
    keyboard = visitor.page.keyboard
    visitor.page.locator("#field-login").focus()
    keyboard.type("SARA")
    keyboard.press("Tab")
    expect(visitor.page.locator("#field-password")).to_be_focused()
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    expect(visitor.page).to_have_url(f"{visitor.base}/")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_who_tried_five_times_reads_how_long_to_wait(visit, sara, language):
    visitor = visit(language=language, width=PHONE)
    for _ in range(5):
        visitor.open("/sign-in/")
        visitor.page.locator("#field-login").fill("sara")
        visitor.page.locator("#field-password").fill("wrong")
        visitor.page.locator("form.form button").click()
    words = {"fa": "۱۵ دقیقه دیگر", "en": "Try again in 15 minutes"}[language]
    expect(visitor.page.get_by_role("alert")).to_contain_text(words)
    sound(visitor, f"locked-{language}-{PHONE}")


def test_an_app_is_set_up_and_its_code_lets_in(visit, assessed, sara):
    visitor = visit(language="en")
    sign_in(visitor)
    secret = add_app(visitor)
    sound(visitor, "codes-en")
    visitor.page.get_by_role("link", name="I have kept them").click()
    sound(visitor, "second-step-on-en")
    other = visit(language="en", width=PHONE)
    sign_in(other)
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Second step")
    sound(other, f"step-en-{PHONE}")
    other.page.get_by_label("Code").fill(code_now(secret, step=1))
    other.page.get_by_role("button", name="Confirm code").click()
    expect(other.page).to_have_url(f"{other.base}/")


def test_a_recovery_code_lets_in_in_place_of_the_telephone(visit, assessed, sara):
    visitor = visit(language="en")
    sign_in(visitor)
    add_app(visitor)
    code = visitor.page.locator(".codes bdi").first.inner_text()
    other = visit(language="en")
    sign_in(other)
    other.page.get_by_label("Code").fill(f"{code[:4]} {code[4:]}")
    other.page.get_by_role("button", name="Confirm code").click()
    expect(other.page).to_have_url(f"{other.base}/")


def test_a_passkey_is_made_then_is_the_second_step_and_signs_in_alone(visit, assessed, sara):
    visitor = visit(language="en")
    add_virtual_authenticator(visitor)
    sign_in(visitor)
    expect(visitor.page).to_have_url(f"{visitor.base}/")
    visitor.open("/account/second-step/passkey/")
    sound(visitor, "passkey-en")
    visitor.page.get_by_label("Name of this passkey").fill("office laptop")
    visitor.page.get_by_role("button", name="Make the passkey").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert Authenticator.objects.get(type="webauthn").wrap().name == "office laptop"

    visitor.context.clear_cookies(name="sessionid")
    sign_in(visitor)
    visitor.page.get_by_role("button", name="Continue with a passkey").click()
    expect(visitor.page).to_have_url(f"{visitor.base}/")

    visitor.context.clear_cookies(name="sessionid")
    visitor.open("/sign-in/")
    visitor.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(visitor.page).to_have_url(f"{visitor.base}/")

    visitor.open("/account/second-step/")
    visitor.page.get_by_role("link", name=re.compile("Remove .*office laptop")).click()
    visitor.page.get_by_role("button", name="Remove the passkey").click()
    expect(visitor.page.get_by_role("status")).to_contain_text("The passkey is removed")
    assert not Authenticator.objects.exists()


def test_a_browser_without_the_passkey_says_what_else_can_be_done(visit, assessed, sara):
    visitor = visit(language="en")
    visitor.context.new_cdp_session(visitor.page).send("WebAuthn.enable")
    visitor.open("/sign-in/")
    visitor.page.evaluate(
        "() => { navigator.credentials.get = async () => { throw new DOMException('no'); }; }"
    )
    visitor.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("The browser gave no passkey")


def test_from_an_invitation_to_a_password_and_from_a_reset_to_the_next(visit, assessed, keeper):
    visitor = visit(language="en", session=keeper)
    visitor.open("/people/")
    visitor.page.get_by_role("link", name="Invite somebody").click()
    page = visitor.page
    page.get_by_label("User name").fill("omid.rad")
    page.get_by_label("First name").fill("Omid")
    page.get_by_label("Last name").fill("Rad")
    page.get_by_label("Role", exact=True).select_option("governor")
    page.get_by_label("Find in the list").fill("ahar")
    page.get_by_role("button", name="Make account and invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("Fill this in")
    page.get_by_label("Reason").fill("letter 12/3")
    page.get_by_role("button", name="Make account and invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick at least one county")
    sound(visitor, "invite-wrong-en")
    page.locator(".places__list input").first.check()
    page.get_by_role("button", name="Make account and invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One-time link")
    sound(visitor, "link-en")
    address = page.locator(".secret bdi").inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address

    invited = visit(language="en", width=PHONE)
    invited.open(address.removeprefix(invited.base))
    sound(invited, f"choose-en-{PHONE}")
    for label in ("New password", "New password again"):
        invited.page.get_by_label(label, exact=True).fill(PASSWORD)
    invited.page.get_by_role("button", name="Save password and sign in").click()
    expect(invited.page).to_have_url(f"{invited.base}/")

    person = User.objects.get(username="omid.rad")
    visitor.open(f"/people/{person.pk}/")
    sound(visitor, "person-en")
    page.get_by_role("link", name="Reset password").click()
    page.get_by_label("Reason").fill("forgotten")
    page.get_by_role("button", name="Reset password").click()
    address = page.locator(".secret bdi").inner_text()
    invited.open("/stations/")
    expect(invited.page).to_have_url(re.compile("/sign-in/"))
    invited.open(address.removeprefix(invited.base))
    for label in ("New password", "New password again"):
        invited.page.get_by_label(label, exact=True).fill("quiet snow over ahar")
    invited.page.get_by_role("button", name="Save password and sign in").click()
    expect(invited.page).to_have_url(f"{invited.base}/")


def test_another_device_is_signed_out(visit, assessed, sara):
    here, there = visit(language="en"), visit(language="en")
    for visitor in (here, there):
        sign_in(visitor)
        expect(visitor.page).to_have_url(f"{visitor.base}/")
    here.open("/account/devices/")
    sound(here, "devices-en")
    here.page.get_by_role("button", name=re.compile("^Sign out .*Chrome")).click()
    expect(here.page.get_by_role("status")).to_contain_text("is signed out")
    there.open("/")
    expect(there.page).to_have_url(re.compile("/sign-in/"))


def test_the_menu_of_the_person_leads_to_the_account(visit, assessed, sara):
    visitor = visit(language="en")
    sign_in(visitor)
    visitor.page.locator("details.menu summary", has_text="سارا").click()
    visitor.page.get_by_role("link", name="My account").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("My account")


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_the_way_in_is_sound(visit, sara, language, width):
    visitor = visit(language=language, width=width)
    assert visitor.open("/sign-in/") == 200
    sound(visitor, f"sign-in-{language}-{width}")
