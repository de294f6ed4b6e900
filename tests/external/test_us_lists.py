"""Lists of three states, and two as the states sent them."""

from datetime import date

import pytest

from pollready.places.models import ElectionRound, Listing

pytestmark = [pytest.mark.external, pytest.mark.django_db]

# rows, places, county of the first, name of the first, name of the last
LISTS = {
    # 2,678 precincts vote at 2,419 places: known by county, name and address together. The
    # list's own numbers count 2,431, for twelve places stand in it under two numbers.
    "Georgia_2020-11-03.csv": (
        2678, 2419, "Appling", "LIONS CLUB BLDG/ AT FAIR GROUNDS", "WORTH COUNTY AG BUILDING"),
    # One place stands twice: MILLBROOK CIVIC CENTER 0231, with one blank and with two.
    "Alabama_2020-11-03.csv": (
        2075, 2074, "AUTAUGA", "AUTAUGAVILLE VOL FIRE DEPT", "WALDROPS FREEWILL BAPTIST CHURCH"),
    "California_2020-11-03.csv": (
        3853, 3826, "Alameda", "21ST AMENDMENT BREWERY", "Yuba Feather Community Center"),
    # As above, and SNEAD COMMUNITY CENTER twice, in two towns at one address.
    "Alabama_input_2020-10-21.xlsx": (
        2075, 2073, "AUTAUGA", "AUTAUGAVILLE VOL FIRE DEPT", "WALDROPS FREEWILL BAPTIST CHURCH"),
    # Voting districts of one hall are rows of one place.
    "Connecticut_input_2012.xls": (
        773, 705, "Andover", "Andover Town Hall", "Woodstock Town Hall"),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_every_row_is_registered_and_places_are_told_apart(take_real, name):
    rows, places, county, first, last = LISTS[name]
    result = take_real(f"us_polling_places/{name}")
    assert (result.rows_read, result.rows_rejected) == (rows, 0)
    assert result.rows_merged == rows - places
    listings = list(Listing.objects.order_by("pk").select_related("point__place"))
    assert len(listings) == places
    assert (listings[0].point.name, listings[-1].point.name) == (first, last)
    place = listings[0].point.place
    assert county in (place.name, place.parent.name if place.parent else "")


def test_the_day_of_voting_comes_from_the_list(take_real):
    take_real("us_polling_places/Georgia_2020-11-03.csv")
    round_ = ElectionRound.objects.get()
    assert (round_.election_date, round_.jurisdiction) == (date(2020, 11, 3), "GA")


def test_the_same_state_from_another_file_is_the_same_places(take_real):
    take_real("us_polling_places/Alabama_2020-11-03.csv")
    uids = set(Listing.objects.values_list("point__uid", flat=True))
    take_real("us_polling_places/Alabama_input_2020-10-21.xlsx")
    assert set(Listing.objects.values_list("point__uid", flat=True)) == uids
