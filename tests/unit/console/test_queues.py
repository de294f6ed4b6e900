"""The pages of queues: what they say, to whom, and what they cost."""

import csv
import io
import re
from datetime import timedelta
from math import inf

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.assessment import assess
from pollready.assessment.commands import save_assessment
from pollready.assessment.models import (
    ComponentRecord,
    DependenceRecord,
    SavedAssessment,
    StationRecord,
)
from pollready.assessment.queries import last_assessment
from pollready.assessment.waits import Shortage, shortage, shortage_of
from pollready.console.queues import StationPage
from pollready.console.wait_curve import curve_of
from pollready.obstacles.devices import devices_needed
from pollready.obstacles.thresholds import Thresholds
from pollready.obstacles.wait_figures import wait_figures
from pollready.obstacles.waits import WaitModel
from pollready.people.models import Role, User
from pollready.places.models import ElectionRound, Listing, Place
from pollready.planning.device_moves import Placed, moves_within_counties
from pollready.planning.queues import Outage, Question, next_day, station_queue
from pollready.planning.second_stage import SecondStageQuestion, second_stage
from pollready.register.models import Claim, Component
from pollready.register.veil import masked

MODEL = WaitModel(10.0, Thresholds())
CODE = re.compile(r'<td class="[a-z-]+__code"><bdi class="code" dir="ltr">(\d+)</bdi>')


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.fixture
def governor_client(assessed) -> Client:
    user = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    user.places.add(Place.objects.get(code="01"))
    client = Client()
    client.force_login(user)
    return client


def with_devices(records, devices: int | None) -> None:
    """Keep of stations what an assessment would, had they so many devices."""
    for record in records.select_related("listing"):
        pair = record.listing.expected_voters, devices
        found = None if None in pair else wait_figures([pair], MODEL).get(pair)
        record.devices = devices
        record.wait_mean_min = found and found.mean_min
        record.wait_over_share = found and found.over_share
        record.devices_needed = None if pair[0] is None else devices_needed(pair[0], MODEL)
        record.save()


@pytest.fixture
def record(assessed) -> StationRecord:
    """A station of 900 voters with two devices."""
    found = StationRecord.objects.get(listing__code="0004")
    Listing.objects.filter(pk=found.listing_id).update(expected_voters=900)
    with_devices(StationRecord.objects.filter(pk=found.pk), 2)
    return StationRecord.objects.select_related("listing").get(pk=found.pk)


@pytest.mark.django_db
def test_the_longest_waits_come_first_and_the_unknown_last(client, record):
    with_devices(StationRecord.objects.exclude(pk=record.pk), 9)
    with_devices(StationRecord.objects.filter(listing__code="0001"), None)
    for query in ("", "?sort=-wait_over"):
        codes = CODE.findall(page(client, f"/queues/{query}"))
        assert codes[0] == "0004"
        assert codes[-2:] == ["0001", "0011"]  # of the latter nobody says how many voters come
    codes = CODE.findall(page(client, "/queues/?sort=wait"))
    assert codes[-3:] == ["0004", "0001", "0011"]
    assert CODE.findall(page(client, "/queues/?sort=-needed"))[0] == "0012"


@pytest.mark.django_db
def test_a_list_says_what_stations_lack(client, record):
    with_devices(StationRecord.objects.exclude(pk=record.pk), None)
    html = page(client, "/queues/")
    assert "1 station is over the wait target" in html
    assert "It lacks 1 device." in html
    unknown = StationRecord.objects.count() - 1
    assert f"Voters or devices of {unknown} stations are unknown." in html


@pytest.mark.django_db
def test_the_list_goes_into_a_file_in_its_order(head_client, record):
    with_devices(StationRecord.objects.exclude(pk=record.pk), 9)
    address = reverse("export", args=["queues"])
    response = head_client.post(address, {"format": "csv", "reason": "meeting", "query": ""})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    first = next(row for row in rows if row[0].isdecimal())
    assert first[0] == record.listing.code
    assert {"900", "2", "3"} <= set(first)


@pytest.mark.django_db
def test_a_governor_sees_the_queues_of_his_county_alone(governor_client, assessed):
    shown = set(CODE.findall(page(governor_client, "/queues/")))
    others = StationRecord.objects.exclude(listing__code__in=shown)
    assert shown and others
    for other in others:
        page(governor_client, reverse("queue-station", args=[other.listing_id]), 404)
    assert f"From {len(shown)} stations" in page(governor_client, "/queues/morning/")


@pytest.mark.django_db
def test_a_station_s_page_says_how_long_and_how_many(client, record):
    address = reverse("queue-station", args=[record.listing_id])
    html = page(client, address)
    assert "The longest wait is about" in html
    assert "For 900 voters 3 devices are needed and there are 2" in html
    asked = "?voters=900&devices=3&service_min=1.5&outage_devices=1&outage_from_h=2&extension_h=2"
    html = page(client, address + asked)
    assert "As it is, and as you asked" in html
    assert "Served in the extension" in html


@pytest.mark.django_db
def test_a_second_stage_is_played_with_its_interval(client, record):
    address = reverse("queue-station", args=[record.listing_id])
    usual = "?voters=900&devices=3&service_min=1.5"
    assert "second stage a voter waits" not in page(client, address + usual)
    html = page(client, f"{address}{usual}&second_min=3&second_desks=4")
    assert "With 4 desks of 3 minutes at the second stage a voter waits about" in html
    assert "with 95% confidence" in html and "you asked for 4" in html
    needed = re.search(r"over both stages ([0-9]+) desks are needed", html)[1]
    html = page(client, f"{address}{usual}&second_min=3")  # as many as the target needs
    assert f"With {needed} desks of 3 minutes" in html and f"needs {needed}." in html
    assert "No number of desks" in page(
        client, f"{address}?voters=900&devices=1&service_min=1.5&second_min=3"
    )
    html = page(client, f"{address}{usual}&second_desks=4", 422)
    assert "Write the minutes per voter at the second stage too." in html
    assert 'value="4"' in html


@pytest.mark.django_db
def test_what_is_typed_wrong_is_said_and_stays(client, record):
    address = reverse("queue-station", args=[record.listing_id])
    html = page(client, f"{address}?voters=many&devices=0&service_min=1%2C5", 422)
    assert 'value="many"' in html and "Write a whole number" in html
    assert "Write a number from 1 to 64." in html
    html = page(client, "/queues/morning/?check_in_messages=1&power_on_messages=1"
                        "&starts_min=0&ends_min=30", 422)  # fmt: skip
    assert "Switching on ends before it begins" in html
    assert "Write a number from 0 to 100." in page(
        client, "/queues/next-day/?hit_pct=200&outage_from_h=1&outage_h=1", 422
    )


@pytest.mark.django_db
def test_persian_figures_are_read(client, record):
    address = reverse("queue-station", args=[record.listing_id])
    assert "As you asked" in page(client, f"{address}?voters=۹۰۰&devices=۴&service_min=۱٫۵")


@pytest.mark.django_db
def test_a_station_of_which_nothing_is_known_can_still_be_asked_about(client, record):
    with_devices(StationRecord.objects.filter(pk=record.pk), None)
    address = reverse("queue-station", args=[record.listing_id])
    html = page(client, address)
    assert "unknown, or a number that cannot be" in html
    assert "The longest wait" not in html
    assert "The longest wait" in page(client, f"{address}?voters=500&devices=2&service_min=1.5")


@pytest.mark.django_db
def test_a_number_of_voters_that_cannot_be_has_no_figures(client, record):
    record.listing.expected_voters = 40_000_000
    record.listing.save()
    address = reverse("queue-station", args=[record.listing_id])
    assert "a number that cannot be" in page(client, address)
    assert page(client, "/queues/")


@pytest.mark.django_db
def test_the_morning_tells_the_load_and_what_turns_would_save(client, record):
    html = page(client, "/queues/morning/")
    assert "messages per second" in html and "In turns" not in html
    html = page(
        client,
        "/queues/morning/?capacity_per_s=1&check_in_messages=1&power_on_messages=90"
        "&starts_min=5&ends_min=0",
    )
    assert "A check-in takes up to" in html and "In turns" in html
    assert "All devices should be on by" in html


def test_a_morning_of_which_nothing_is_known_asks_nothing(client, record):
    StationRecord.objects.update(devices=None)
    for address in ("/queues/morning/", "/queues/morning/?capacity_per_s=2&check_in_messages=1"
                    "&power_on_messages=1&starts_min=60&ends_min=30"):  # fmt: skip
        assert "From 0 stations" in page(client, address)


@pytest.fixture
def filled(assessed, rows) -> dict[str, int]:
    """Components of which somebody says what they pass; an exchange stands in one county."""
    keys = dict(Component.objects.values_list("code", "pk"))
    for code, capacity in (("CORE-1", "50"), ("EX-04", "0.02")):
        Claim.objects.create(
            component_id=keys[code], field="capacity_per_s", value=capacity, source=assessed.source,
            sheet="components", row=2, recorded_at=rows.RECORDED_AT, confidence="declared",
        )  # fmt: skip
    Component.objects.filter(code="EX-04").update(place=Place.objects.get(code="02"))
    later = rows.RECORDED_AT + timedelta(hours=1)
    save_assessment(assess(assessed.round.pk, as_of=rows.AS_OF), now=later)
    return keys


def known_behind(component_id: int, **where) -> int:
    """Count the stations that rest on a component and are known, in the newest assessment."""
    behind = DependenceRecord.objects.filter(record__component=component_id)
    return StationRecord.objects.filter(
        assessment=last_assessment(ElectionRound.objects.get().pk),
        listing__in=behind.values("listing"), devices__isnull=False, **where,
    ).count()  # fmt: skip


@pytest.mark.django_db
def test_the_fullest_component_comes_first_and_its_own_stations_are_followed(head_client, filled):
    html = page(head_client, "/queues/morning/")
    assert "1 component has a morning load over its capacity" in html
    assert html.index("EX-04") < html.index("CORE-1")
    everywhere = float(re.search(r"ask ([0-9.]+) messages", html)[1])
    html = page(head_client, f"/queues/morning/?component={filled['EX-04']}")
    assert f"From the {known_behind(filled['EX-04'])} stations that rest on it" in html
    assert "Over capacity: the load is" in html and "In turns" in html
    assert float(re.search(r"ask ([0-9.]+) messages", html)[1]) <= everywhere
    record = ComponentRecord.objects.get(component=filled["EX-04"], morning_share__gt=0)
    assert f"the load is {round(100 * record.morning_share)}% of it" in html
    html = page(head_client, f"/queues/morning/?component={filled['CORE-1']}")
    assert "Within capacity" in html


@pytest.mark.django_db
def test_one_without_a_capacity_takes_a_typed_one(head_client, filled):
    address = f"/queues/morning/?component={filled['MS-210']}"
    assert f"From the {known_behind(filled['MS-210'])} stations" in page(head_client, address)
    typed = "&capacity_per_s=0.01&check_in_messages=1&power_on_messages=1&starts_min=5&ends_min=0"
    assert "Over capacity" in page(head_client, address + typed)
    for wrong in ("x", "0", "9" * 30):
        page(head_client, f"/queues/morning/?component={wrong}", 404)


@pytest.mark.django_db
def test_a_component_is_offered_as_far_as_the_viewer_may_know_of_it(
    client, governor_client, filled
):
    html = page(client, "/queues/morning/")
    assert "EX-04" not in html and masked("EX-04") in html
    User.objects.get(username="governor").places.set([Place.objects.get(code="02")])
    html = page(governor_client, "/queues/morning/")
    assert masked("EX-04") in html and masked("CORE-1") not in html
    assert "Carries others too" not in html and "Over capacity" in html
    assert not re.search(r"[0-9]+%</td>", html)  # what others load it with is not his to see
    html = page(governor_client, f"/queues/morning/?component={filled['EX-04']}")
    mine = known_behind(filled["EX-04"], listing__point__place__parent__code="02")
    assert f"From the {mine} stations that rest on it" in html
    assert "Stations outside your scope may rest on it too" in html
    page(governor_client, f"/queues/morning/?component={filled['CORE-1']}", 404)


@pytest.mark.django_db
def test_the_next_day_counts_who_is_left(client, record):
    html = page(client, "/queues/next-day/")
    assert "left for the next day" in html and "Device hours for them" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/queues/", "/queues/morning/", "/queues/moves/", "/queues/next-day/"]
)
def test_the_pages_ask_as_little_whatever_there_is(client, assessed, address):
    page(client, address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        page(client, address)
    with_devices(StationRecord.objects.all(), 3)
    with CaptureQueriesContext(connection) as other:
        page(client, address)
    assert len(one) == len(other) <= 40


@pytest.mark.django_db
def test_the_list_is_filtered_by_its_waits(client, record):
    with_devices(StationRecord.objects.exclude(pk=record.pk), 9)
    with_devices(StationRecord.objects.filter(listing__code="0001"), None)
    with_devices(StationRecord.objects.filter(listing__code="0002"), 0)
    asked = {
        wait: set(CODE.findall(page(client, f"/queues/?wait={wait}")))
        for wait in ("over", "in_time", "unknown", "15", "60")
    }
    assert asked["over"] == {"0002", "0004"} == asked["15"]
    assert asked["unknown"] == {"0001", "0011"}
    everything = set(CODE.findall(page(client, "/queues/")))
    assert asked["in_time"] == everything - asked["over"] - asked["unknown"]
    assert "0002" in asked["60"] <= asked["over"]  # without devices there is no end


@pytest.mark.django_db
def test_the_database_adds_up_what_stations_lack_as_counting_does(record):
    rows = StationRecord.objects
    for number, found in enumerate(rows.order_by("pk")):
        with_devices(rows.filter(pk=found.pk), (None, 0, 1, 2, 9)[number % 5])
    counted = shortage(rows.values_list("devices", "devices_needed"))
    assert shortage_of(rows.all()) == counted
    assert counted.over and counted.unknown and counted.lacking
    assert shortage_of(rows.none()) == Shortage(0, 0, 0, 0)


@pytest.mark.django_db
def test_an_assessment_that_kept_no_waits_has_none(client, record):
    StationRecord.objects.update(wait_mean_min=None, wait_over_share=None, devices_needed=None)
    SavedAssessment.objects.update(thresholds={})
    html = page(client, "/queues/")
    assert "made before waits were kept" in html
    assert "over the wait target" not in html
    assert CODE.findall(html) and page(client, "/queues/moves/")


@pytest.mark.django_db
def test_waits_by_thresholds_of_then_are_said_to_be_so(client, record, settings, tmp_path):
    told = "thresholds have changed since the assessment"
    assert told not in page(client, "/queues/")
    settings.POLLREADY_THRESHOLDS = tmp_path / "thresholds.toml"
    settings.POLLREADY_THRESHOLDS.write_text("check_in_service_min = 4\n")
    html = page(client, "/queues/")
    assert told in html and "a check-in takes 1.5 minutes" in html


# Without the database.


def test_waits_have_no_end_where_there_are_no_devices():
    found = wait_figures([(900, 3), (900, 0), (60_000, 3), (0, 0)], MODEL)
    assert set(found) == {(900, 3), (900, 0)}
    assert found[900, 0].mean_min == inf and not found[900, 0].keeps(MODEL)
    assert found[900, 3].keeps(MODEL) and not wait_figures([(920, 3)], MODEL)[920, 3].keeps(MODEL)


@pytest.mark.parametrize(("voters", "devices"), [(900, 3), (400, 1)])
def test_desks_without_number_leave_the_exact_waits_at_the_devices(voters, devices):
    first = Question(voters, devices, MODEL)
    exact = station_queue(first).waits
    played = second_stage(SecondStageQuestion(first, 2.0, 256)).played
    for found, wanted in (
        (played.mean_min, exact.mean_min),
        (played.first_min, exact.mean_min),
        (played.share_over, exact.share_over),
    ):
        assert abs(found.estimate - wanted) <= 2 * (found.high - found.low) + 1e-9


def test_more_voters_are_played_on_fewer_days():
    days = [SecondStageQuestion(Question(n, 3, MODEL), 2.0).days for n in (0, 900, 5000, 50_000)]
    assert days == [1000, 1000, 200, 50]


def test_stations_without_devices_send_everybody_home_hit_or_not():
    some = [(1000, 3)] * 10
    outage = Outage(50_000, 2.0, 3.0)
    one = next_day(some, MODEL, outage, 0.18)
    two = next_day([*some, (1000, 0), (700, 0)], MODEL, outage, 0.18)
    assert two.voters.estimate == pytest.approx(one.voters.estimate + 1700)
    assert two.voters.low == pytest.approx(one.voters.low + 1700)
    assert two.stations == pytest.approx(one.stations + 2)


def test_what_no_number_of_devices_keeps_is_never_one_device():
    slow = WaitModel(10.0, Thresholds(check_in_service_min=90.0))  # seconds taken for minutes
    needs = [devices_needed(voters, slow) for voters in (500, 1000, 5000, 49_000)]
    assert needs == sorted(needs)
    assert min(needs) > 64


def test_a_shortage_counts_the_unknown_apart():
    found = shortage([(3, 3), (1, 3), (3, None), (None, 3), (0, 3)])
    assert (found.stations, found.over, found.lacking, found.unknown) == (5, 2, 5, 2)


def test_hours_are_told_after_opening_where_nobody_says_when():
    round_ = ElectionRound(name="r")
    found = StationPage(Question(900, 3, MODEL), None, round_, "en")
    assert found.hours[2].begins == "2 h after opening"
    assert len(found.hours) == 10
    assert sum(row.arrivals for row in found.hours) == pytest.approx(900 * (1 - 0.0128), abs=6)


def test_devices_that_never_return_wait_without_end():
    asked = Question(300, 1, MODEL, Outage(1, 5.0, 20.0))
    found = StationPage(Question(300, 2, MODEL), asked, ElectionRound(name="r"), "en")
    assert found.compared[0].then == "Without end"
    assert "nan" not in found.curve.other and "inf" not in found.curve.other


def test_a_curve_stands_within_its_frame():
    drawn = curve_of([0, 40, 10], [0, 30, 5], [0, 50, 20], ["8", "9", "10", "11"], "en", limit=30)
    numbers = [float(each) for each in re.findall(r"-?\d+\.?\d*", drawn.line + drawn.band)]
    assert min(numbers) >= 0 and max(numbers) <= drawn.width
    assert drawn.across[0].y == drawn.baseline
    assert drawn.limit_y is not None and drawn.limit_y < drawn.baseline


def placed(listing, devices, needed=1, county=1, lat=38.0, lon=46.0):
    return Placed(listing, county, lat, lon, needed, devices)


def test_devices_move_within_a_county_from_the_nearest_that_can_spare_them():
    found = moves_within_counties(
        [
            placed(1, 1, needed=3),
            placed(2, 2, lat=38.1),
            placed(3, 5, lat=39.0),
            placed(4, 9, county=2),
            placed(5, 9, lat=None),
            placed(6, None, lat=38.01),
        ],
        1.3,
    )
    assert [(m.source, m.target, m.devices) for m in found.moves] == [(2, 1, 1), (3, 1, 1)]
    assert found.moves[0].road_km == pytest.approx(11.1 * 1.3, abs=0.2)
    assert (found.lacking, found.unserved) == (2, 0)
    alone = moves_within_counties([placed(1, 1, needed=3), placed(4, 9, county=2)], 1.3)
    assert (alone.moves, alone.unserved) == ((), 2)


@pytest.mark.django_db
def test_moves_are_shown_with_what_remains(client, record):
    with_devices(StationRecord.objects.exclude(pk=record.pk), 9)
    html = page(client, "/queues/moves/")
    assert "Stations lack 1 device" in html
    assert ("To" in html) != ("take the reserve" in html)


@pytest.mark.django_db
def test_where_the_limit_of_voters_a_device_binds_the_page_says_so(
    client, record, settings, tmp_path
):
    settings.POLLREADY_THRESHOLDS = tmp_path / "thresholds.toml"
    settings.POLLREADY_THRESHOLDS.write_text("voters_per_device_max = 100\n")
    html = page(client, reverse("queue-station", args=[record.listing_id]))
    assert "a device has at most 100 voters" in html
