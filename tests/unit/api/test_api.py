"""The API: the console's figures, for programs, within the same bounds."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pollready.people.models import ApiToken, Role
from pollready.people.tokens import LIFETIME, make_api_token, revoke_api_token
from pollready.places.models import Place
from pollready.register.veil import masked

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)


def rows_of(client: Client, address: str) -> list[dict]:
    """Read a whole list, a few at a time."""
    rows: list[dict] = []
    while True:
        page = client.get(address, {"offset": len(rows), "limit": 5}).json()
        rows += page["rows"]
        if len(rows) >= page["count"]:
            return rows


def test_a_round_is_counted_as_the_assessment_counts_it(program, assessed):
    state = program.get(f"/api/rounds/{assessed.round.code}").json()
    total = assessed.saved.summary["total"]
    assert state["total"] == {name: total[name] for name in state["total"]}


def test_a_list_comes_in_parts_that_make_the_whole(program, assessed):
    rows = rows_of(program, f"/api/rounds/{assessed.round.code}/stations")
    assert [row["code"] for row in rows] == sorted(each.code for each in assessed.listings)


def test_the_filters_leave_what_they_say(program, assessed):
    address = f"/api/rounds/{assessed.round.code}/stations"
    every = rows_of(program, address)
    for name, value in (("readiness", "not_ready"), ("kind", "mobile"), ("county", "تبریز")):
        wanted = [row["code"] for row in every if row[name] == value]
        asked = "01" if name == "county" else value
        page = program.get(address, {name: asked, "limit": 500}).json()
        assert [row["code"] for row in page["rows"]] == wanted != []


def test_a_station_names_what_is_upstream_by_masks(program, assessed):
    station = program.get(f"/api/stations/{assessed.listings[0].pk}").json()
    assert masked("EX-04") in station["upstream"]
    assert station["findings"]


def test_a_masked_component_has_neither_name_nor_place(program, assessed):
    rows = rows_of(program, f"/api/rounds/{assessed.round.code}/components")
    assert len(rows) == 4
    assert all(row["masked"] and row["name"] is None and row["lat"] is None for row in rows)
    assert {row["code"] for row in rows} == {
        masked(code) for code in ("EX-04", "MS-210", "FD-17", "CORE-1")
    }


def test_the_stations_of_a_cause_are_as_many_as_it_says(program, assessed):
    for cause in rows_of(program, f"/api/rounds/{assessed.round.code}/causes"):
        stations = rows_of(program, f"/api/causes/{cause['id']}/stations")
        assert len(stations) == cause["stations"]


def test_a_place_of_any_level_is_asked_for_by_its_key(program, assessed):
    county = Place.objects.get(code="01")
    districts = list(Place.objects.filter(parent=county).values_list("pk", flat=True))
    address = f"/api/rounds/{assessed.round.code}/stations"
    wide = program.get(address, {"place": county.pk, "limit": 500}).json()["rows"]
    assert wide
    assert {row["place"] for row in wide} == set(districts)
    (district,) = districts
    assert program.get(address, {"place": district, "limit": 500}).json()["rows"] == wide
    assert program.get(address, {"place": "x"}).status_code == 422


def test_a_county_counts_its_own(assessed, secretary):
    secretary.role = Role.GOVERNOR
    secretary.save()
    secretary.places.add(Place.objects.get(code="02"))
    client = Client()
    client.force_login(secretary)
    rows = rows_of(client, f"/api/rounds/{assessed.round.code}/stations")
    assert {row["county"] for row in rows} == {"میانه"}
    total = client.get(f"/api/rounds/{assessed.round.code}").json()["total"]
    assert total["stations"] == len(rows) == 3
    for cause in rows_of(client, f"/api/rounds/{assessed.round.code}/causes"):
        assert 0 < cause["stations"] <= 3


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_wrong_request_is_answered_by_a_sentence(program, assessed, language):
    address = f"/api/rounds/{assessed.round.code}/stations"
    answer = program.get(address, {"limit": "many"}, headers={"accept-language": language})
    assert answer.status_code == 422
    assert answer.json()["code"] == "wrong_request"
    assert any("limit" in part for part in answer.json()["where"])
    assert ("درخواست" in answer.json()["message"]) == (language == "fa")


def test_who_is_above_ones_class_is_told_so_and_nothing_else(program, assessed):
    assessed.saved.classification = 4
    assessed.saved.save()
    answer = program.get(f"/api/rounds/{assessed.round.code}")
    assert (answer.status_code, answer.json()["code"]) == (403, "above_clearance")


def test_without_a_token_nothing_is_told(assessed):
    answer = Client().get(f"/api/rounds/{assessed.round.code}")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_token_ends_when_it_is_revoked(program, secretary):
    assert program.get("/api/rounds").status_code == 200
    revoke_api_token(ApiToken.objects.get(), by=secretary, now=NOW)
    assert program.get("/api/rounds").status_code == 401


def test_a_token_ends_by_itself(secretary):
    token = make_api_token(by=secretary, name="old", now=NOW - LIFETIME - timedelta(seconds=1))
    client = Client(headers={"authorization": f"Bearer {token}"})
    assert client.get("/api/rounds").status_code == 401


def test_a_token_ends_with_its_person(program, secretary):
    secretary.is_active = False
    secretary.save()
    assert program.get("/api/rounds").status_code == 401


def test_a_token_is_kept_by_its_hash_alone(token):
    kept = ApiToken.objects.get()
    assert token not in (kept.token_hash, kept.name)


def test_longer_lists_ask_no_more_of_the_database(program, assessed):
    for kind in ("stations", "causes", "components"):
        address = f"/api/rounds/{assessed.round.code}/{kind}"
        counts = []
        for limit in (1, 3):
            program.get(address, {"limit": limit})
            with CaptureQueriesContext(connection) as captured:
                assert program.get(address, {"limit": limit}).status_code == 200
            counts.append(len(captured))
        assert counts[0] == counts[1], kind
