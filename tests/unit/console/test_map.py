"""The map's page, its data, cards and lines, and the page of borders: who gets what."""

import gzip
import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pollready.assessment.models import SavedAssessment, StationRecord
from pollready.audit.commands import Entry, record
from pollready.console.map_page import colouring_of, legends
from pollready.intake.boundaries.models import Boundary, BoundaryFile
from pollready.language import LANGUAGES
from pollready.language.catalogue import area
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place, Stop
from pollready.register.models import Component

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SQUARE = [[46.0, 38.0], [46.5, 38.0], [46.5, 38.5], [46.0, 38.5], [46.0, 38.0]]


@pytest.fixture
def placed(assessed):
    """Give three components and a mobile station's stops a position."""
    for code, lon in (("EX-04", 46.1), ("MS-210", 46.2), ("CORE-1", 46.3)):
        Component.objects.filter(code=code).update(lat=38.0, lon=lon)
    Stop.objects.filter(ordinal=1).update(lat=38.2, lon=46.6)
    # The round's class is what its confidential parts have.
    SavedAssessment.objects.update(classification=1)
    return assessed


def layer(client: Client, query: str = "") -> dict:
    response = client.get(f"/map/data/{query}")
    assert response.status_code == 200, response.status_code
    return json.loads(response.content)


def unstepped(steps: list[int | None]) -> list[int | None]:
    last, found = 0, []
    for step in steps:
        last = last if step is None else last + step
        found.append(None if step is None else last)
    return found


def user_of(role: Role, **more) -> Client:
    user = User.objects.create(username=role, role=role, language="en", **more)
    if role == Role.GOVERNOR:
        user.places.add(Place.objects.get(code="01"))
    client = Client()
    client.force_login(user)
    return client


def test_every_station_is_in_the_data_with_its_states(client, assessed):
    data = layer(client)
    ids = unstepped(data["ids"])
    assert sorted(ids) == sorted(each.pk for each in assessed.listings)
    by_id = {record.listing_id: record for record in assessed.saved.stations.all()}
    for i, listing in enumerate(ids):
        record = by_id[listing]
        assert data["criteria"][10 * i : 10 * i + 10] == record.criteria
        letter = "c" if record.contradicted else record.readiness[0]
        assert data["readiness"][i] == letter
        assert data["voters"][i] == record.listing.expected_voters
        levels = record.detail["level_admit"]
        same = levels["working"] == levels["failed"]
        assert (data["admit"][i] == "?") == (not same)


def test_a_station_without_a_position_stands_where_it_first_stops_or_nowhere(client, placed):
    mobile, fixed = placed.listings[3], placed.listings[0]
    for listing in (mobile, fixed):
        listing.point.lat = listing.point.lon = None
        listing.point.save()
    data = layer(client)
    ids, lats = unstepped(data["ids"]), unstepped(data["lats"])
    assert lats[ids.index(mobile.pk)] == 3_820_000
    assert lats[ids.index(fixed.pk)] is None
    page = client.get("/stations/?position=missing").content.decode()
    assert re.findall(r"/stations/(\d+)/", page) == [str(fixed.pk)]


def test_the_filters_of_the_list_are_those_of_the_map(client, assessed):
    for query in ("?kind=mobile", "?readiness=unknown", "?q=0011", "?area=46,38~47,38~46.5,38.25"):
        listed = client.get(f"/stations/{query}").content.decode()
        shown = unstepped(layer(client, query)["ids"])
        assert {int(pk) for pk in re.findall(r'href="/stations/(\d+)/"', listed)} == set(shown)
        assert 0 < len(shown) < 12, query


def test_an_obstacle_is_marked_where_it_was_found(client, assessed):
    cause = assessed.saved.causes.exclude(severity="unknown").order_by("-stations").first()
    at = set(cause.findings.filter(listing__isnull=False).values_list("listing_id", flat=True))
    for by in (f"rule.{cause.rule}", f"cause.{cause.pk}"):
        data = layer(client, f"?by={by}")
        marked = {i for i, f in zip(unstepped(data["ids"]), data["found"], strict=True) if f == "1"}
        assert at <= marked
    assert marked == at


def test_the_same_is_not_sent_twice_until_something_is_written(client, placed):
    first = client.get("/map/data/", headers={"Accept-Encoding": "gzip"})
    assert first["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(first.content))["readiness"]
    again = client.get("/map/data/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert first["Cache-Control"] == again["Cache-Control"] == "private, no-store"


def written(number: int, *types: str, command: str = "correct") -> None:
    entries = [Entry(each, "1", {"was": number}, {"is": number}) for each in types]
    with transaction.atomic():
        record(actor="a", command=command, now=NOW, entries=entries)


def asked_anew(client: Client, path: str) -> bool:
    """Say whether an answer was put together again."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return any('"listing_id"' in each["sql"] and "at_lat" in each["sql"] for each in queries)


def test_only_what_may_have_changed_a_station_makes_its_layer_anew(client, assessed):
    data, by_component = "/map/data/?kind=fixed", "/map/data/?component=1"
    for path in (data, by_component):
        client.get(path)
        assert not asked_anew(client, path)
    written(1, "component", "claim")
    assert not asked_anew(client, data)
    assert asked_anew(client, by_component)  # which components there are may have changed
    for changing in (("claim", "station"), ("stop",), ("places",), ("unheard_of",), ()):
        written(2, *changing)
        assert asked_anew(client, data), changing
        assert not asked_anew(client, data), changing
    written(3, "round", command="explore_failures")
    assert not asked_anew(client, data)


def test_a_station_that_is_moved_stands_at_its_new_place_at_once(client, assessed):
    assert 3_900_000 not in unstepped(layer(client)["lats"])
    listing = assessed.listings[0]
    listing.point.lat = 39.0
    listing.point.save()
    written(1, "claim", "station")
    data = layer(client)
    assert unstepped(data["lats"])[unstepped(data["ids"]).index(listing.pk)] == 3_900_000


def test_a_new_assessment_shows_its_own_levels(client, assessed, rows):
    before = layer(client)["admit"]
    saved = rows.assess_register(assessed).saved
    SavedAssessment.objects.filter(pk=saved.pk).update(made_at=saved.made_at + timedelta(days=1))
    detail = {"level_admit": {"working": "closed", "failed": "closed"}}
    StationRecord.objects.filter(assessment=saved).update(detail=detail, readiness="not_ready")
    assert set(layer(client)["admit"]) == {"x"} != set(before)
    assert layer(client)["readiness"].replace("c", "n") == "n" * 12


def test_a_browser_may_keep_what_is_not_classified(client, assessed):
    SavedAssessment.objects.update(classification=0)
    assert client.get("/map/data/")["Cache-Control"] == "private, no-cache"


def test_a_county_gets_its_own_stations_whatever_others_asked_before(client, assessed):
    whole = unstepped(layer(client)["ids"])
    governor = user_of(Role.GOVERNOR)
    own = unstepped(layer(governor)["ids"])
    inside = {each.pk for each in assessed.listings if each.point.place.parent.code == "01"}
    assert set(own) == inside < set(whole)
    outside = next(each for each in assessed.listings if each.pk not in inside)
    for path in ("/map/card/?station=", "/map/lines/?station="):
        assert governor.get(f"{path}{outside.pk}").status_code == 404
    spot = governor.get(f"/map/card/?stations={outside.pk},{own[0]}").content.decode()
    assert outside.point.name not in spot


def test_a_masked_component_has_no_place_in_the_data(client, head_client, placed):
    masked = client.get("/map/data/?layer=components").content.decode()
    assert json.loads(masked)["ids"] == []
    for text in ("EX-04", "مرکز تلفن", "4610000"):
        assert text not in masked
    shown = layer(head_client, "?layer=components")
    assert sorted(shown["names"]) == sorted(["مرکز استان", "مرکز تلفن ولیعصر", "سایت کوه عینالی"])
    assert unstepped(shown["lats"]) == [3_800_000] * 3


def test_who_may_see_no_infrastructure_gets_neither_layer_nor_lines(placed):
    technician = user_of(Role.TECHNICIAN)
    for listing in placed.listings[:1]:
        assert technician.get("/map/data/?layer=components").status_code in (403, 404)
        assert technician.get(f"/map/lines/?station={listing.pk}").status_code == 403
    component = Component.objects.get(code="EX-04")
    assert technician.get(f"/map/card/?component={component.pk}").status_code == 404


def test_an_agency_gets_its_own_components_alone(placed):
    agency = user_of(
        Role.AGENCY_REPRESENTATIVE, agency=Agency.objects.get(code="MCI"), may_see_names=True
    )
    assert layer(agency, "?layer=components")["names"] == ["سایت کوه عینالی"]
    exchange = Component.objects.get(code="EX-04")
    for path in ("/map/card/?component=", "/map/lines/?component="):
        assert agency.get(f"{path}{exchange.pk}").status_code == 404


def test_lines_lead_up_from_a_station_and_down_from_a_component(head_client, client, placed):
    station = placed.listings[0]
    up = json.loads(head_client.get(f"/map/lines/?station={station.pk}").content)
    lon, lat = station.point.lon, station.point.lat
    assert sorted(up["lines"]) == sorted(
        [[lon, lat, 46.1, 38.0], [lon, lat, 46.2, 38.0], [46.1, 38.0, 46.3, 38.0],
         [46.2, 38.0, 46.3, 38.0]]
    )  # fmt: skip
    assert (up["needed"], up["shown"]) == (4, 3)  # the feeder has no position
    hidden = json.loads(client.get(f"/map/lines/?station={station.pk}").content)
    assert hidden == {"lines": [], "needed": 4, "shown": 0}

    core = Component.objects.get(code="CORE-1")
    down = json.loads(head_client.get(f"/map/lines/?component={core.pk}").content)
    assert len(down["lines"]) == down["needed"] == 10
    assert client.get(f"/map/lines/?component={core.pk}").status_code == 404


def test_cards_say_what_is_selected(head_client, client, placed):
    station = placed.listings[4]
    page = head_client.get(f"/map/card/?station={station.pk}").content.decode()
    assert station.point.name in page
    assert f'href="/stations/{station.pk}/"' in page
    core = Component.objects.get(code="CORE-1")
    seen = head_client.get(f"/map/card/?component={core.pk}").content.decode()
    assert "مرکز استان" in seen
    assert ">10<" in seen
    masked = client.get(f"/map/card/?component={core.pk}").content.decode()
    assert "مرکز استان" not in masked
    assert "CORE-1" not in masked
    assert ">10<" in masked


@pytest.mark.parametrize(
    "path",
    ["/map/card/", "/map/card/?station=x", "/map/card/?station=999999", "/map/lines/",
     "/map/lines/?component=-1", "/map/card/?stations=1,,2", "/map/data/?layer=everything",
     f"/map/card/?station={'9' * 18}", f"/map/lines/?station={'9' * 40}"],
)  # fmt: skip
def test_addresses_that_lead_nowhere_say_so(head_client, assessed, path):
    assert head_client.get(path).status_code == 404


@pytest.mark.parametrize("area", ["", "x", "46,38~47", "1,1~" * 200 + "1,1"])
def test_an_area_that_cannot_be_read_is_left_out_and_said(client, assessed, area):
    page = client.get(f"/map/?area={area}").content.decode()
    assert ("could not be read" in page) == bool(area)
    assert len(unstepped(layer(client, f"?area={area}")["ids"])) == 12


def test_list_and_map_lead_to_each_other_with_the_same_stations(client, assessed):
    on_map = client.get("/map/?kind=mobile&by=admit").content.decode()
    assert 'href="/stations/?kind=mobile"' in on_map
    in_list = client.get("/stations/?kind=mobile&sort=name").content.decode()
    assert 'href="/map/?kind=mobile"' in in_list


def test_without_scripts_the_counties_are_a_table(client, assessed):
    page = client.get("/map/").content.decode()
    assert page.count('data-label="Stations"') == 4
    assert 'href="/map/?county=03"' in page
    assert len(page) < 300_000


def test_the_browser_is_told_early_what_the_map_will_ask_for_first(client, assessed):
    page = client.get("/map/?kind=mobile&by=rule.no_second_path&page=1").content.decode()
    (early,) = re.findall(r'<link rel="preload" as="fetch" crossorigin href="([^"]+)"', page)
    (first,) = re.findall(r'data-first-data="([^"]+)"', page)
    assert early == first
    path, _, query = html.unescape(first).partition("?")
    assert path == "/map/data/"
    assert len(unstepped(layer(client, f"?{query}")["ids"])) == 3
    assert set(layer(client, f"?{query}")["found"]) <= {"0", "1", "?"}


def test_htmx_gets_the_parts_that_change(client, assessed):
    page = client.get("/map/?kind=mobile", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    for part in ('id="found"', 'id="filter-fields"', 'id="map-counties"'):
        assert part in page


@pytest.mark.parametrize("path", ["/map/", "/map/data/", "/map/card/?stations="])
def test_few_and_many_stations_ask_the_same_of_the_database(head_client, db, rows, path):
    counts = []
    for stations in (5, 40):
        assessed = rows.assess_register(rows.fill_register(stations)) if not counts else None
        if assessed is None:
            break
        ids = ",".join(str(each.pk) for each in assessed.listings) if path.endswith("=") else ""
        few = ids.split(",")[0]
        for asked in (f"{path}{few}", f"{path}{ids}"):
            with CaptureQueriesContext(connection) as queries:
                assert head_client.get(asked).status_code == 200
            counts.append(len(queries))
    assert counts[0] >= counts[1] > 0


def test_colourings_that_are_unknown_fall_back_to_readiness():
    assert colouring_of("criterion.power") == "criterion.power"
    assert colouring_of("rule.no_second_path") == "rule.no_second_path"
    assert colouring_of("cause.12") == "cause.12"
    for text in ("", "x", "criterion.x", "rule.x", "cause.x", "cause.1.2"):
        assert colouring_of(text) == "readiness"


def test_every_colouring_has_its_words():
    for language in LANGUAGES:
        for letters in legends(language).values():
            assert all(entry["word"] for entry in letters.values())


def test_phrases_of_the_map_stand_in_both_languages_with_the_same_fields():
    for key, texts in area("map").items():
        assert set(LANGUAGES) <= set(texts), key
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key
        assert "بسیج" not in texts["fa"]


def geojson(*names: str) -> SimpleUploadedFile:
    features = [
        {"type": "Feature", "properties": {"name": name},
         "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}
        for name in names
    ]  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return SimpleUploadedFile("counties.geojson", content)


def test_borders_are_sent_looked_at_and_kept(client, assessed):
    sent = client.post("/boundaries/upload/", {"action": "send", "file": geojson("اهر", "other")})
    assert (sent.status_code, sent["Location"]) == (303, "/boundaries/")
    page = client.get("/boundaries/").content.decode()
    ahar = Place.objects.get(name="اهر")
    assert f'<option value="{ahar.pk}" selected>' in page
    tabriz = Place.objects.get(name="تبریز")
    wrong = client.post(
        "/boundaries/upload/",
        {"action": "keep", "place-0": ahar.pk, "place-1": ahar.pk, "source": "my source"},
    )
    assert wrong.status_code == 422
    assert "Two borders were chosen for اهر" in wrong.content.decode()
    assert 'value="my source"' in wrong.content.decode()
    kept = client.post(
        "/boundaries/upload/",
        {"action": "keep", "place-0": ahar.pk, "place-1": tabriz.pk, "source": "my source"},
    )
    assert kept.status_code == 303
    page = client.get("/boundaries/").content.decode()
    assert "2 borders were kept." in page
    assert Boundary.objects.filter(source="my source").count() == 2
    names = [each["properties"]["name"] for each in layer(client, "?layer=borders")["features"]]
    assert sorted(names) == ["اهر", "تبریز"]


def test_a_file_that_is_no_map_is_refused_in_words(client, assessed):
    bad = SimpleUploadedFile("list.geojson", b"code,name\n1,x")
    response = client.post("/boundaries/upload/", {"action": "send", "file": bad})
    page = response.content.decode()
    assert response.status_code == 422
    assert "it is no valid JSON" in page
    assert client.post("/boundaries/upload/", {"action": "send"}).status_code == 422
    assert not BoundaryFile.objects.exists()


def test_a_file_is_put_away(client, assessed):
    client.post("/boundaries/upload/", {"action": "send", "file": geojson("اهر")})
    client.post("/boundaries/upload/", {"action": "put_away"})
    assert not BoundaryFile.objects.exists()
    late = client.post("/boundaries/upload/", {"action": "keep", "place-0": "1"})
    assert late.status_code == 422


def test_another_persons_file_is_not_seen(client, assessed):
    client.post("/boundaries/upload/", {"action": "send", "file": geojson("اهر")})
    other = user_of(Role.ADMINISTRATOR)
    assert "counties.geojson" not in other.get("/boundaries/").content.decode()
