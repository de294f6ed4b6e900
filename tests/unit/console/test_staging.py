"""The page of a staging plan: what it says, what it refuses, what it costs."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.assessment.models import SignalRecord
from pollready.console.staging import PLANS
from pollready.people.models import Role, User
from pollready.places.models import Listing, Place, ServicePoint
from pollready.register.models import Component

pytestmark = pytest.mark.django_db


def page(client: Client, **asked: object) -> str:
    return client.get(reverse("staging"), asked).content.decode()


@pytest.fixture
def depot(assessed) -> Component:
    place = ServicePoint.objects.filter(lat__isnull=False).first()
    return Component.objects.create(
        round=assessed.round, code="DEP-9", kind="depot", tier=2, name="Hidden depot",
        lat=place.lat, lon=place.lon,
    )  # fmt: skip


def test_the_page_says_who_is_reached_and_by_which_rule(depot, head_client):
    html = page(head_client, target_min=60)
    assert "within 60 minutes" in html and "It is proven" in html
    assert "great-circle distance times a detour ratio of 1.3, at 50 km/h" in html
    assert html.count('<svg viewBox="0 0 560') == 2  # before and after


def test_who_sees_no_depot_is_told_that_before_is_unknown(depot, client):
    html = page(client)
    assert "what is reached today is unknown" in html
    assert html.count('<svg viewBox="0 0 560') == 1
    assert "depot there is" not in html and "Hidden depot" not in html and "DEP-9" not in html


def test_numbers_that_cannot_be_read_are_said_and_kept(assessed, client):
    html = page(client, target_min="soon", sites="0", goal="x")
    assert 'value="soon"' in html and "Write 1 to 720" in html and "Write 1 to 500" in html
    assert re.search(r"These could not be read.*Goal", html)


def test_what_was_read_stands_in_the_digits_of_the_page(assessed, client):
    assert 'value="60"' in page(client, target_min="۶۰")
    assert 'value="۶۰"' in page(client, target_min="۶۰", couriers="many")


def test_a_county_alone_is_planned_for_itself(assessed, client):
    county = Place.objects.get(code="01")
    html = page(client, county=county.pk)
    assert f'<option value="{county.pk}" selected>' in html
    own = ServicePoint.objects.filter(place__parent=county) | county.points.all()
    others = ServicePoint.objects.exclude(pk__in=own.values("pk"))
    assert not [p.name for p in others.filter(place__level=2) if f"<bdi>{p.name}</bdi>" in html]


def test_a_governor_sees_no_station_of_another_county(assessed):
    governor = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    county = Place.objects.get(code="01")
    governor.places.add(county)
    client = Client()
    client.force_login(governor)
    html = page(client)
    assert [name for name in options(html) if name] == [str(county.pk)]


def options(html: str) -> list[str]:
    select = re.search(r'<select id="county".*?</select>', html, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', select[0] if select else "")


def test_messages_of_silent_stations_have_their_hours(assessed, client):
    listing = assessed.listings[0].pk
    rows = SignalRecord.objects.filter(assessment=assessed.saved)
    if not rows.filter(listing=listing).exists():
        SignalRecord.objects.create(
            assessment=assessed.saved, listing_id=listing, operator="MCI", signal="none"
        )
    rows.filter(listing=listing).update(signal="none")
    html = page(client, messenger_min=240)
    assert "own messenger" in html or "courier" in html
    assert re.search(r"\d\d:\d\d", html)


def test_a_plan_is_kept_until_something_changes(assessed, client, monkeypatch):
    page(client)
    made = []
    monkeypatch.setattr("pollready.console.staging.plan_staging", lambda *a: made.append(a))
    page(client)
    assert made == []
    PLANS.forget()
    page(client)
    assert len(made) == 1


def test_the_number_of_queries_does_not_grow_with_the_stations(assessed, head_client):
    def queries(**asked):
        page(head_client, **asked)
        PLANS.forget()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(head_client, **asked)
        return len(captured)

    assert queries(county=Place.objects.get(code="01").pk) == queries()


def test_more_than_one_plan_holds_is_refused_in_words(assessed, client, monkeypatch):
    monkeypatch.setattr("pollready.planning.staging.sites.MAX_WAYS", 3)
    html = page(client, target_min=33)
    assert "are too many for one plan. Choose a county" in html
    assert 'value="33"' in html and "<svg viewBox" not in html


def test_what_stays_and_what_is_ruled_out_is_said_with_its_reason(depot, head_client):
    code = assessed_code()
    html = page(
        head_client, keep_depots=1, site_1=code, rule_1="stays", why_1="the county wants it",
        site_2="DEP-9", rule_2="ruled_out", why_2="flooded each spring",
    )  # fmt: skip
    assert "the county wants it" in html and "flooded each spring" in html
    assert "1 site stays, whatever is chosen." in html
    assert html.count('name="site_') == 4  # two more are blank


def assessed_code() -> str:
    return str(Listing.objects.filter(point__lat__isnull=False).order_by("code")[0].code)


def test_every_fault_of_a_decision_stands_beside_it_and_nothing_typed_is_lost(assessed, client):
    html = page(
        client, site_1="0001", why_1="", site_2="", why_2="because", site_3="0001", why_3="x"
    )
    assert html.count("Write why, in at most") == 1
    assert html.count("Write the code of a depot or station (") == 1
    assert html.count("Another row is about this place too") == 1
    assert 'value="because"' in html


def test_a_place_that_is_none_is_refused_beside_its_row(depot, client):
    html = page(client, site_1="DEP-9", rule_1="stays", why_1="it was always there")
    assert "no depot that you may see" in html and 'aria-invalid="true"' in html
    assert 'value="DEP-9"' in html and "<svg viewBox" not in html


def test_fewer_sites_than_stay_are_refused_in_a_sentence(assessed, client):
    codes = [x.code for x in Listing.objects.filter(point__lat__isnull=False).order_by("code")[:2]]
    html = page(
        client, goal="median", sites=1, site_1=codes[0], rule_1="stays", why_1="a",
        site_2=codes[1], rule_2="stays", why_2="b",
    )  # fmt: skip
    assert "2 sites stay, but no more than 1 are allowed." in html


def test_only_the_headquarters_is_offered_to_keep_a_plan(depot, head_client, client):
    offered = 'action="/staging/keep/?'
    assert offered in page(head_client, target_min=60)
    governor = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    governor.places.add(Place.objects.get(code="01"))
    client.force_login(governor)
    assert offered not in page(client)
    assert client.post(reverse("staging-keep")).status_code == 403
