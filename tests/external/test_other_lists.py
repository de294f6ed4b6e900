"""Polling units of Ekiti with coordinates of an automatic geocoder, and a mobile cell extract."""

import csv
from collections import Counter

import pytest

from pollready.places.models import Listing, PlaceLevel
from pollready.register.models import Claim, Component

pytestmark = [pytest.mark.external, pytest.mark.django_db]

EKITI = "nigeria_inec/inec_polling_units_ekiti.csv"


def test_every_polling_unit_is_registered_whatever_its_coordinates(take_real):
    result = take_real(EKITI)
    assert (result.rows_read, result.rows_registered, result.rows_merged) == (2444, 2444, 0)
    first = Listing.objects.select_related("point__place__parent").get(code="13/01/01/001")
    assert first.point.name == "IN FRONT OF UDE'S HOUSE / OGBON IGBARA , IDOFIN ST."
    place = first.point.place
    assert (place.level, place.name, place.parent.name) == (
        PlaceLevel.DISTRICT, "ADO 'A' IDOFIN", "ADO EKITI"
    )  # fmt: skip


def test_all_units_outside_the_country_are_doubted_and_not_many_others(take_real, real_data):
    take_real(EKITI)
    doubted = dict(Claim.objects.filter(field="coordinates").values_list("listing__code", "value"))
    with (real_data / EKITI).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["latitude"]]
    abroad = {
        row["delimitation"]
        for row in rows
        if not (4 < float(row["latitude"]) < 14 and 2.5 < float(row["longitude"]) < 15)
    }
    assert len(abroad) == 52
    assert {doubted.get(code) for code in abroad} == {"outside"}
    # 97 lie outside a box around the state; the rest are far from their own area inside it.
    assert 90 <= len(doubted) <= 110


def test_shared_coordinates_are_told(take_real):
    result = take_real(EKITI)
    shared = [fault for fault in result.faults if fault.code == "coordinates-shared"]
    assert len(shared) > 100


def test_the_native_nested_file_gives_the_same_units(take_real):
    result = take_real("nigeria_inec/native/ward_units_index.json")
    assert (result.rows_read, result.rows_rejected) == (15, 0)
    last = Listing.objects.get(code="13/01/01/015")
    assert last.point.name == "OPEN SPACE AT OJO MICHEAL AREA"
    assert (last.point.lat, last.point.lon) == (5.2484399, 7.6458071)[::-1]


def test_every_cell_becomes_a_mobile_site_and_the_stray_heading_does_not(take_real):
    result = take_real("cells_il/opencellid_425_2.csv")
    assert (result.rows_read, result.rows_registered, result.rows_merged) == (31869, 31869, 0)
    codes = Component.objects.filter(kind="mobile_site").values_list("code", flat=True)
    radios = Counter(code.split("-")[0] for code in codes)
    assert radios == {"UMTS": 25934, "GSM": 5872, "LTE": 63}
    first = Component.objects.select_related("agency").get(code="GSM-425-1-10443-63981")
    assert (first.lat, first.lon, first.agency.code) == (32.122822, 34.902534, "425-1")
