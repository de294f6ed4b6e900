"""The 19 files of councils' election software; what each holds was counted by hand."""

from dataclasses import dataclass
from datetime import date

import pytest

from pollready.intake.commands import NothingUsable
from pollready.intake.reading.limits import UnreadableFile
from pollready.places.models import ElectionRound, Listing

pytestmark = [pytest.mark.external, pytest.mark.django_db]

DCOUNTS_HOUSE = (
    "Add1", "Add2", "Add3", "Add4", "Add5", "Add6", "PostCode", "UPRN", "Xordinate", "Yordinate",
)  # fmt: skip
EROS_HOUSE = (
    "HouseID", "HouseName", "HouseNumber", "HousePostCode", "UPRN", "SubStreetName",
    "StreetNumber", "StreetName", "Locality", "Town", "AdminArea",
)  # fmt: skip
XPRESS_HOUSE = (
    "Property_URN", "AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4",
    "AddressLine5", "Addressline6", "Post_Code", "Polling_Place_UPRNProperty_URN",
    "AddressLine11", "AddressLine21", "AddressLine31", "AddressLine41", "AddressLine51",
    "Addressline61", "Post_Code1",
)  # fmt: skip
OTHER_HOUSE = (
    "STRAND_ID", "ELECTORADD1", "ELECTORADD2", "ELECTORADD3", "ELECTORADD4", "ELECTORADD5",
    "ELECTORADD6", "FLAT", "HOUSENAME", "HOUSENUMBER", "SUBSTREETNAME", "STREETNAME",
    "STREETADD1", "STREETADD2", "STREETADD3", "STREETADD4", "PCODE",
)  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """One file: rows read, merged and rejected; stations; the first and the last of them."""

    name: str
    read: int
    merged: int
    rejected: int
    stations: int
    first: tuple[str, str]
    last: tuple[str, str]
    dropped: tuple[str, ...] = ()
    voting: date | None = None


FAIR_VIEW = ("1", "FAIR VIEW YOUTH & COMMUNITY CENTRE")
FILES = (
    # 34 numbered stations; the last line has no line end.
    Expected("democracy-counts-utf-16le.csv", 34, 0, 0, 34, ("1", "THE SCOUT HUT"),
             ("9", "BROXBOURNE SCHOOL")),
    # 19 houses, all voting at B1/1; the place is not named.
    Expected("ems-dcounts-districts.csv", 19, 18, 0, 1, ("B1/1", "B1/1"), ("B1/1", "B1/1"),
             DCOUNTS_HOUSE),
    Expected("ems-dcounts-stations-small.csv", 6, 0, 0, 6, ("B1/1", "Hadley Memorial Hall"),
             ("B103", "Essex Hall")),
    # Two stations in one building (B100/1, B101) stay two stations.
    Expected("ems-dcounts-stations.csv", 19, 0, 0, 19, ("B1/1", "Hadley Memorial Hall"),
             ("B115/1", "Portable Offices in Car Park")),
    # Two stations, each with three houses in a nested list.
    Expected("ems-fcs.json", 2, 0, 0, 2, ("3250", "London Ability"),
             ("3251", "Wesleyan Christian Centre"), ("properties",)),
    # 9 houses, one station.
    Expected("ems-idox-eros.csv", 9, 8, 0, 1, FAIR_VIEW, FAIR_VIEW, EROS_HOUSE),
    # 9 houses of district AAA; the place is not named.
    Expected("ems-other.csv", 9, 8, 0, 1, ("AAA", "AAA"), ("AAA", "AAA"), OTHER_HOUSE),
    # 9 houses, one place; the headings repeat with a 1, and two of them run together.
    Expected("ems-xpress-dc.csv", 9, 8, 0, 1, ("2322", "Flash Musicals Youth Theatre"),
             ("2322", "Flash Musicals Youth Theatre"), XPRESS_HOUSE, date(2019, 5, 23)),
    # 9 houses; the first line of the place's address is its name.
    Expected("ems-xpress-weblookup.CSV", 9, 8, 0, 1,
             ("5685", "Wigton Moor United Reformed Church"),
             ("5685", "Wigton Moor United Reformed Church"),
             ("PropertyNumber", "StreetName", "PostCode", "UPRN")),
    # 9 houses of four places: 8130 twice, 8175 five times, 8043 and 8035 once.
    Expected("encoding-windows1252.tsv", 9, 5, 0, 4, ("8130", "Canolfan Cymuned Ty Caradog"),
             ("8035", "Festri Capel Henllan Chapel Vestry"), XPRESS_HOUSE, date(2019, 5, 23)),
    Expected("ext-csv-with-tsv-ext.tsv", 9, 8, 0, 1, FAIR_VIEW, FAIR_VIEW, EROS_HOUSE),
    Expected("ext-tsv-with-csv-ext.csv", 9, 8, 0, 1, ("8321", "Siambr y Cyngor/Council Chamber"),
             ("8321", "Siambr y Cyngor/Council Chamber"), XPRESS_HOUSE, date(2019, 10, 15)),
    # 8 whole rows, and one that ends inside the fourth line of a house's address.
    Expected("incomplete-file.CSV", 9, 7, 1, 1, ("4888", "Tunstall Village Hall"),
             ("4888", "Tunstall Village Hall"), XPRESS_HOUSE, date(2019, 5, 2)),
    # A zip that holds ext-csv-with-tsv-ext.tsv.
    Expected("not-a-csv.csv", 9, 8, 0, 1, FAIR_VIEW, FAIR_VIEW, EROS_HOUSE),
)  # fmt: skip
NOTHING = (
    "ems-other.json",
    "small-files-empty.csv",
    "small-files-empty2.csv",
    "small-files-nearly_empty.csv",
)


@pytest.mark.parametrize("expected", FILES, ids=lambda each: each.name)
def test_the_file_gives_what_was_counted_by_hand(take_real, expected):
    result = take_real(f"uk_station_finder/{expected.name}")
    counted = result.rows_read, result.rows_merged, result.rows_rejected
    assert counted == (expected.read, expected.merged, expected.rejected)
    assert result.columns_dropped == expected.dropped
    stations = list(Listing.objects.order_by("pk").values_list("code", "point__name"))
    assert len(stations) == expected.stations
    assert (stations[0], stations[-1]) == (expected.first, expected.last)
    assert ElectionRound.objects.get().election_date == expected.voting


@pytest.mark.parametrize("name", NOTHING)
def test_a_file_without_a_list_is_said_to_have_nothing_usable(take_real, name):
    with pytest.raises(NothingUsable) as caught:
        take_real(f"uk_station_finder/{name}")
    assert caught.value.result.rows_read == 0
    assert not ElectionRound.objects.exists()


def test_text_named_json_is_unreadable(take_real):
    with pytest.raises(UnreadableFile):
        take_real("uk_station_finder/invalid.json")


def test_all_nineteen_files_are_tested(real_data):
    files = {path.name for path in (real_data / "uk_station_finder").iterdir()} - {"SOURCE.md"}
    assert files == {each.name for each in FILES} | set(NOTHING) | {"invalid.json"}
    assert len(files) == 19


def test_the_cut_off_row_comes_back_without_the_house(take_real):
    result = take_real("uk_station_finder/incomplete-file.CSV")
    (row,) = result.rejected
    assert [fault.code for fault in row.faults] == ["row-cut-off"]
    assert "West Appleton" not in repr(row)


def test_eastings_and_northings_become_latitude_and_longitude(take_real):
    take_real("uk_station_finder/democracy-counts-utf-16le.csv")
    point = Listing.objects.get(code="1").point
    assert (round(point.lat, 3), round(point.lon, 3)) == (51.775, -0.02)  # Hoddesdon


def test_accents_of_windows_1252_are_right(take_real):
    take_real("uk_station_finder/encoding-windows1252.tsv")
    assert Listing.objects.get(code="8035").point.address.startswith("Lôn Capel / Chapel Lane")


def test_the_zip_is_said_to_be_one(take_real):
    result = take_real("uk_station_finder/not-a-csv.csv")
    said = [fault for fault in result.faults if fault.code == "opened-in-zip"]
    assert [fault.fields["inside"] for fault in said] == ["ext-csv-with-tsv-ext.tsv"]
