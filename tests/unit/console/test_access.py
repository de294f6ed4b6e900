"""Every address as every role: who may not open it is refused, and nobody finds what is not his."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from pollready.audit.models import AuditBatch
from pollready.console.access_table import Route, access_page, routes
from pollready.console.lists.catalogue import LISTS
from pollready.people.models import PLACE_ROLES, Role
from pollready.people.permissions import PERMISSIONS, Permission
from tests.answers import everything_in
from tests.unit.console.access_world import (
    EVERYONE,
    HIDDEN,
    OWN,
    addresses,
    not_for,
    objects,
    out_of_reach,
    signed_in,
    world_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
# Pages that only say whom the session belongs to, or end it.
WITHOUT_OBJECTS = {"sign-out", "language"}


@pytest.fixture(scope="module")
def world(rows, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), world_of(rows) as world:
        yield world


@pytest.mark.parametrize(
    ("turn", "role", "sees_names"), [(turn, *who) for turn, who in enumerate(EVERYONE)]
)
def test_no_page_shows_what_its_reader_may_not_see(world, turn, role, sees_names):
    user = world.user(role, sees_names=sees_names)
    client = signed_in(user)
    forbidden = re.compile("|".join(map(re.escape, not_for(user))))
    known, opened = objects(world), 0
    for route in routes():
        for address in tried(route, known, turn, role):
            response = client.get(address)
            found = forbidden.search(everything_in(response))
            assert found is None, f"{role} reads {found} at {address}"
            assert response.status_code < 500, address
            if not route.lets_in(role):
                assert response.status_code in (403, 405), f"{role} opens {address}"
            opened += response.status_code == 200
    assert opened > 5


def tried(route: Route, known: dict[str, list[object]], turn: int, role: Role) -> list[str]:
    """Give a route's addresses; one where the role is refused, before any object is looked for."""
    return addresses(route, known, turn)[: None if route.lets_in(role) else 1]


def those_who_may(permission: Permission):
    return [who for who in EVERYONE if permission in PERMISSIONS[who[0]]]


@pytest.mark.parametrize(("role", "sees_names"), those_who_may(Permission.EXPORT))
def test_no_file_of_a_list_holds_what_its_reader_may_not_see(world, role, sees_names):
    user = world.user(role, sees_names=sees_names)
    client = signed_in(user)
    forbidden = re.compile("|".join(map(re.escape, not_for(user))))
    files = 0
    for name in LISTS:
        for query in ("", "county=02"):
            asked = {"format": "csv", "reason": "for the meeting", "query": query}
            response = client.post(reverse("export", args=[name]), asked)
            found = forbidden.search(response.getvalue().decode("utf-8-sig"))
            assert found is None, f"{role} exports {found} of {name} {query}"
            files += "attachment" in response.headers.get("Content-Disposition", "")
    assert files > 0


@pytest.mark.parametrize(("role", "sees_names"), those_who_may(Permission.EXPLORE_FAILURES))
def test_a_pick_of_what_its_reader_may_not_see_takes_nothing(world, role, sees_names):
    user = world.user(role, sees_names=sees_names)
    client = signed_in(user)
    hidden = [code for code in (*HIDDEN, "secret-1") if code in not_for(user)]
    for code in [*hidden, "no-such-code"]:
        answer = client.get(reverse("explore-stations"), {"c": code}).json()
        assert (answer["ready"], answer["failed"]) == (True, 0), code


@pytest.mark.parametrize(("turn", "role"), list(enumerate(Role)))
def test_nothing_is_written_where_a_role_is_not_let_in(world, turn, role):
    client = signed_in(world.user(role))
    known = objects(world)
    for route in routes():
        if route.lets_in(role) or route.name in WITHOUT_OBJECTS:
            continue
        for address in tried(route, known, turn, role):
            before = AuditBatch.objects.count()
            assert client.post(address).status_code in (403, 405), f"{role} writes at {address}"
            assert AuditBatch.objects.count() == before


@pytest.mark.parametrize("role", list(Role))
def test_what_is_out_of_reach_is_not_found_and_not_written(world, role):
    user = world.user(role, sees_names=True)
    client = signed_in(user)
    objects_out = out_of_reach(user, world)
    assert objects_out["listing_id"]
    for route in routes():
        if not route.lets_in(role):
            continue
        for each in [out for name in route.takes for out in objects_out.get(name, ())]:
            address = reverse(route.name, args=[each])
            before = AuditBatch.objects.count()
            for response in (client.get(address), client.post(address)):
                assert response.status_code in (403, 404, 405), f"{role} reaches {address}"
            assert AuditBatch.objects.count() == before, f"{role} writes at {address}"


def test_who_is_not_signed_in_is_led_to_the_way_in(world):
    client = Client()
    known = objects(world)
    for route in routes():
        if route.permission == "public":
            continue
        for address in addresses(route, known):
            for response in (client.get(address), client.post(address)):
                assert response.status_code in (302, 401, 405), address
                assert response.headers.get("Location", "/sign-in/").startswith("/sign-in/")


@pytest.mark.parametrize("role", PLACE_ROLES)
def test_who_serves_a_place_finds_its_stations_and_no_other(world, role):
    user = world.user(role)
    client = signed_in(user)
    inside = {
        each.pk
        for each in world.listings
        if each.point.place.parent.code == "01" and each.point.classification == 0
    }
    found = {
        each.pk
        for each in world.listings
        if client.get(reverse("station", args=[each.pk])).status_code == 200
    }
    assert found == inside


@pytest.mark.parametrize("role", PLACE_ROLES)
def test_who_serves_a_place_that_nobody_named_finds_nothing(world, role):
    user = world.user(role)
    user.places.clear()
    client = signed_in(user)
    assert client.get(reverse("station", args=[world.listings[0].pk])).status_code == 404
    page = client.get("/").content.decode()
    assert "No round is registered yet" in page


def test_the_overview_of_a_county_counts_its_own_stations(world):
    user = world.user(Role.GOVERNOR)
    client = signed_in(user)
    page = client.get("/").content.decode()
    assert "Only stations within your scope are counted" in page
    figures = re.findall(r'href="/stations/(\?[^"]+)">([\d,]+)(?: stations?)?</a>', page)
    assert figures
    for query, figure in figures:
        listed = client.get(f"/stations/{query.replace('&amp;', '&')}").content.decode()
        count = re.search(r'<h2 class="found__sentence">([\d,]+) stations?', listed)
        assert count[1] == figure, query


def test_an_agency_reads_the_names_of_its_own_components_only(world):
    client = signed_in(world.user(Role.AGENCY_REPRESENTATIVE))
    pages = "".join(
        client.get(reverse("station", args=[each.pk])).content.decode() for each in world.listings
    )
    assert HIDDEN[OWN] in pages
    assert HIDDEN["EX-04"] not in pages


def test_a_person_who_is_no_longer_active_reads_nothing(world):
    user = world.user(Role.SECRETARY)
    client = signed_in(user)
    assert client.get("/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/").status_code == 302


def test_the_page_of_access_is_the_one_generated(request):
    written = request.config.rootpath / "docs" / "reference" / "access.md"
    assert written.read_text("utf-8") == access_page()
