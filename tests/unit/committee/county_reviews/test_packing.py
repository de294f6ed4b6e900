"""What the pack of a county holds: its own figures, what it owes, what the province owes it."""

import json

import pytest

from pollready.assessment.queries import stations_for
from pollready.committee.county_reviews.packing import hash_of, pack_of
from pollready.committee.county_reviews.reading import CountyReading
from pollready.duties.models import Duty
from pollready.people.models import Role, User
from pollready.places.models import ServicePoint
from pollready.register.veil import masked
from pollready.resources.models import ResourceLot
from tests.unit.committee.county_reviews.conftest import NOW

pytestmark = pytest.mark.django_db


def packed(county, **changed):
    reading = CountyReading(county.secretary, county.saved, county.place, NOW)
    return pack_of(reading, number=1)


def items(pack, kind):
    return [item for item in pack["items"] if item["kind"] == kind]


def test_the_situation_counts_the_stations_of_the_county_alone(county):
    total = packed(county)["situation"]["total"]
    governor = stations_for(county.governor, county.saved)
    assert total["stations"] == governor.count()
    assert total["ready"] == governor.filter(readiness="ready").count()


def test_kinds_and_districts_add_up_to_the_county(county):
    situation = packed(county)["situation"]
    stations = situation["total"]["stations"]
    assert sum(tally["stations"] for tally in situation["kinds"].values()) == stations
    assert sum(each["tally"]["stations"] for each in situation["districts"]) == stations


def test_an_obstacle_is_counted_where_it_stands_and_by_district(county):
    for cause in packed(county)["causes"]["rows"]:
        assert sum(stations for _, stations in cause["by_district"]) == cause["stations"]


def test_the_county_has_its_own_duties_and_follow_ups(county):
    pack = packed(county)
    assert [item["text"] for item in items(pack, "duty")] == ["Name who holds the keys"]
    assert [item["text"] for item in items(pack, "follow_up")] == ["Move the station"]


def test_the_province_owes_obstacles_duties_follow_ups_and_means_here(county):
    owed = items(packed(county), "promise")
    said = {item["what"]: item for item in owed if item["what"] != "obstacle"}
    assert said["duty"]["text"] == "Bring a generator"
    assert said["duty"]["overdue"] is True
    assert said["duty"]["stations"] == 3
    assert said["follow_up"]["text"].startswith("Test the line")
    assert said["lot"]["more"]["delivered"] == 2
    assert said["lot"]["state"] == "not_delivered"
    assert "Elsewhere" not in json.dumps(owed)
    assert "depot of 01" not in json.dumps(owed)


def test_nothing_that_the_county_owes_itself_is_said_to_be_owed_by_the_province(county):
    own = {"governor", "county_lead", "district", "technician", ""}
    owners = {item["owner"] for item in items(packed(county), "promise")}
    assert owners.isdisjoint(own)


def test_a_suggestion_on_a_station_of_the_county_is_to_be_decided(county):
    texts = [item.get("text") for item in items(packed(county), "decision")]
    assert "A second card" in texts


def test_a_component_upstream_is_named_by_its_mask_alone(county):
    text = json.dumps(packed(county), ensure_ascii=False)
    for code in ("FD-17", "EX-04", "MS-210", "CORE-1", "فیدر آزادی"):
        assert code not in text
    assert masked("FD-17") in text


def test_a_pack_has_the_highest_class_of_what_went_in(county):
    Duty.objects.filter(text="Bring a generator").update(classification=1)
    assert packed(county)["class"] == 1


def test_what_is_above_the_class_of_the_countys_office_is_left_out(county):
    User.objects.filter(pk=county.secretary.pk).update(clearance=3)
    county.secretary.refresh_from_db()
    Duty.objects.filter(text="Bring a generator").update(classification=2)
    ResourceLot.objects.update(classification=2)
    first = ServicePoint.objects.filter(place__parent=county.place).first()
    ServicePoint.objects.filter(pk=first.pk).update(classification=2)
    pack = packed(county)
    assert pack["class"] < 2
    assert pack["situation"]["total"]["stations"] == 2
    assert "Bring a generator" not in json.dumps(pack)
    assert first.name not in json.dumps(pack, ensure_ascii=False)


def test_a_station_in_conflict_stands_with_its_code(county):
    contradicted = stations_for(county.governor, county.saved).filter(contradictions__gt=0)
    codes = list(contradicted.values_list("listing__code", flat=True))
    assert [item["code"] for item in items(packed(county), "contradiction")] == sorted(codes)


def test_items_are_numbered_from_one_in_the_order_of_kinds(county):
    pack = packed(county)
    assert [item["number"] for item in pack["items"]] == list(range(1, len(pack["items"]) + 1))


def test_the_same_register_gives_the_same_pack_to_the_byte(county):
    first, second = packed(county), packed(county)
    assert hash_of(json.dumps(first)) == hash_of(json.dumps(second))


def test_a_later_pack_knows_the_figures_of_the_last_that_went_out(county):
    review = county.send()
    county.answer(review)
    assert packed(county)["before"]["number"] == review.number
    assert packed(county)["before"]["total"] == packed(county)["situation"]["total"]


def test_a_county_without_a_governor_is_packed_up_to_confidential(county):
    User.objects.filter(role=Role.GOVERNOR).update(is_active=False)
    reading = CountyReading(county.secretary, county.saved, county.place, NOW)
    assert reading.ceiling == 1
