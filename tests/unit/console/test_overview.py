"""The overview: its figures are those of the lists that they lead to."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pollready.assessment.models import FindingRecord
from pollready.console.overview import CAUSE_COUNTS
from pollready.console.where import COUNTS
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.people.models import Role, User
from pollready.places.models import Place, PlaceLevel

pytestmark = pytest.mark.django_db
COUNT = re.compile(r'<h2 class="found__sentence">([\d,]+) stations?')


def listed(client, query: str) -> int:
    page = client.get(f"/stations/{query}").content.decode()
    return int(COUNT.search(page)[1].replace(",", ""))


def linked_figures(page: str) -> list[tuple[str, int]]:
    """Give every figure that is a link to the list of stations, with the list's query."""
    links = re.findall(r'href="/stations/(\?[^"]+)">([\d,]+)(?: stations?)?</a>', page)
    return [(query.replace("&amp;", "&"), int(figure.replace(",", ""))) for query, figure in links]


def test_every_figure_that_is_a_link_equals_the_count_of_its_list(client, assessed):
    figures = linked_figures(client.get("/").content.decode())
    assert len(figures) > 20
    assert {query: listed(client, query) for query, _ in figures} == dict(figures)


def test_the_three_states_add_up_to_all_stations(assessed):
    total = assessed.saved.summary["total"]
    assert total["ready"] + total["not_ready"] + total["unknown"] == total["stations"] == 12


def test_sections_come_in_the_order_of_the_questions(client, assessed):
    page = client.get("/").content.decode()
    assert re.findall(r'<h2 id="([a-z-]+)"', page) == [
        "how-many",
        "decide",
        "where",
        "why",
        "vulnerable",
        "confidence",
    ]


def parts(page: str) -> list[str]:
    """Name the parts of the table of places."""
    table = page.partition('<h2 id="where"')[2].partition("</table>")[0]
    return re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a>', table)


def test_counties_stand_in_the_order_of_their_codes(client, assessed):
    counties = Place.objects.filter(level=PlaceLevel.COUNTY).order_by("code")
    assert parts(client.get("/").content.decode()) == [county.name for county in counties]


@pytest.fixture
def provinces(assessed) -> list[Place]:
    """Let the four counties lie in two provinces of one nation."""
    nation = Place.objects.create(level=PlaceLevel.NATION, name="کشور", key="کشور")
    found = []
    for code, name in (("2", "باختر"), ("1", "خاور")):
        province = Place.objects.create(
            level=PlaceLevel.PROVINCE, code=code, name=name, key=name, parent=nation
        )
        found.append(province)
    Place.objects.filter(code__in=("01", "02")).update(parent=found[0])
    Place.objects.filter(code__in=("03", "04")).update(parent=found[1])
    return found


def test_several_provinces_stand_in_the_order_of_their_codes(client, provinces):
    page = client.get("/").content.decode()
    assert parts(page) == ["خاور", "باختر"]
    assert f'href="/?place={provinces[0].pk}"' in page


def test_a_province_shows_its_own_counties_and_stations(client, provinces):
    province = provinces[0]
    page = client.get(f"/?place={province.pk}").content.decode()
    inside = Place.objects.filter(parent=province).order_by("code")
    assert parts(page) == [county.name for county in inside]
    assert listed(client, f"?place={province.pk}") == 6
    assert 'id="vulnerable"' not in page


def test_a_county_shows_its_districts_and_what_it_lies_in(client, provinces):
    county = Place.objects.get(code="02")
    page = client.get(f"/?place={county.pk}").content.decode()
    crumbs = page.partition('class="crumbs"')[2].partition("</nav>")[0]
    assert re.findall(r"<li>(?:<a [^>]+>)?([^<]+)", crumbs) == ["Overview", "باختر", county.name]
    assert parts(page) == ["مرکزی"]


@pytest.mark.parametrize("which", ["", "province", "county"])
def test_every_figure_of_a_place_equals_the_count_of_its_list(client, provinces, which):
    place = {"province": provinces[1], "county": Place.objects.get(code="01")}.get(which)
    figures = linked_figures(client.get(f"/?place={place.pk}" if place else "/").content.decode())
    assert len(figures) > 10
    assert {query: listed(client, query) for query, _ in figures} == dict(figures)


def test_causes_of_a_place_are_those_found_there(client, provinces):
    page = client.get(f"/?place={provinces[0].pk}").content.decode()
    shown = {int(pk) for pk in re.findall(r'<a href="/causes/(\d+)/"', page)}
    here = FindingRecord.objects.filter(
        cause__in=shown, listing__point__place__parent__parent=provinces[0]
    )
    assert shown
    assert set(here.values_list("cause", flat=True)) == shown


def test_counties_of_one_code_are_told_apart_by_their_provinces(client, provinces):
    Place.objects.filter(code="03").update(code="01")
    assert parts(client.get("/").content.decode()) == ["خاور", "باختر"]
    counts = re.findall(
        r'<a href="/stations/\?place=\d+">(\d+)</a>', client.get("/").content.decode()
    )
    assert counts == ["6", "6"]


@pytest.mark.parametrize("place", ["0", "9999999", "x", "1" * 30])
def test_a_place_that_nobody_knows_is_not_found(client, provinces, place):
    assert client.get(f"/?place={place}").status_code == 404


def test_a_governor_sees_no_place_outside_his_own(provinces):
    governor = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    governor.places.add(Place.objects.get(code="02"))
    client = Client()
    client.force_login(governor)
    assert client.get(f"/?place={provinces[1].pk}").status_code == 404
    assert client.get(f"/?place={provinces[0].pk}").status_code == 200
    assert listed(client, f"?place={provinces[0].pk}") == 3


def test_more_counties_ask_no_more_of_the_database(client, provinces):
    def queries() -> int:
        client.get(f"/?place={provinces[0].pk}")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/?place={provinces[0].pk}")
        return len(captured)

    before = queries()
    Place.objects.filter(level=PlaceLevel.COUNTY).update(parent=provinces[0])
    COUNTS.forget()
    CAUSE_COUNTS.forget()
    assert queries() == before


def test_more_causes_ask_no_more_of_the_database(client, assessed, rows):
    def queries() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    before = queries()
    cause = assessed.saved.causes.first()
    for number in range(3):
        cause.pk, cause.key = None, f"another {number}"
        cause.save()
    assert queries() == before


def test_an_empty_register_says_which_command_comes_next(client, db):
    page = client.get("/").content.decode()
    assert "No round is registered yet" in page
    assert "pollready template" in page


def test_a_round_without_an_assessment_says_so_on_every_page(client, register):
    for path in ("/", "/stations/", "/causes/"):
        assert "has not been assessed yet" in client.get(path).content.decode()


def test_what_was_checked_since_the_assessment_is_said_with_one_click_to_assess(
    assessed, client, head_client, supervisor_client
):
    said = "checked again since the assessment"
    assert said not in client.get("/").content.decode()
    first, other = ObstacleCase.objects.order_by("pk")[:2]
    later = assessed.saved.made_at + timedelta(minutes=1)
    for case, detail in (
        (first, {"found": False}),
        (first, {"found": True}),
        (other, {"error": "network"}),
    ):
        CaseEvent.objects.create(case=case, kind="checked", at=later, detail=detail)
    page = head_client.get("/").content.decode()
    assert f"1 obstacle was {said}" in page
    assert 'action="/assess-again/"' in page
    assert 'action="/assess-again/"' not in supervisor_client.get("/").content.decode()
    assessed.saved.made_at = later + timedelta(minutes=1)
    assessed.saved.save(update_fields=["made_at"])
    assert said not in head_client.get("/").content.decode()


def decided(client) -> dict[str, str]:
    """Give the day until which each decision waits, by the address of its cause."""
    page = client.get("/").content.decode()
    part = page.partition('<h2 id="decide"')[2].partition("</section>")[0]
    rows = re.findall(r'href="(/causes/\d+/)".*?<time datetime="([\d-]+)"', part, re.DOTALL)
    return dict(rows)


def test_a_decision_is_due_when_its_case_is_for_everybody(client, assessed):
    """The whole round's overview had a deadline of its own, beside that of the case's page."""
    governor = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    governor.places.add(Place.objects.get(code="01"))
    at_county = Client()
    at_county.force_login(governor)
    cases = {
        f"/causes/{case.record_id}/": case.due_date.isoformat()
        for case in ObstacleCase.objects.exclude(due_date=None)
    }
    for reader in (client, at_county):
        days = decided(reader)
        assert days
        assert days == {address: cases[address] for address in days}
        for address, day in days.items():
            assert f'datetime="{day}"' in reader.get(address).content.decode()


def test_a_decision_follows_the_gate_that_a_person_gave_its_case(client, assessed):
    address = next(iter(decided(client)))
    case = ObstacleCase.objects.get(record_id=address.split("/")[2])
    case.due_date -= timedelta(days=3)
    case.save()
    assert decided(client)[address] == case.due_date.isoformat()


def test_the_report_of_an_assessment_says_the_day_of_the_case(assessed):
    days = {
        (row["cause"]["rule"], row["cause"]["key"]): row["deadline"]
        for row in assessed.saved.summary["decisions"]
    }
    cases = ObstacleCase.objects.filter(record__assessment=assessed.saved)
    due = {(case.rule, case.key): str(case.due_date) for case in cases}
    assert days
    assert days == {key: due[key] for key in days}
