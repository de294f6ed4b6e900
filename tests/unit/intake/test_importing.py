"""Files as offices send them, into the register."""

from datetime import date

import openpyxl
import pytest

from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.queries import verify_chain
from pollready.duties.models import Duty
from pollready.history.models import Incident
from pollready.intake.commands import NothingUsable
from pollready.intake.recognition import UnknownColumn, UnknownMapping
from pollready.intake.writing import write_complete, write_rejected, write_workbook
from pollready.language import message
from pollready.people.models import Person
from pollready.places.models import (
    Agency,
    ElectionRound,
    Listing,
    Place,
    PlaceLevel,
    ServicePoint,
    Stop,
)
from pollready.register.models import (
    Claim,
    Component,
    ComponentGroup,
    GroupMember,
    Requirement,
    Source,
)
from pollready.resources.models import ResourceLot

ROUND = {"name": "دور اول", "election_date": date(2024, 6, 28), "province": "آذربایجان شرقی"}
pytestmark = pytest.mark.django_db
HEAD = ("کد شعبه", "نام محل", "شهرستان", "نوع")


def station(code: str, name: str = "", **values):
    return {
        "code": code,
        "name": name or f"دبستان {code}",
        "county": "اهر",
        "kind": "fixed",
    } | values


def codes_of(faults):
    return sorted(fault.code for fault in faults)


def adds_up(result):
    assert result.rows_read == result.rows_registered + result.rows_rejected
    return result


@pytest.fixture
def take_workbook(take, tmp_path):
    """Write the workbook with rows and import it."""

    def run(rows, name="office.xlsx", language="fa", **options):
        path = tmp_path / name
        write_workbook(path, {"round": [ROUND]} | rows, language)
        return adds_up(take(path, **options))

    return run


def test_the_whole_workbook_goes_into_its_tables(take_workbook):
    result = take_workbook(
        {
            "stations": [
                station("0101", district="مرکزی", locality="اهر", lat=38.47, lon=47.07,
                        expected_voters=900, signal_1="good", test_date=date(2024, 6, 1),
                        mains=True, battery_h=2.5, feeder="FD-1", generator="no"),
                station("0102", kind="mobile", requires="TX-1 | TX-2"),
            ],
            "stops": [{"code": "0102", "order": 1, "place": "میدان", "signal_1": "none"}],
            "components": [
                {"code": "TX-1", "kind": "mobile_site", "agency": "MCI", "serves": ["0101", "0102"],
                 "depends_on": "FD-1، EX-1", "batch": "B-9", "class": "normal", "battery_h": 4},
                {"code": "TX-2", "kind": "mobile_site", "agency": "MTN", "protection": "EX-1"},
                {"code": "FD-1", "kind": "feeder", "agency": "POWER"},
                {"code": "EX-1", "kind": "exchange", "agency": "TCI"},
                {"code": "KIT-3", "kind": "device_batch", "agency": "HQ", "serves": ["0101"]},
            ],
            "agencies": [
                {"code": c, "name": f"دستگاه {c}"} for c in ("MCI", "MTN", "POWER", "TCI", "HQ")
            ],
            "resources": [{"agency": "MCI", "kind": "ژنراتور", "pledged": 5, "delivered": 3}],
            "incidents": [
                {"election": "دوره ۱۳", "start": "1400/03/28 10:00", "end": "1400/03/28 12:00",
                 "kind": "قطع فیبر", "place": "0101", "stop_min": 120, "confirmed": True}
            ],
            "people_duties": [
                {"name": "نمونه", "role": "کاربر رایانه", "scope": "0101", "mobile": "09140000000",
                 "trained": True, "duty": "آزمون دستگاه", "deadline": "T-2"}
            ],
        }
    )  # fmt: skip
    assert result.faults == ()
    assert (result.rows_read, result.rows_registered, result.rows_merged) == (17, 17, 0)
    round_ = ElectionRound.objects.get(pk=result.round_id)
    assert (round_.election_date, round_.jurisdiction) == (date(2024, 6, 28), "آذربایجان شرقی")
    first = Listing.objects.get(code="0101")
    assert (first.point.place.name, first.expected_voters) == ("اهر", 900)
    said = {
        (claim.field, claim.value, claim.confidence, claim.as_of_date)
        for claim in Claim.objects.filter(listing=first)
    }
    assert said == {
        ("signal_1", "good", "tested", date(2024, 6, 1)),
        ("test_date", "2024-06-01", "declared", None),
        ("mains", "yes", "declared", None),
        ("battery_h", "2.5", "declared", None),
        ("feeder", "FD-1", "declared", None),
        ("generator", "no", "declared", None),
    }
    assert Stop.objects.get().claims.get().value == "none"
    needs = set(
        Requirement.objects.values_list("component__code", "listing__code", "role", "expression")
    )
    assert needs == {
        ("TX-1", None, "depends_on", "FD-1 & EX-1"),
        ("TX-2", None, "protection", "EX-1"),
        (None, "0101", "serves", "TX-1"),
        (None, "0102", "serves", "TX-1"),
        (None, "0102", "requires", "TX-1 | TX-2"),
    }
    members = set(
        GroupMember.objects.values_list("group__code", "component__code", "listing__code")
    )
    assert members == {("B-9", "TX-1", None), ("KIT-3", None, "0101")}
    assert ComponentGroup.objects.get(code="B-9").kind == "batch"
    assert dict(Component.objects.values_list("code", "classification")) == {
        "TX-1": 0, "TX-2": 1, "FD-1": 1, "EX-1": 1
    }  # fmt: skip
    assert ResourceLot.objects.get().delivered == 3
    assert Incident.objects.get().listing == first
    assert Duty.objects.get().deadline == "T-2"
    person = Person.objects.get()
    assert (person.mobile, person.mobile_purge_date) == ("09140000000", date(2024, 7, 28))
    assert verify_chain() is None


def test_phone_numbers_are_not_kept_by_the_log_that_is_never_erased(take_workbook):
    take_workbook({"stations": [station("1")], "people_duties": [
        {"name": "نمونه", "role": "کاربر", "mobile": "09141234567"}]})  # fmt: skip
    assert not [e for e in AuditEntry.objects.all() if "09141234567" in str(e.after)]


def test_the_same_file_twice_changes_nothing(take, take_workbook, tmp_path):
    rows = {
        "stations": [station("0101", mains=True), station("0101", mains=False), {"code": "9"}],
        "components": [{"code": "TX", "kind": "feeder", "agency": "A", "serves": ["77"]}],
        "stops": [{"code": "88"}],
    }
    first = take_workbook(rows)
    before = {m: list(m.objects.order_by("pk").values()) for m in _TABLES}
    second = take(tmp_path / "office.xlsx")
    assert {m: list(m.objects.order_by("pk").values()) for m in _TABLES} == before
    assert (first.unchanged, second.unchanged) == (False, True)
    assert codes_of(second.faults) == codes_of(first.faults)
    assert (second.rows_read, second.rows_rejected) == (first.rows_read, first.rows_rejected)


_TABLES = (
    ElectionRound, Place, Agency, ServicePoint, Listing, Stop, Component, Requirement, Claim,
    Source, AuditBatch, AuditEntry,
)  # fmt: skip


def test_a_newer_version_supersedes_what_it_changes_and_keeps_the_rest(take_workbook):
    take_workbook({"stations": [station("1", mains=True, cards="ready"), station("2", mains=True)]})
    take_workbook({"stations": [station("1", mains=False, cards="ready")]}, name="office v2.xlsx")
    claims = Claim.objects.filter(listing__code="1").order_by("pk")
    assert [(c.field, c.value, c.superseded_at is None) for c in claims] == [
        ("mains", "yes", False), ("cards", "ready", True), ("mains", "no", True)
    ]  # fmt: skip
    assert Claim.objects.get(listing__code="2").superseded_at is None


def test_another_file_that_differs_stands_beside_the_first(take_workbook):
    take_workbook({"stations": [station("1", mains=True)]}, name="power.xlsx")
    take_workbook({"stations": [station("1", mains=False)]}, name="county.xlsx")
    current = Claim.objects.filter(listing__code="1", superseded_at=None)
    assert sorted(current.values_list("value", "source__name")) == [
        ("no", "county.xlsx"), ("yes", "power.xlsx")
    ]  # fmt: skip


def test_a_renumbered_list_finds_its_stations_by_county_and_name(take_workbook):
    take_workbook({"stations": [station("1", "مسجد جامع"), station("2", "دبستان سعدی")]})
    uids = dict(Listing.objects.values_list("point__name", "point__uid"))
    take_workbook(
        {"stations": [station("2", "مسجد جامع"), station("1", "دبستان سعدي")]}, name="office 2.xlsx"
    )
    swapped = dict(Listing.objects.values_list("code", "point__name"))
    assert len(ServicePoint.objects.all()) == 2
    assert set(swapped) == {"1", "2"}
    assert set(Listing.objects.values_list("point__uid", flat=True)) == set(uids.values())


def test_the_next_round_finds_the_same_points_under_new_codes(take_workbook, tmp_path, take):
    take_workbook({"stations": [station("1", "مسجد جامع")]})
    second = ROUND | {"name": "دور دوم", "election_date": date(2024, 7, 5)}
    path = tmp_path / "second.xlsx"
    write_workbook(path, {"round": [second], "stations": [station("77", "مسجد جامع")]}, "fa")
    take(path)
    point = ServicePoint.objects.get()
    assert sorted(point.listings.values_list("code", flat=True)) == ["1", "77"]


def test_a_row_without_a_required_cell_comes_back_and_the_others_go_in(take_workbook, tmp_path):
    result = take_workbook({"stations": [station("1"), station("2", county=""), station("3")]})
    assert [(row.sheet, row.row) for row in result.rejected] == [("شعب", 3)]
    assert [(f.code, f.column) for f in result.rejected[0].faults] == [
        ("required-missing", "شهرستان *")
    ]
    assert sorted(Listing.objects.values_list("code", flat=True)) == ["1", "3"]


def test_a_bad_optional_cell_is_told_and_its_row_goes_in(take_workbook):
    result = take_workbook({"stations": [station("1", expected_voters="زیاد", mains="شاید")]})
    assert codes_of(result.faults) == ["not-a-count", "not-yes-or-no"]
    assert [(f.row, f.column, f.value) for f in result.faults] == [
        (2, "مراجعان پیش‌بینی‌شده", "زیاد"), (2, "برق", "شاید")
    ]  # fmt: skip
    assert Listing.objects.get().expected_voters is None


def test_lost_zeros_are_put_back_where_the_list_shows_that_they_were_there(take_workbook):
    stations = [station(f"00{n}", f"محل {n}") for n in range(10, 20)] + [station("7", "محل ۷")]
    result = take_workbook({"stations": stations, "components": [
        {"code": "TX", "kind": "feeder", "agency": "A", "serves": ["10", "0011"]}],
        "agencies": [{"code": "A", "name": "الف"}]})  # fmt: skip
    assert Listing.objects.filter(code="0007").exists()
    assert codes_of(result.faults) == ["lost-zeros", "lost-zeros-served"]
    served = Requirement.objects.filter(role="serves").values_list("listing__code", flat=True)
    assert sorted(served) == ["0010", "0011"]


def test_codes_that_simply_count_are_left_alone(take_workbook):
    take_workbook({"stations": [station(str(n), f"محل {n}") for n in range(1, 30)]})
    assert Listing.objects.filter(code="1").exists()


def test_two_places_under_one_code_are_not_taken_for_one(take_workbook):
    result = take_workbook(
        {"stations": [station("1", "مسجد جامع"), station("1", "دبیرستان فردوسی", county="سراب")]}
    )
    assert codes_of(result.faults) == ["code-of-another"]
    assert result.rows_rejected == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("دبستان سعدی", "دبستان حافظ"),
        ("مسجد جامع", "مسجد امام حسین"),
        ("Fire Station 1", "Fire Station 2"),
        ("North Hall", "South Hall"),
        ("دبستان ب", "دبیرستان دیگر"),
    ],
)
def test_two_schools_under_one_code_are_two_places(take_workbook, first, second):
    result = take_workbook({"stations": [station("1", first), station("1", second)]})
    assert (result.rows_merged, result.rows_rejected) == (0, 1)
    assert codes_of(result.faults) == ["code-of-another"]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("دبستان سعدی", "دبستان سعدي", []),
        ("دبستان سعدی", "دبستان سعدی‌", []),
        ("دبستان سعدی", "دبستان شهید سعدی", ["same-code-other-name"]),
        ("Public Library", "Pubic Library", ["same-code-other-name"]),
    ],
)
def test_one_name_written_in_two_ways_is_one_station_and_told(take_workbook, first, second, told):
    result = take_workbook({"stations": [station("1", first), station("1", second)]})
    assert (result.rows_merged, result.rows_rejected) == (1, 0)
    assert [code for code in codes_of(result.faults) if code != "arabic-letters"] == told


def test_one_place_number_for_two_places_joins_neither(take, write_list):
    text = "polling place id,polling place name,county\n9,Town Hall,A\n9,Library,A\n9,Library,A\n"
    result = adds_up(take(write_list(text)))
    assert (result.rows_merged, result.rows_rejected) == (1, 0)
    assert sorted(Listing.objects.values_list("point__name", flat=True)) == ["Library", "Town Hall"]


def test_two_rows_of_one_station_merge_and_their_claims_stand_side_by_side(take_workbook):
    result = take_workbook({"stations": [station("1", mains=True), station("1", mains=False)]})
    assert (result.rows_merged, Listing.objects.count()) == (1, 1)
    assert sorted(Claim.objects.values_list("field", "value")) == [
        ("mains", "no"),
        ("mains", "yes"),
    ]


def test_headings_may_stand_in_a_later_row_and_repeat(take, write_list):
    head = ";".join(HEAD)
    lines = ("فهرست شعب اهر;;;", ";;;", head, "1;الف;اهر;ثابت", head, "", "2;ب;اهر;سیار")
    text = "\n".join(lines)
    result = adds_up(take(write_list(text)))
    assert (result.rows_read, result.rows_rejected) == (2, 0)
    assert dict(Listing.objects.values_list("code", "point__kind")) == {"1": "fixed", "2": "mobile"}


def test_a_totals_row_comes_back_as_a_total(take, write_sheets):
    rows = [(*HEAD, "مراجعان"), ("1", "الف", "اهر", "ثابت", 10), ("جمع", "", "", "", 10)]
    result = adds_up(take(write_sheets({"شعب": rows})))
    assert [f.code for row in result.rejected for f in row.faults] == ["totals-row"]


def test_merged_cells_count_for_all_their_rows_and_are_told(take, write_sheets):
    rows = [HEAD, ("1", "الف", "اهر", "ثابت"), ("2", "ب", None, "ثابت")]
    result = adds_up(take(write_sheets({"شعب": rows}, merge=["C2:C3"])))
    assert codes_of(result.faults) == ["merged-cells"]
    assert set(Listing.objects.values_list("point__place__name", flat=True)) == {"اهر"}


def test_persian_digits_and_arabic_letters_are_read(take, write_sheets):
    rows = [
        (*HEAD, "عرض جغرافيايي", "طول جغرافيايي"),
        ("۰۱", "مدرسه علي", "كليبر", "ثابت", "۳۸٫۸۶", "۴۷٫۰۴"),
    ]
    result = adds_up(take(write_sheets({"شعب": rows})))
    listing = Listing.objects.get()
    assert (listing.code, listing.point.name, listing.point.lat) == ("01", "مدرسه علی", 38.86)
    assert listing.point.place.name == "کلیبر"
    assert codes_of(result.faults) == ["arabic-letters"]


def test_a_folder_of_lists_is_one_file(take, tmp_path):
    folder = tmp_path / "province"
    folder.mkdir()
    (folder / "stations.csv").write_text("code,name,county,kind\n1,Hall,Ahar,mobile\n")
    (folder / "stops.csv").write_text("code,order,place\n1,1,Square\n1,2,Bridge\n")
    (folder / "notes.docx").write_text("not a list")
    result = adds_up(take(folder))
    assert (result.rows_read, Stop.objects.count()) == (3, 2)


def test_stops_of_unknown_stations_come_back(take_workbook):
    result = take_workbook({"stations": [station("1", kind="mobile")], "stops": [{"code": "9"}]})
    assert codes_of(result.faults) == ["mobile-without-stops", "unknown-station"]
    assert result.rows_rejected == 1


def test_the_user_says_which_column_is_which(take, write_list):
    path = write_list("a,b,c\n17,Town Hall,Ahar\n18,Library,Ahar\n")
    take(path, mapping={"a": "code", "b": "name", "3": "county"})
    assert dict(Listing.objects.values_list("code", "point__name")) == {
        "17": "Town Hall", "18": "Library"
    }  # fmt: skip


def test_one_column_is_enough_for_a_list_of_places(take, write_list):
    take(write_list("name\nHall\nInn\n"))
    assert sorted(Listing.objects.values_list("point__name", flat=True)) == ["Hall", "Inn"]


def test_a_heading_that_the_user_names_is_a_heading(take, write_list):
    take(write_list("report of May,\nplaces of voting,remarks\nHall,x\n"), mapping={
        "places of voting": "name"})  # fmt: skip
    assert list(Listing.objects.values_list("point__name", flat=True)) == ["Hall"]


def test_letters_that_no_database_takes_are_left_out(take, write_list):
    text = '[{"code": "1", "name": "Ha\\u0000ll\\u0007 \\ud800A", "county": "A", "kind": "fixed"}]'
    take(write_list(text, "list.json"))
    assert Listing.objects.get().point.name == "Hall A"


@pytest.mark.parametrize(
    ("mapping", "error"),
    [({"code": "colour"}, UnknownMapping), ({"no such column": "name"}, UnknownColumn)],
)
def test_a_mapping_to_or_from_nothing_is_refused(take, write_list, mapping, error):
    path = write_list("code,name\n1,Hall\n")
    with pytest.raises(error):
        take(path, mapping=mapping)


def test_a_column_that_only_counts_the_rows_needs_no_telling(take, write_list):
    result = take(write_list("ردیف,code,name,county,kind\n1,7,Hall,Ahar,fixed\n"))
    assert result.unread == ()


def test_columns_of_which_nothing_is_made_are_told(take, write_list):
    head = "code,name,county,kind,colour,empty,"
    result = take(write_list(f"{head}\n1,Hall,Ahar,fixed,red,,x,y\n2,Inn,Ahar,fixed\n"))
    assert result.unread == ("colour", "7", "8")
    said = [f.what("en") for f in result.faults if f.code == "columns-unread"]
    assert said == [
        "3 columns were not recognised, and nothing of them was registered: colour, 7, 8"
    ]


def test_nested_lists_of_which_nothing_is_made_are_told(take, write_list):
    text = '[{"code": "1", "name": "Hall", "county": "A", "kind": "fixed", "wards": [{"id": 1}]}]'
    assert take(write_list(text, "list.json")).unread == ("wards",)


def test_a_list_without_headings_is_guessed_from_what_it_holds(take, write_list):
    lines = [f"{n:04},دبستان {n},اهر,ثابت,38.{n:03},47.{n:03}" for n in range(1, 40)]
    result = adds_up(take(write_list("\n".join(lines))))
    assert result.guesses == {
        "1": "stations.code", "2": "stations.name", "3": "stations.county", "4": "stations.kind",
        "5": "stations.lat", "6": "stations.lon",
    }  # fmt: skip
    assert Listing.objects.count() == 39


def test_coordinates_that_cannot_be_right_become_claims_of_doubt(take_workbook):
    good = [station(str(n), f"محل {n}", lat=38 + n / 1000, lon=47 + n / 1000) for n in range(20)]
    bad = [
        station("20", "صفر", lat=0.0, lon=0.0),
        station("21", "وارونه", lat=47.01, lon=38.01),
        station("22", "بیرون", lat=51.5, lon=0.1),
        station("23", "نیمه", lat=38.1),
    ]
    result = take_workbook({"stations": good + bad})
    doubts = Claim.objects.filter(field="coordinates").values_list("listing__code", "value")
    assert dict(doubts) == {"20": "zero", "21": "swapped", "22": "outside"}
    assert codes_of(result.faults) == [
        "coordinate-half", "coordinates-outside", "coordinates-swapped", "coordinates-zero"
    ]  # fmt: skip
    assert Listing.objects.get(code="20").point.lat is None


def test_one_stray_point_among_few_does_not_set_the_measure(take_workbook):
    few = [station(str(n), f"محل {n}", lat=38 + n / 1000, lon=47.0) for n in range(5)]
    take_workbook({"stations": [*few, station("9", "بیرون", lat=51.5, lon=0.1)]})
    assert Claim.objects.get(field="coordinates").value == "outside"


def test_swapped_coordinates_are_known_by_the_county_too(take_workbook):
    """Two stray points of six stretch the jurisdiction; the county's middle stays."""
    few = [station(str(n), f"محل {n}", lat=38.8 + n / 1000, lon=47.0) for n in range(4)]
    stray = [
        station("8", "وارونه", lat=47.01, lon=38.87),
        station("9", "بیرون", lat=51.5, lon=0.1),
    ]
    take_workbook({"stations": few + stray})
    doubts = Claim.objects.filter(field="coordinates").values_list("listing__code", "value")
    assert dict(doubts) == {"8": "swapped", "9": "outside"}


def test_doubts_of_a_grid_name_the_columns_of_the_grid(take, write_list):
    text = "StationCode,PlaceName,Xordinate,Yordinate\nB1,Hall,0,0\nB2,Inn,536737,210305\n"
    told = [(f.code, f.column, f.value) for f in take(write_list(text)).faults if f.row]
    assert told == [("coordinates-zero", "Yordinate", "0, 0")]


def test_a_point_far_from_its_own_county_is_doubted(take_workbook):
    ahar = [station(str(n), f"الف {n}", lat=38.4 + n / 1000, lon=47.0) for n in range(10)]
    far = [
        station(f"9{n}", f"ب {n}", lat=37.4 + n / 1000, lon=46.0, county="میانه") for n in range(10)
    ]
    lost = station("50", "گم", lat=37.4, lon=46.0)
    take_workbook({"stations": [*ahar, *far, lost]})
    assert Claim.objects.get(field="coordinates").value == "far"


def test_nothing_usable_leaves_the_register_as_it_was(take, write_list):
    with pytest.raises(NothingUsable) as caught:
        take(write_list("code,name,county,kind\n,,Ahar,fixed\n"))
    assert caught.value.result.rows_rejected == 1
    assert not ElectionRound.objects.exists()
    assert not AuditBatch.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no list in it."),
        ("code,name,county,kind\n", "it has headings but no rows."),
        ("foo,bar\n1,2\n", "its headings were not recognised."),
        ("code,name,county,kind\n1,Hall,Ahar,winged\n", "its one row came back."),
        ("code,name,county,kind\n1,Hall,A,winged\n2,Inn,A,odd\n", "all 2 rows came back."),
    ],
)
def test_nothing_usable_says_why_and_what_next(take, write_list, text, said):
    with pytest.raises(NothingUsable) as caught:
        take(write_list(text))
    assert said in message(caught.value, "en")
    assert message(caught.value, "fa").startswith("از «list.csv» هیچ ردیفی ثبت نشد: ")


def test_what_came_back_can_be_mended_and_sent_again(take, take_workbook, tmp_path):
    result = take_workbook({"stations": [station("1"), station("2", county="")]})
    path = tmp_path / "rejected.xlsx"
    write_rejected(result, path, "fa")
    book = openpyxl.load_workbook(path)
    head = [cell.value for cell in book.worksheets[0][1]]
    assert head == ["برگه", "ردیف", "ستون", "مقدار", "دلیل", "چه باید کرد"]
    line = [cell.value for cell in book.worksheets[0][2]]
    assert line[:5] == ["شعب", 3, "شهرستان *", None, "«شهرستان *» خالی است."]
    book["شعب"]["C2"] = "سراب"
    book.save(path)
    again = adds_up(take(path))
    assert (again.rows_read, again.rows_rejected) == (1, 0)


def test_the_workbook_to_complete_holds_the_stations_and_reads_back(take, take_workbook, tmp_path):
    first = take_workbook({"stations": [
        station("01", lat=38.1, lon=47.1, mains=True, battery_h=2.5, test_date=date(2024, 6, 1)),
        station("02", expected_voters=700, signal_1="weak", id_devices=2)]})  # fmt: skip
    before = set(Claim.objects.values_list("listing__code", "field", "value"))
    write_complete(ElectionRound.objects.get(pk=first.round_id), tmp_path / "complete.xlsx", "fa")
    again = adds_up(take(tmp_path / "complete.xlsx"))
    assert (again.round_id, again.rows_rejected, again.faults) == (first.round_id, 0, ())
    assert Listing.objects.count() == 2
    assert set(Claim.objects.values_list("listing__code", "field", "value")) == before


def test_counties_hang_below_the_province(take_workbook):
    take_workbook({"stations": [station("1", district="مرکزی")]})
    district = Place.objects.get(level=PlaceLevel.DISTRICT)
    assert [district.parent.name, district.parent.parent.name] == ["اهر", "آذربایجان شرقی"]


def test_a_persons_scope_and_an_incidents_place_find_their_station_without_its_zeros(take_workbook):
    stations = [station(f"030{n}", f"محل {n}") for n in range(10, 20)]
    result = take_workbook(
        {
            "stations": stations,
            "people_duties": [{"name": "الف", "role": "کاربر رایانه", "scope": "3011"}],
            "incidents": [{"election": "۱۴۰۰", "start": "1400/03/28", "end": "1400/03/28",
                           "kind": "قطع برق", "place": "3012"}],
        }
    )  # fmt: skip
    assert codes_of(result.faults) == ["lost-zeros", "lost-zeros"]
    assert Person.objects.get().scope == "03011"
    assert Incident.objects.get().listing.code == "03012"


def test_a_repeated_heading_row_with_a_few_cells_is_no_row(take, write_list):
    starred = ",".join(f"{heading} *" for heading in HEAD)
    lines = (f"{starred},برق", "1,الف,اهر,ثابت,بلی", "کد شعبه,نام محل,,,", "2,ب,اهر,ثابت,")
    assert adds_up(take(write_list("\n".join(lines)))).rows_read == 2


def test_a_name_that_folds_to_more_than_the_register_holds_is_taken(take, write_list):
    county = "\ufdfa" * 40  # one sign, eighteen letters
    take(write_list(f"code,name,county,kind\n1,A,{county},fixed\n2,B,{county},fixed\n"))
    assert [len(place.key) for place in Place.objects.all()] == [200]
    assert ServicePoint.objects.filter(place__name=county).count() == 2
