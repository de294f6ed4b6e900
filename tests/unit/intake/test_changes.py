"""A newer version of a file: found to be one, and what it changed."""

from datetime import date

import openpyxl
import pytest

from pollready.intake.result import Change
from pollready.intake.writing import write_changes, write_complete
from pollready.places.models import ElectionRound, Listing
from pollready.register.models import Claim

pytestmark = pytest.mark.django_db

HEAD = "code,name,county,kind,mains,lat,lon\n"
FIRST = f"""{HEAD}001,Hall A,Ahar,fixed,yes,38.4,47.0
002,Hall B,Ahar,fixed,yes,38.5,47.1
003,Inn,Ahar,fixed,no,38.6,47.0
"""
SECOND = f"""{HEAD}001,Hall A,Ahar,fixed,no,38.4,47.0
002,Hall B,Sarab,fixed,yes,38.55,47.1
004,New,Ahar,fixed,yes,38.6,47.2
"""


def test_a_newer_version_tells_what_it_changed(take, write_list):
    assert take(write_list(FIRST, "stations.csv")).changes is None
    changes = take(write_list(SECOND, "stations v2.csv")).changes
    assert (changes.added, changes.not_named) == (("004",), ("003",))
    assert changes.changed == (
        Change("002", "county", ("Ahar",), ("Sarab",)),
        Change("002", "lat", ("38.5",), ("38.55",)),
        Change("001", "mains", ("yes",), ("no",)),
    )
    assert changes.stations_changed == 2


def test_the_very_same_version_has_no_changes(take, write_list):
    take(write_list(FIRST, "stations.csv"))
    path = write_list(SECOND, "stations v2.csv")
    take(path)
    again = take(path)
    assert (again.unchanged, again.changes) == (True, None)


def test_only_what_differs_is_told_however_often_a_claim_is_repeated(take, write_list):
    take(write_list(FIRST, "stations.csv"))
    changes = take(write_list(FIRST.replace("Inn", "The Inn"), "stations 2.csv")).changes
    assert changes.changed == (Change("003", "name", ("Inn",), ("The Inn",)),)
    assert (changes.added, changes.not_named) == ((), ())


@pytest.mark.parametrize("name", ["stations v2.csv", "Stations (3).csv", "stations 1403-04-02.csv"])
def test_a_version_of_an_undated_list_is_of_the_same_round(take, write_list, name):
    take(write_list(FIRST, "stations.csv"))
    take(write_list(SECOND, name))
    assert ElectionRound.objects.count() == 1
    current = Claim.objects.filter(listing__code="001", field="mains", superseded_at=None)
    assert [claim.value for claim in current] == ["no"]


def test_another_years_list_is_of_another_round(take, write_list):
    take(write_list(FIRST, "places 2012.csv"))
    take(write_list(SECOND, "places 2016.csv"))
    assert ElectionRound.objects.count() == 2


def test_a_version_that_says_the_day_at_last_dates_the_round(take, write_list):
    path = write_list(FIRST, "stations.csv")
    take(path)
    take(path, election_date=date(2028, 6, 16))
    take(path)
    assert ElectionRound.objects.get().election_date == date(2028, 6, 16)
    assert Listing.objects.count() == 3


def test_the_completed_workbook_dates_the_round_of_its_list(take, write_list, tmp_path):
    first = take(write_list(FIRST, "stations.csv"))
    round_ = ElectionRound.objects.get(pk=first.round_id)
    write_complete(round_, tmp_path / "complete.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "complete.xlsx")
    book["Round"]["B2"], book["Round"]["E2"] = "2028-06-16", "East"
    book.save(tmp_path / "complete.xlsx")
    again = take(tmp_path / "complete.xlsx")
    assert (again.round_id, again.rows_rejected) == (first.round_id, 0)
    assert ElectionRound.objects.get().election_date == date(2028, 6, 16)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["001", "Mains", "yes", "no"]), ("fa", ["001", "برق", "بلی", "خیر"])],
)
def test_changes_are_written_in_the_words_of_the_workbook(
    take, write_list, tmp_path, language, said
):
    take(write_list(FIRST, "stations.csv"))
    changes = take(write_list(SECOND, "stations v2.csv")).changes
    write_changes(changes, tmp_path / "changes.xlsx", language)
    changed, added, not_named = openpyxl.load_workbook(tmp_path / "changes.xlsx").worksheets
    assert [cell.value for cell in changed[4]] == said
    assert (added["A2"].value, not_named["A2"].value) == ("004", "003")


def test_names_of_files_are_cut_to_what_the_register_holds(take, write_list):
    name = "n" * 240
    take(write_list(FIRST, f"{name}.csv"))
    assert len(ElectionRound.objects.get().name) == 200
    assert {len(claim.sheet) for claim in Claim.objects.all()} == {60}


def test_a_first_file_whose_rows_name_their_sources_has_no_changes(take, write_sheets):
    sheets = {
        "شعب": [("کد", "نام", "شهرستان", "نوع"), ("1", "A", "Ahar", "ثابت")],
        "زیرساخت": [("کد", "نوع", "دستگاه", "منبع"), ("F1", "feeder", "POWER", "letter 12")],
    }
    assert take(write_sheets(sheets)).changes is None
