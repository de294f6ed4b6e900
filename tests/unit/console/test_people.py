"""The people pages: found by any spelling, invited by a link shown once, changed knowingly."""

import re
from datetime import UTC, datetime

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client

from pollready.audit.models import AuditBatch
from pollready.console import people_forms
from pollready.people.managing import name_key
from pollready.people.models import Role, User
from pollready.places.models import Place, PlaceLevel

pytestmark = pytest.mark.django_db
PASSWORD = "heavy-rain over tabriz"


@pytest.fixture(autouse=True)
def nobody_has_tried(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def keeper(db) -> Client:
    user = User.objects.create(username="keeper", role=Role.ADMINISTRATOR, language="en")
    client = Client()
    client.force_login(user)
    return client


def person(username: str = "sara", first: str = "سارا", last: str = "کریمی", **more) -> User:
    fields = {"role": Role.SECRETARY, "password": "!", "name_key": name_key(first, last)} | more
    return User.objects.create(username=username, first_name=first, last_name=last, **fields)


def invitation(**changes) -> dict[str, object]:
    return {
        "username": "omid", "first_name": "Omid", "last_name": "Rad", "role": "operations",
        "agency": "", "clearance": "0", "reason": "letter 5", "written_in": "en",
    } | changes  # fmt: skip


def text_of(response) -> str:
    return response.content.decode()


def names_in(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/people/\d+/">([^<]+)</a>', page)


@pytest.mark.parametrize("typed", ["كريمي", "سارا کریمی", "ساراکریمی", "SARA", "sara"])
def test_somebody_is_found_however_the_name_is_typed(keeper, typed):
    person()
    person("omid", "امید", "راد")
    assert names_in(text_of(keeper.get("/people/", {"q": typed}))) == ["سارا کریمی"]


def test_the_list_is_filtered_by_role_and_state(keeper):
    person()
    person("omid", "Omid", "Rad", role=Role.OPERATIONS, is_active=False)
    assert names_in(text_of(keeper.get("/people/?role=operations"))) == ["Omid Rad"]
    assert names_in(text_of(keeper.get("/people/?state=closed"))) == ["Omid Rad"]
    assert names_in(text_of(keeper.get("/people/?state=invited"))) == ["سارا کریمی"]
    assert names_in(text_of(keeper.get("/people/?state=locked"))) == []
    assert "could not be read" in text_of(keeper.get("/people/?state=sleeping"))


def test_a_changed_filter_fetches_the_list_alone(keeper):
    page = text_of(keeper.get("/people/", headers={"HX-Request": "true"}))
    assert page.lstrip().startswith('<section id="found"')


def test_few_and_many_people_cost_the_same_queries(keeper):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for amount in (1, 30):
        for index in range(amount):
            person(f"p{amount}-{index}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            keeper.get("/people/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_inviting_gives_a_link_that_is_shown_once(keeper):
    assert keeper.post("/people/invite/", invitation())["Location"] == "/people/link/"
    page = text_of(keeper.get("/people/link/"))
    [address] = re.findall(r"http://testserver(/sign-in/[\w-]+/)<", page)
    assert "Omid Rad" in page
    again = keeper.get("/people/link/", follow=True)
    assert address not in text_of(again)
    assert "shown once already" in text_of(again)
    client = Client()
    client.cookies["pollready_language"] = "en"
    for _ in range(2):
        assert "Welcome" in text_of(client.get(address))
    response = client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert response["Location"] == "/"
    assert client.get("/").status_code == 200
    assert User.objects.get(username="omid").language == "en"
    used = client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert used.status_code == 403


def test_a_wrong_invitation_keeps_all_that_was_typed(keeper):
    response = keeper.post("/people/invite/", invitation(username="۱", agency=""))
    page = text_of(response)
    assert response.status_code == 422
    assert "cannot be a user name" in page
    assert 'value="Omid"' in page
    assert 'value="letter 5"' in page
    assert not User.objects.filter(first_name="Omid").exists()


def test_rights_are_changed_and_hold_at_once(keeper):
    sara = person()
    theirs = Client()
    theirs.force_login(sara)
    form = {"version": "1", "first_name": "Sara", "last_name": "Karimi", "role": "administrator",
            "agency": "", "clearance": "1", "reason": "letter 6"}  # fmt: skip
    assert theirs.get("/people/").status_code == 403
    assert keeper.post(f"/people/{sara.pk}/rights/", form)["Location"] == f"/people/{sara.pk}/"
    assert theirs.get("/people/").status_code == 200


def test_a_change_over_another_one_is_shown_and_not_made(keeper):
    sara = person()
    form = {"version": "1", "first_name": "Sara", "last_name": "Karimi", "role": "operations",
            "agency": "", "clearance": "1", "reason": "letter 6"}  # fmt: skip
    keeper.post(f"/people/{sara.pk}/rights/", form)
    response = keeper.post(
        f"/people/{sara.pk}/rights/", form | {"role": "national", "reason": "mine"}
    )
    page = text_of(response)
    assert response.status_code == 409
    assert "Somebody else changed this account meanwhile" in page
    assert "Operations room" in page
    assert 'value="mine"' in page
    assert 'name="version" value="2"' in page
    sara.refresh_from_db()
    assert sara.role == Role.OPERATIONS


@pytest.mark.parametrize("act", ["reset-password", "reset-second-step", "sign-out", "close"])
def test_each_act_asks_for_a_reason_first(keeper, act):
    sara = person()
    path = f"/people/{sara.pk}/{act}/"
    assert keeper.get(path).status_code == 200
    before = AuditBatch.objects.count()
    response = keeper.post(path, {"reason": ""})
    assert (response.status_code, "Fill this in" in text_of(response)) == (422, True)
    assert AuditBatch.objects.count() == before


def test_ones_own_account_is_not_closed_and_says_why(keeper):
    own = User.objects.get(username="keeper")
    response = keeper.post(f"/people/{own.pk}/close/", {"reason": "tired"})
    assert response.status_code == 422
    assert "Nobody changes his own rights" in text_of(response)


def test_an_administrator_unlocks_who_tried_too_often(keeper):
    sara = person()
    AccessAttempt.objects.create(
        username="sara",
        ip_address="10.0.0.5",
        failures_since_start=5,
        attempt_time=datetime.now(UTC),
    )
    assert names_in(text_of(keeper.get("/people/?state=locked"))) == ["سارا کریمی"]
    assert "10.0.0.5" in text_of(keeper.get(f"/people/{sara.pk}/"))
    keeper.post(f"/people/{sara.pk}/unlock/")
    assert not AccessAttempt.objects.exists()
    assert AuditBatch.objects.latest("number").command == "unlock"


def test_a_reset_by_link_still_asks_for_the_second_step(keeper):
    from allauth.mfa.models import Authenticator

    from pollready.console.ciphers import encrypted

    sara = person(last_login=datetime.now(UTC))
    Authenticator.objects.create(user=sara, type="totp", data={"secret": encrypted("A" * 32)})
    keeper.post(f"/people/{sara.pk}/reset-password/", {"reason": "forgotten"})
    [address] = re.findall(
        r"http://testserver(/sign-in/[\w-]+/)<", text_of(keeper.get("/people/link/"))
    )
    client = Client()
    response = client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert response["Location"] == "/sign-in/second-step/"
    assert client.get("/").status_code == 302


def test_people_are_no_business_of_other_roles(client):
    for path in ("/people/", "/people/invite/", "/people/1/", "/people/1/close/"):
        assert client.get(path).status_code == 403


@pytest.fixture
def many_places(db, monkeypatch) -> Place:
    """Let there be more places than are shown at once; give the last district."""
    monkeypatch.setattr(people_forms, "PLACES_AT_ONCE", 2)
    for county in ("Ahar", "Marand"):
        above = Place.objects.create(level=PlaceLevel.COUNTY, name=county, key=county.lower())
        for name in ("North", "South"):
            last = Place.objects.create(
                level=PlaceLevel.DISTRICT, name=name, key=name.lower(), parent=above
            )
    return last


def places_in(page: str) -> list[str]:
    return re.findall(r'name="places"[^>]*></span> <span>([^<]+)</span>', page)


def test_a_long_list_of_places_shows_districts_once_they_are_looked_for(keeper, many_places):
    assert places_in(text_of(keeper.get("/people/invite/"))) == ["Ahar", "Marand"]
    typed = invitation(find_place="marand", look="1", reason="")
    response = keeper.post("/people/invite/", typed)
    assert response.status_code == 200
    page = text_of(response)
    assert places_in(page) == ["Ahar", "Marand", "Marand / North", "Marand / South"]
    assert 'value="omid"' in page
    assert "field__error" not in page


def test_a_district_that_was_found_stays_ticked_and_is_given(keeper, many_places):
    typed = invitation(role="district", places=[str(many_places.pk)], find_place="ahar", look="1")
    page = text_of(keeper.post("/people/invite/", typed))
    assert places_in(page) == ["Ahar", "Ahar / North", "Ahar / South", "Marand", "Marand / South"]
    assert re.search(f'value="{many_places.pk}"[^>]* checked', page)
    del typed["look"]
    keeper.post("/people/invite/", typed)
    assert list(User.objects.get(username="omid").places.all()) == [many_places]


def test_a_place_that_is_not_a_number_is_not_understood(keeper, many_places):
    typed = invitation(places=["x", "٣", "9" * 30], find_place="", look="1")
    assert places_in(text_of(keeper.post("/people/invite/", typed))) == ["Ahar", "Marand"]
    del typed["look"]
    assert keeper.post("/people/invite/", typed).status_code == 422
