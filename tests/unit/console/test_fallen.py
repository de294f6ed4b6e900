"""Stations that a pick of failures takes, in the list and on the map: in scope, and logged."""

import html
import json
import re
from urllib.parse import urlencode

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.assessment.explorers import EXPLORERS, Readiness
from pollready.assessment.exploring import explore_round
from pollready.assessment.falling import Falling
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.engine.network import Unknowns
from pollready.engine.propagation import evaluate
from pollready.places.models import Place
from pollready.register.veil import masked

pytestmark = pytest.mark.django_db


def address(path: str, pick: str, **more: str) -> str:
    return f"{path}?{urlencode({'pick': pick, **more})}"


def listed(client: Client, pick: str, **more: str) -> set[int]:
    page = client.get(address("/stations/", pick, **more)).content.decode()
    return {int(pk) for pk in re.findall(r'href="/stations/(\d+)/"', page)}


def on_map(client: Client, pick: str, **more: str) -> dict:
    data = json.loads(client.get(address("/map/data/", pick, **more)).content)
    last, ids = 0, []
    for step in data["ids"]:
        last += step
        ids.append(last)
    return data | {"ids": ids}


def looks() -> list[dict]:
    rows = AuditEntry.objects.filter(batch__command="explore_failures").order_by("pk")
    return [row.after for row in rows]


@pytest.mark.parametrize("measure", ["closed", "online", "electronic", "none"])
@pytest.mark.parametrize("duration", ["generator", "service", "own"])
def test_list_and_map_show_just_what_exploring_tells(head_client, assessed, measure, duration):
    asked = {"c": ["EX-04", "MS-210"], "hours": "3", "t": duration, "m": measure}
    told = head_client.get(reverse("explore-stations"), asked).json()["stations"][measure]
    pick = urlencode(asked, doseq=True)
    assert listed(head_client, pick) == set(on_map(head_client, pick)["ids"]) == set(told)


def county_of_some(assessed, listings: set[int]) -> Place:
    first = next(each for each in assessed.listings if each.pk in listings)
    return first.point.place.parent


def in_county(assessed, county: Place) -> set[int]:
    return {each.pk for each in assessed.listings if each.point.place.parent == county}


def test_the_page_leads_to_both_with_county_level_and_duration(head_client, assessed):
    query = {"c": "CORE-1", "t": "generator", "m": "online"}
    told = set(head_client.get(reverse("explore-stations"), query).json()["stations"]["online"])
    county = county_of_some(assessed, told)
    page = head_client.get(reverse("explore"), query | {"in": county.code}).content.decode()
    links = {html.unescape(each) for each in re.findall(r'href="([^"]*pick=[^"]*)"', page)}
    assert {each.partition("?")[0] for each in links} == {"/map/", "/stations/"}
    link = next(each for each in links if each.startswith("/stations/"))
    shown = head_client.get(link).content.decode()
    found = {int(pk) for pk in re.findall(r'href="/stations/(\d+)/"', shown)}
    assert found == told & in_county(assessed, county) != set()
    assert all(f"county={county.code}" in each for each in links)
    assert "no longer online if" in shown


def test_on_the_map_stations_have_the_level_that_they_fall_to(head_client, assessed):
    explored = explore_round(assessed.round.pk, as_of=assessed.saved.as_of_date, version=0)
    hours = explored.durations["service"]
    levels = evaluate(explored.network, ["CORE-1"], hours, Unknowns.WORKING)["admit"]
    data = on_map(head_client, "c=CORE-1&t=service&m=online")
    code = {each.pk: each.code for each in assessed.listings}
    names = explored.network.level_names("admit")
    letters = {"online": "o", "offline": "f", "paper": "p", "closed": "x"}
    at = {name: number for number, name in enumerate(explored.network.point_ids)}
    assert data["ids"]
    for listing, letter in zip(data["ids"], data["fall"]["admit"], strict=True):
        assert letter == letters[names[levels[at[code[listing]]]]] != "o"
    page = head_client.get(address("/map/", "c=CORE-1&m=online")).content.decode()
    assert '<option value="fall.admit" selected>' in page
    closing = head_client.get(address("/map/", "c=CORE-1&m=none")).content.decode()
    assert '<option value="fall.close" selected>' in closing
    assert "fall." not in head_client.get("/map/").content.decode()


def test_a_look_by_a_link_is_logged_once_and_turning_pages_is_not_another(head_client, assessed):
    for path in ("/stations/", "/map/", "/map/data/", "/lists/stations/export/"):
        assert head_client.get(address(path, "c=CORE-1&hours=6&m=online")).status_code == 200
        assert looks() == [{"failed": ["CORE-1"], "hours": 6.0}], path
    # The page that leads there looks at the same.
    head_client.get(reverse("explore"), {"c": "CORE-1", "hours": "6"})
    head_client.get(reverse("explore-stations"), {"c": "CORE-1", "hours": "6"})
    assert len(looks()) == 1
    listed(head_client, "c=EX-04&m=online")
    assert [each["failed"] for each in looks()] == [["CORE-1"], ["EX-04"]]


def test_who_may_not_explore_gets_nothing_of_it_and_is_told(assessed, supervisor_client):
    before = AuditBatch.objects.count()
    page = supervisor_client.get(address("/stations/", "c=CORE-1&m=online")).content.decode()
    assert "could not be read" in page
    assert len(listed(supervisor_client, "c=CORE-1&m=online")) == 12
    data = on_map(supervisor_client, "c=CORE-1&m=online")
    assert (len(data["ids"]), data["fall"]) == (12, {})
    assert "fall." not in supervisor_client.get(address("/map/", "c=CORE-1")).content.decode()
    assert AuditBatch.objects.count() == before


def test_names_stay_masked_and_a_code_is_not_found_out(client, assessed):
    token = masked("CORE-1")
    for path in ("/stations/", "/map/"):
        page = client.get(address(path, f"{urlencode({'c': token})}&m=online")).content.decode()
        assert token in page
        assert "CORE-1" not in page
        assert "مرکز استان" not in page
    by_code = client.get(address("/stations/", "c=CORE-1&m=online")).content.decode()
    nothing = client.get(address("/stations/", "c=NOTHING&m=online")).content.decode()
    assert "could not be read" in by_code
    assert "could not be read" in nothing


def test_a_station_above_ones_class_does_not_fall_for_one(head, head_client, assessed):
    (fallen,) = listed(head_client, "c=CORE-1&m=online")
    point = next(each.point for each in assessed.listings if each.pk == fallen)
    point.classification = head.clearance + 1
    point.save()
    EXPLORERS.forget()
    assert listed(head_client, "c=CORE-1&m=online") == set()
    assert on_map(head_client, "c=CORE-1&m=online")["ids"] == []


@pytest.mark.parametrize(
    "pick", ["", "m=online", "c=CORE-1&m=what", "c=" + "x" * 5000, "hours=3", "c=%00", "kind=%00"]
)
def test_a_pick_that_says_nothing_is_left_out(head_client, assessed, pick):
    for path in ("/stations/", "/map/", "/map/data/"):
        assert head_client.get(address(path, pick)).status_code == 200
    assert len(listed(head_client, pick)) == 12


def test_while_the_network_is_made_ready_that_is_said(head_client, assessed, monkeypatch):
    monkeypatch.setattr(EXPLORERS, "ask", lambda *_: Readiness())
    page = head_client.get(address("/stations/", "c=CORE-1&m=online")).content.decode()
    assert "still being worked out" in page
    assert listed(head_client, "c=CORE-1&m=online") == set()
    assert on_map(head_client, "c=CORE-1&m=online")["ids"] == []
    assert looks() == []


def test_however_many_fall_the_database_is_asked_the_same(head_client, assessed, monkeypatch):
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            fallen = listed(head_client, "c=CORE-1&m=online")
        return len(fallen), len(queries)

    asked()  # logged, counted, and the network is ready
    few, queries_of_few = asked()
    everywhere = property(lambda found: np.ones(len(found.explored.listings), dtype=np.bool_))
    monkeypatch.setattr(Falling, "fallen", everywhere)
    asked()  # counted, and kept as those before
    many, queries_of_many = asked()
    assert (few, many) == (1, 12)
    assert queries_of_few == queries_of_many
