"""What pages of queues say, taken along as files: whose rows, what is logged, what is masked."""

import csv
import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from pollready.assessment.models import ComponentRecord, StationRecord
from pollready.audit.models import AuditBatch
from pollready.people.models import Role, User
from pollready.places.models import Listing, Place
from pollready.register.veil import masked

FILES = ("queues-morning-export", "queues-moves-export", "queues-next-day-export")


def file(client, name: str, kind: str = "csv", args=(), **asked):
    address = reverse(name, args=args, query=asked)
    return client.post(address, {"format": kind, "reason": "for the meeting"})


def rows(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.fixture
def record(assessed) -> StationRecord:
    """A station of 900 voters with two devices, of five that it needs."""
    found = StationRecord.objects.get(listing__code="0004")
    Listing.objects.filter(pk=found.listing_id).update(expected_voters=900)
    found.devices, found.devices_needed = 2, 5
    found.save()
    return found


@pytest.fixture
def governor_client(assessed) -> Client:
    user = User.objects.create(username="governor", role=Role.GOVERNOR, language="en")
    user.places.add(Place.objects.get(code="01"))
    client = Client()
    client.force_login(user)
    return client


def test_a_station_s_day_has_its_hours_as_numbers(head_client, record):
    told = rows(file(head_client, "queue-station-export", args=[record.listing_id]))
    assert told[0][:4] == ["station", "from", "voters", "wait, minutes"]
    hours = [row for row in told[1:] if row[0] == "0004"]
    assert len(hours) == round(record.assessment.round.polling_h)
    in_all = sum(int(row[2]) for row in hours)  # the others stand at the doors before
    assert 850 < in_all <= 900
    assert all(0 <= float(row[4]) <= float(row[3]) <= float(row[5]) for row in hours)


def test_what_was_asked_is_in_the_workbook(head_client, record):
    asked = {"voters": "900", "devices": "5", "service_min": "1.5", "second_min": "1"}
    response = file(head_client, "queue-station-export", "xlsx", [record.listing_id], **asked)
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["By the hour", "Figures", "Second stage"]
    figures = {row[1]: row[2:4] for row in book["Figures"].values if row[0] == "0004"}
    assert figures["Devices needed"][0] and figures["Mean wait (minutes)"][1]


def test_a_file_of_what_cannot_be_read_is_not_found(head_client, record):
    for name, args in (
        ("queue-station-export", [record.listing_id]),
        *((n, []) for n in FILES[::2]),
    ):
        wrong = {"voters": "many", "check_in_messages": "x", "hit_pct": "most"}
        assert file(head_client, name, args=args, **wrong).status_code == 404


@pytest.mark.parametrize("name", FILES)
def test_every_file_needs_a_reason_and_is_logged(head_client, record, name):
    assert head_client.get(reverse(name)).status_code == 200
    assert head_client.post(reverse(name), {"format": "csv"}).status_code == 422
    told = rows(file(head_client, name))
    assert any("log number" in cell for row in told for cell in row)
    batch = AuditBatch.objects.order_by("-pk").first()
    assert (batch.command, batch.reason) == ("export_list", "for the meeting")


def test_moves_are_those_of_the_reader_s_own_stations(head_client, governor_client, record):
    giving = StationRecord.objects.exclude(pk=record.pk).filter(
        listing__point__place__parent=record.listing.point.place.parent
    )
    giving.update(devices=9, devices_needed=1)
    everybody, own = (
        {code for row in rows(file(client, "queues-moves-export"))[1:] for code in (row[0], row[2])}
        for client in (head_client, governor_client)
    )
    mine = set(
        Listing.objects.filter(point__place__parent__code="01").values_list("code", flat=True)
    )
    assert "0004" in everybody
    assert {code for code in own if code.isdecimal()} <= set(mine)


def test_the_morning_names_components_by_their_mask(head_client, record):
    component = ComponentRecord.objects.filter(
        stations_behind__gt=0, component__isnull=False
    ).first()
    ComponentRecord.objects.filter(pk=component.pk).update(capacity_per_s=2.5, morning_share=0.9)
    response = file(head_client, "queues-morning-export", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    told = [row for row in book["Centres and links"].values if row[4] == 2.5]
    assert [row[0] for row in told] == [masked(component.component.code)]
    assert told[0][5] == 0.9


def test_the_next_day_is_told_with_its_interval(head_client, record):
    told = {row[0]: row[1] for row in rows(file(head_client, "queues-next-day-export")) if row[1:2]}
    low, left, high = (
        int(told[f"Voters of the next day{more}"]) for more in (", at least", "", ", at most")
    )
    assert low <= left <= high
