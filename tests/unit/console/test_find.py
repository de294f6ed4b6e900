"""Finding anything: what is found, by which letters, and by whom it is not."""

import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.audit.commands import Entry, record
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place, ServicePoint
from pollready.planning.commands import take_in_catalogue
from pollready.register.models import Component
from pollready.register.veil import masked

pytestmark = pytest.mark.django_db
HIT = re.compile(r'<a class="finding__hit[^"]*" href="([^"]+)"')


def hits(client: Client, typed: str, **headers: str) -> list[str]:
    response = client.get(reverse("find"), {"q": typed}, headers={"HX-Request": "true"} | headers)
    assert response.status_code == 200
    return [url.replace("&amp;", "&") for url in HIT.findall(response.content.decode())]


def user_of(role: Role, **more) -> Client:
    client = Client()
    client.force_login(User.objects.create(username=f"u-{role}", role=role, language="en", **more))
    return client


def test_a_whole_code_leads_to_the_page_of_its_station(assessed, client):
    listing = assessed.listings[2]
    for typed in (listing.code, "۰۰۰۳", f" {listing.code} "):
        response = client.get(reverse("find"), {"q": typed})
        assert response.headers["Location"] == reverse("station", args=[listing.pk])


def test_a_whole_code_leads_to_its_component_for_who_may_see_codes(assessed, head_client):
    response = head_client.get(reverse("find"), {"q": "ex-04"})
    component = Component.objects.get(code="EX-04")
    assert response.headers["Location"] == reverse("component", args=[component.pk])


def test_who_sees_masks_finds_by_the_mask_and_never_by_code_or_name(assessed, client):
    component = Component.objects.get(code="EX-04")
    page = reverse("component", args=[component.pk])
    for typed in ("EX-04", "EX-0", "ولیعصر", "مرکز تلفن"):
        assert page not in hits(client, typed)
        assert client.get(reverse("find"), {"q": typed}).status_code == 200
    mask = masked("EX-04")
    assert page in hits(client, mask)
    assert client.get(reverse("find"), {"q": mask}).headers["Location"] == page
    found = client.get(reverse("find"), {"q": mask}, headers={"HX-Request": "true"})
    assert component.name not in found.content.decode()


def test_letters_of_either_keyboard_find_the_same(assessed, head_client):
    ServicePoint.objects.filter(pk=assessed.listings[0].point_id).update(
        name="دبستان کوی یاس", key="دبستان کوی یاس"
    )
    page = reverse("station", args=[assessed.listings[0].pk])
    for typed in ("کوی یاس", "كوي ياس", "کوی‌یاس", "کوییاس"):
        assert page in hits(head_client, typed), typed


def test_a_county_is_found_with_or_without_its_spaces(assessed, head_client):
    Place.objects.filter(code="04").update(name="خدا‌آفرین")
    for typed in ("خداافرین", "خدا آفرین"):
        assert f"{reverse('stations')}?county=04" in hits(head_client, typed), typed


def test_the_place_that_is_called_just_so_stands_before_what_is_named_after_it(
    assessed, head_client
):
    county = assessed.listings[0].point.place.parent
    point = assessed.listings[1].point
    point.name = point.key = f"{county.name} school"
    point.save()
    html = head_client.get(reverse("find"), {"q": county.name}).content.decode()
    assert point.name in html
    place = f"county={county.code or county.name}"
    assert html.index(place) < html.index(reverse("station", args=[assessed.listings[1].pk]))
    part = head_client.get(reverse("find"), {"q": county.name[:-1]}).content.decode()
    assert place in part


def test_obstacles_scenarios_agencies_people_and_pages_are_found(assessed, rows):
    take_in_catalogue(now=assessed.saved.made_at)
    client = user_of(Role.ADMINISTRATOR, may_see_names=True, last_name="Karimi", name_key="karimi")
    agency = Agency.objects.get(code="PWR")
    assert f"{reverse('causes')}?rule=rehearsal_failed" in hits(client, "rehearsal")
    assert any(url.startswith("/scenarios/") for url in hits(client, "F12"))
    assert f"{reverse('components')}?agency={agency.pk}" in hits(client, "توزیع")
    assert f"{reverse('components')}?agency={agency.pk}" in hits(client, "pwr")
    assert reverse("person", args=[User.objects.get(last_name="Karimi").pk]) in hits(
        client, "karimi"
    )
    assert reverse("audit") in hits(client, "audit")


def test_who_may_not_open_a_list_finds_nothing_of_it(assessed):
    user_of(Role.ADMINISTRATOR, last_name="Karimi", name_key="karimi")
    client = user_of(Role.SECRETARY)
    found = [*hits(client, "karimi"), *hits(client, "people")]
    assert not [url for url in found if url.startswith("/people/")]


def test_a_county_finds_its_own_stations_only(assessed):
    client = Client()
    user = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    user.places.add(Place.objects.get(code="01"))
    client.force_login(user)
    inside = {
        reverse("station", args=[each.pk])
        for each in assessed.listings
        if each.point.place.parent.code == "01"
    }
    assert set(hits(client, "سیار")) == inside
    assert not [url for url in hits(client, "نمونه") if url.startswith("/stations/")]
    outside = next(each for each in assessed.listings if each.point.place.parent.code != "01")
    assert client.get(reverse("find"), {"q": outside.code}).status_code == 200


def test_more_than_a_few_are_a_link_away(assessed, client):
    found = hits(client, "نمونه")
    stations = [url for url in found if re.fullmatch(r"/stations/\d+/", url)]
    assert len(stations) == 6
    assert any(url.startswith("/stations/?q=") for url in found)


@pytest.mark.parametrize("typed", ["", " ", "\0", "\ud800".encode("utf-8", "ignore").decode(), "٪"])
def test_what_means_nothing_finds_nothing_and_says_so(assessed, client, typed):
    page = client.get(reverse("find"), {"q": typed})
    assert page.status_code == 200
    assert "empty" in page.content.decode()
    assert hits(client, typed) == []


def test_what_was_not_found_is_said_with_what_was_typed(assessed, client):
    page = client.get(reverse("find"), {"q": "<b>no such"}).content.decode()
    assert "Nothing was found for" in page
    assert "&lt;b&gt;no such" in page


def test_pages_are_found_before_anything_is_assessed(client):
    assert reverse("overview") in hits(client, "overview")


def test_many_stations_cost_no_more_queries_than_few(assessed, rows, client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            hits(client, "نمونه")
        return len(asked)

    queries()
    few = queries()
    for each in assessed.listings:
        ServicePoint.objects.filter(pk=each.point_id).update(name="نمونه", key="نمونه")
    assert queries() == few


def test_a_code_from_before_a_renumbering_finds_the_station_and_says_so(assessed, client):
    listing = assessed.listings[0]
    entry = Entry("station", str(listing.point.uid), {"code": "8801"}, {"code": listing.code})
    with transaction.atomic():
        record(actor="x", command="import_file", now=assessed.saved.made_at, entries=[entry])
    assert reverse("station", args=[listing.pk]) in hits(client, "8801")
    response = client.get(reverse("find"), {"q": "8801"}, headers={"HX-Request": "true"})
    assert "its code was" in response.content.decode()
