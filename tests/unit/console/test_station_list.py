"""The list of stations: filters, count, sorting, and how much it asks of the database."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pollready.assessment.models import FindingRecord, StationRecord
from pollready.assessment.result import CRITERIA
from pollready.language import fold
from pollready.places.models import ServicePoint

pytestmark = pytest.mark.django_db
CODE = re.compile(r'<td class="stations__code"><bdi class="code" dir="ltr">(\d+)</bdi>')


def codes(client, query: str = "") -> list[str]:
    return CODE.findall(client.get(f"/stations/{query}").content.decode())


def expected(assessed, **which) -> list[str]:
    records = StationRecord.objects.filter(assessment=assessed.saved, **which)
    return sorted(records.values_list("listing__code", flat=True))


def test_without_filters_every_station_is_listed_in_code_order(client, assessed):
    assert codes(client) == [f"{number:04}" for number in range(1, 13)]


def test_kind_and_county_narrow_the_list(client, assessed):
    assert codes(client, "?kind=mobile") == ["0004", "0008", "0012"]
    assert codes(client, "?county=01") == ["0004", "0008", "0012"]
    assert codes(client, "?county=02&kind=mobile") == []


def test_a_district_narrows_the_county(client, assessed):
    district = assessed.listings[0].point.place
    assert codes(client, f"?county=02&district={district.pk}") == ["0001", "0005", "0009"]


@pytest.mark.parametrize("state", ["ready", "not_ready", "unknown"])
def test_readiness_lists_what_the_assessment_found(client, assessed, state):
    assert codes(client, f"?readiness={state}") == expected(assessed, readiness=state)


def test_contradicted_lists_the_contradicted_inside_the_unknown(client, assessed):
    found = codes(client, "?readiness=contradicted")
    assert found == expected(assessed, contradicted=True)
    assert set(found) <= set(codes(client, "?readiness=unknown"))


@pytest.mark.parametrize(("state", "letter"), [("unmet", "u"), ("unknown", "?")])
@pytest.mark.parametrize("criterion", CRITERIA)
def test_a_criterion_lists_the_stations_with_that_letter(
    client, assessed, criterion, state, letter
):
    place = CRITERIA.index(criterion)
    wanted = [
        code
        for code, letters in StationRecord.objects.order_by("listing__code").values_list(
            "listing__code", "criteria"
        )
        if letters[place] == letter
    ]
    assert codes(client, f"?criterion={criterion}.{state}") == wanted


def test_a_cause_and_its_rule_list_the_stations_of_their_findings(client, assessed):
    cause = assessed.saved.causes.filter(stations__gt=0).order_by("pk").first()
    at = FindingRecord.objects.filter(cause=cause, listing__isnull=False)
    assert codes(client, f"?cause={cause.pk}") == sorted(
        set(at.values_list("listing__code", flat=True))
    )
    by_rule = FindingRecord.objects.filter(cause__rule=cause.rule, listing__isnull=False)
    assert codes(client, f"?rule={cause.rule}") == sorted(
        set(by_rule.values_list("listing__code", flat=True))
    )


@pytest.mark.parametrize("typed", ["سیار", "سيار", "شعبه‌سیار", "شعبه سيار"])
def test_names_are_found_however_their_letters_were_typed(client, assessed, typed):
    assert codes(client, f"?q={typed}") == ["0004", "0008", "0012"]


def test_words_are_found_in_any_order_and_with_the_place(client, assessed):
    listing = assessed.listings[3]
    district = listing.point.place
    ServicePoint.objects.filter(pk=listing.point_id).update(name="مسجد حافظ", key=fold("مسجد حافظ"))
    for typed in ("حافظ مسجد", f"{district.name} حافظ", f"حافظ {district.parent.name}"):
        assert codes(client, f"?q={typed}") == [listing.code]
    assert codes(client, f"?q={district.name} حافظ هیچ") == []


@pytest.mark.parametrize("typed", ["0011", "۰۰۱۱", "٠٠١١", " 0011 "])
def test_codes_are_found_in_any_digits(client, assessed, typed):
    assert codes(client, f"?q={typed}") == ["0011"]


def test_the_count_stands_with_its_voters_and_with_those_not_known(client, assessed):
    page = client.get("/stations/").content.decode()
    total = sum(listing.expected_voters or 0 for listing in assessed.listings)
    assert f"{total:,} expected voters" in page
    assert "(not known for 1 station)" in page


def test_unknown_voters_come_last_whichever_way_they_are_sorted(client, assessed):
    assert codes(client, "?sort=voters")[-1] == "0011"
    assert codes(client, "?sort=-voters")[-1] == "0011"
    assert codes(client, "?sort=-voters")[0] == "0012"


def test_an_address_that_cannot_be_read_lists_everything_and_says_so(client, assessed):
    page = client.get("/stations/?readiness=splendid&page=999").content.decode()
    assert len(CODE.findall(page)) == 12
    assert "could not be read and was left out" in page


def test_chips_say_the_filters_and_take_them_away(client, assessed):
    page = client.get("/stations/?kind=mobile&criterion=second_path.unmet&q=0004").content.decode()
    assert "without an independent second path" in page
    assert 'href="?kind=mobile&amp;criterion=second_path.unmet"' in page
    assert 'href="?kind=mobile&amp;q=0004"' in page


def test_htmx_gets_the_part_that_changes_alone(client, assessed):
    response = client.get("/stations/?kind=mobile", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "<html" not in page
    assert CODE.findall(page) == ["0004", "0008", "0012"]
    assert 'id="filter-fields" hx-swap-oob="true"' in page
    assert "HX-Request" in response["Vary"]


def count_queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_one_row_and_three_rows_ask_the_same_of_the_database(client, assessed):
    # Parts of codes: of a whole one that is in the list, nobody asks what became of it.
    one = count_queries(client, "/stations/?q=004")
    three = count_queries(client, "/stations/?q=00&kind=mobile")
    assert codes(client, "?q=004") == ["0004"]
    assert len(codes(client, "?q=00&kind=mobile")) == 3
    assert one == three


def test_pages_hold_fifty_rows_and_the_last_holds_the_rest(client, db, rows):
    assessed = rows.assess_register(rows.fill_register(stations=103))
    assert len(codes(client)) == 50
    assert codes(client, "?page=3") == ["0101", "0102", "0103"]
    assert codes(client, "?page=99") == ["0101", "0102", "0103"]
    assert assessed.saved.stations.count() == 103
