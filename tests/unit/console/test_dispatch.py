"""The pages of dispatch: what they say, refuse, and give away."""

import csv
import re
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pollready.assessment.models import CauseRecord, FindingRecord
from pollready.audit.models import AuditBatch
from pollready.console.dispatch import PLANS
from pollready.engine.routes import RoutesNotInstalled
from pollready.obstacles.models import ObstacleCase
from pollready.people.models import Person, Role, User
from pollready.places.models import Agency, Listing, Place, ServicePoint
from pollready.planning.allocations.models import AllocationPlan
from pollready.register.models import Component, Source
from pollready.register.veil import masked
from pollready.resources.models import ResourceLot

pytestmark = pytest.mark.django_db


def page(client: Client, name: str = "dispatch", **asked: object) -> str:
    return client.get(reverse(name), asked).content.decode()


@pytest.fixture
def depot(assessed) -> Component:
    """Put four technicians into a depot where a station of county 01 stands."""
    place = ServicePoint.objects.filter(lat__isnull=False, place__parent__code="01").first()
    county = Place.objects.get(code="01")
    found = Component.objects.create(
        round=assessed.round, code="DEP-9", kind="depot", tier=2, name="Hidden depot",
        lat=place.lat, lon=place.lon, classification=1,
    )  # fmt: skip
    ResourceLot.objects.create(
        round=assessed.round, agency=Agency.objects.get(code="TCI"), source=Source.objects.first(),
        county=county, kind="technician", depot="Hidden depot", delivered=5, tested=4, deployed=0,
    )  # fmt: skip
    return found


def own_county(client: Client) -> str:
    return str(Place.objects.get(code="01").pk)


def test_the_set_up_of_a_county_is_routed_with_its_day_and_bound(depot, head_client):
    pytest.importorskip("pyvrp")
    html = page(head_client, work="set_up", county=own_county(head_client))
    assert re.search(r"\d teams? reach(es)? \d+ of \d+ stations", html)
    assert "No routes to the same stations take less than" in html and "<svg viewBox" in html
    assert "Team 1, " in html and "Hidden depot" in html
    assert "Teams: 2" in html and "45 minutes of work" in html


def test_a_depot_that_the_viewer_may_not_name_starts_nobody(depot, client):
    html = page(client, work="set_up")
    assert "There is no team to go" in html and "is not known to you" in html
    assert "Hidden depot" not in html and "DEP-9" not in html


def test_typed_teams_start_at_a_station(depot, client):
    pytest.importorskip("pyvrp")
    code = ServicePoint.objects.filter(lat__isnull=False, place__parent__code="01").first()
    listing = code.listings.first().code
    html = page(client, work="set_up", county=own_county(client), base_0=listing, teams_0="1")
    assert "1 team reaches" in html and f'value="{listing}"' in html


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(assessed, client):
    html = page(client, base_0="nowhere", teams_0="many", speed_km_h="soon")
    for typed in ("nowhere", "many", "soon"):
        assert f'value="{typed}"' in html
    assert "You see no depot or station called" in html and "Write 5 to 130" in html
    assert html.count('aria-invalid="true"') == 3 and '<svg viewBox="0 0 960' not in html


def test_without_the_extra_the_page_says_what_to_install_and_now_still_works(
    depot, head_client, monkeypatch
):
    def missing(*_arguments: object) -> None:
        raise RoutesNotInstalled

    PLANS.forget()
    monkeypatch.setattr("pollready.console.dispatch.plan_dispatch", missing)
    asked = {"work": "set_up", "county": own_county(head_client)}
    assert "extra “routes”" in page(head_client, **asked)
    assert "extra “routes”" in page(head_client, "dispatch-sheets", **asked)
    assert head_client.get(reverse("dispatch-export"), asked).status_code == 404
    html = page(head_client, "dispatch-now", stations=listed(asked["county"])[0])
    assert "1 team goes now" in html


def listed(county: str) -> list[str]:
    points = ServicePoint.objects.filter(place__parent=county, lat__isnull=False)
    return [point.listings.first().code for point in points.order_by("pk")]


def test_who_goes_now_takes_the_teams_as_they_were_changed(depot, head_client):
    code = listed(own_county(head_client))[0]
    html = page(
        head_client, "dispatch-now", stations=code, at="09:00", team_0="Blue", place_0="DEP-9",
        free_0="09:40",
    )  # fmt: skip
    assert "1 team goes now; stations that wait: 0" in html
    assert "Blue" in html and "09:40" in html and "No station waits." in html


def test_codes_outside_the_scope_are_no_stations_of_a_governor(depot, governor_client):
    strange = ServicePoint.objects.exclude(place__parent__code="01").first().listings.first().code
    html = page(governor_client, "dispatch-now", stations=strange)
    assert "These are no codes of stations in your scope" in html
    select = re.search(r'<select id="county".*?</select>', html, re.DOTALL)[0]
    assert re.findall(r'<option value="(\d*)"', select) == [own_county(governor_client)]


def test_technicians_of_another_county_are_none_of_a_governor_s(depot, governor_client):
    lot = ResourceLot.objects.get(kind="technician")
    lot.pk, lot.county, lot.depot = None, Place.objects.get(code="02"), "Far store"
    lot.save()
    html = page(governor_client)
    assert "Far store" not in html and "is not known to you" in html


@pytest.fixture
def governor_client(assessed) -> Client:
    governor = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    governor.places.add(Place.objects.get(code="01"))
    client = Client()
    client.force_login(governor)
    return client


def test_an_open_obstacle_that_a_visit_mends_is_a_visit_and_a_waived_one_is_not(depot, head_client):
    pytest.importorskip("pyvrp")
    FindingRecord.objects.all().delete()
    saved = CauseRecord.objects.first().assessment
    cause = CauseRecord.objects.create(
        assessment=saved, rule="radio_disputed", key="k", severity="severe", stations=1
    )
    point = ServicePoint.objects.filter(lat__isnull=False, place__parent__code="01").first()
    FindingRecord.objects.create(cause=cause, listing=point.listings.first())
    asked = {"county": own_county(head_client)}
    assert "1 team reaches 1 of 1 stations" in page(head_client, **asked)
    case = ObstacleCase.objects.filter(round=saved.round).first()
    ObstacleCase.objects.filter(pk=case.pk).update(
        record=cause, state="waived", waived_until_date="2030-01-01", waiver_authority="head",
        settled_date=None,
    )  # fmt: skip
    assert "no open obstacle" in page(head_client, **asked).replace("No station here has an", "no")


def test_the_roster_names_people_of_the_county_and_no_other(depot, head_client):
    here, there = Place.objects.get(code="01"), Place.objects.get(code="02")
    for name, place in (("Sara Here", here), ("Ali There", there)):
        Person.objects.create(
            round=depot.round, name=name, role="technician", scope=place.name, place=place
        )
    html = page(head_client, work="set_up", county=here.pk)
    assert "Sara Here" in html and "Ali There" not in html and "are short" in html


def test_a_sheet_of_each_team_has_its_class_stations_and_room_to_sign(depot, head_client):
    pytest.importorskip("pyvrp")
    point = ServicePoint.objects.filter(lat__isnull=False, place__parent__code="01").first()
    ServicePoint.objects.update(address="")
    ServicePoint.objects.filter(pk=point.pk).update(address="12 Mill Lane")
    html = page(head_client, "dispatch-sheets", work="set_up", county=own_county(head_client))
    assert html.count("12 Mill Lane") == 1 and re.search(r">3\d\.\d{5} / 4\d\.\d{5}<", html)
    assert html.count('<section class="sheet"') >= 1 and "Who goes:" in html
    late = page(
        head_client, "dispatch-sheets", work="set_up", county=own_county(head_client),
        base_0="DEP-9", teams_0="1", from_0="23:30", to_0="05:00",
    )  # fmt: skip
    assert "the day after)" in late and "the day after)" not in html
    assert html.count("Class: ") == 2 * html.count('<section class="sheet"')


def accept_a_plan(depot: Component, listing: int) -> None:
    """Keep a plan that sends two modems to a station from the depot, and one from nowhere."""
    lot = ResourceLot.objects.get(kind="technician")
    lot.pk, lot.kind = None, "modem"
    lot.save()
    sent = [{"lot": lot.pk, "kind": "modem", "units": 2, "travel_h": 0.1}]
    sent.append({"lot": None, "kind": "modem", "units": 1, "travel_h": None})
    given = {"listing": listing, "component": "", "from": sent, "saves": 4.0, "decision": None}
    columns = {"listings": [listing], "before": [0.1], "after": [0.0]}
    columns |= {name: [None] for name in ("why", "best", "best_saves", "price")}
    user, now = User.objects.first(), datetime(2024, 6, 1, tzinfo=UTC)
    AllocationPlan.objects.create(
        round=depot.round, title="Modems", state="accepted", inputs={}, digest="d",
        result={"given": [given], "stations": columns}, made_by=user, made_at=now,
        worked_out_at=now, accepted_by=user, accepted_at=now, accepted_reason="agreed",
    )  # fmt: skip


def test_deliveries_of_an_accepted_plan_start_at_their_depot_with_their_load(depot, head_client):
    pytest.importorskip("pyvrp")
    assert "There is no accepted allocation plan" in page(head_client, work="deliveries")
    listing = Listing.objects.get(code=listed(own_county(head_client))[1], round=depot.round)
    accept_a_plan(depot, listing.pk)
    html = page(head_client, work="deliveries")
    assert "1 team brings 1 of 2 deliveries" in html and "2 units" in html
    assert "is not known to you" in html and "<option value=" in html and "Modems" in html


def exported(client: Client, kind: str, name: str = "dispatch-export", **asked: object):
    address = reverse(name, query=asked)
    return client.post(address, {"format": kind, "reason": "for the teams"})


def test_a_file_needs_a_reason_is_logged_and_masks_depots(depot, head_client):
    pytest.importorskip("pyvrp")
    asked = {"work": "set_up", "county": own_county(head_client)}
    refused = head_client.post(reverse("dispatch-export", query=asked), {"format": "csv"})
    assert refused.status_code == 422
    User.objects.filter(role=Role.COMMITTEE_HEAD).update(
        role=Role.OPERATIONS
    )  # takes nothing classified
    text = exported(head_client, "csv", **asked).content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0][0] == "team" and "Hidden depot" not in text and "DEP-9" not in text
    assert rows[1][0] == f"{masked('DEP-9')}/1"
    batch = AuditBatch.objects.order_by("-pk").first()
    assert (batch.command, batch.reason) == ("export_list", "for the teams")


def test_a_file_that_names_depots_is_confidential_and_one_of_stations_alone_is_not(
    depot, head_client
):
    pytest.importorskip("pyvrp")
    county = own_county(head_client)
    asked = {"work": "set_up", "county": county, "teams_0": "1"}
    classes = [
        re.findall(r"Class: \W*(\w+)", page(head_client, "dispatch-export", **asked, base_0=base))[
            0
        ]
        for base in ("DEP-9", listed(county)[0])
    ]
    assert classes == ["Confidential", "Normal"]


def test_a_workbook_has_every_table(depot, head_client):
    pytest.importorskip("pyvrp")
    answer = exported(head_client, "xlsx", work="set_up", county=own_county(head_client))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["Routes", "Teams", "Not reached"]
    assert "Dispatch of teams" in page(head_client, "audit")
    answer = exported(head_client, "xlsx", "dispatch-now-export", stations=listed(
        own_county(head_client))[0])  # fmt: skip
    assert openpyxl.load_workbook(BytesIO(answer.content)).sheetnames == ["Sent", "Waiting"]


def test_the_number_of_queries_does_not_grow_with_the_stations(depot, head_client):
    def queries(**asked: object) -> int:
        page(head_client, **asked)
        with CaptureQueriesContext(connection) as captured:
            page(head_client, **asked)
        return len(captured)

    counties = [Place.objects.get(code=code).pk for code in ("01", "02")]
    few, many = (queries(work="set_up", county=county) for county in counties)
    assert few == many
