"""Searching for a code that the list no longer has finds what the station became."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pollready.audit.commands import Entry, record
from pollready.audit.models import AuditBatch
from pollready.people.models import Role, User
from pollready.places.models import ElectionRound, Listing, Place
from pollready.register.corrections.formerly import Became, formerly
from pollready.register.corrections.list_changes import Order, cancel, merge
from pollready.register.corrections.undoing import undo

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
ORDER = Order("فرماندار", "142/7", None, date(2028, 6, 18), "ساختمان")


@pytest.fixture
def secretary(register) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY)


def found(register, text, viewer):
    told = formerly(text, round_id=register.round.pk, viewer=viewer)
    return [(each.how, each.now and each.now.code, each.letter_no) for each in told]


def merged(register, one, other, by):
    merge(
        listing_id=register.listings[one].pk, into_id=register.listings[other].pk,
        expected_voters=None, order=ORDER, by=by, now=NOW,
    )  # fmt: skip


def test_a_merged_code_finds_the_station_that_serves(register, secretary):
    assert found(register, "0001", secretary) == []
    merged(register, 0, 1, secretary)
    assert found(register, "۰۰۰۱", secretary) == [(Became.MERGED, "0002", "142/7")]
    merged(register, 1, 2, secretary)
    assert found(register, "0001", secretary) == [(Became.MERGED, "0003", "142/7")]
    undo(number=AuditBatch.objects.latest("number").number, by=secretary, now=NOW)
    assert found(register, "0001", secretary) == [(Became.MERGED, "0002", "142/7")]


def test_a_cancelled_code_says_so(register, secretary):
    cancel(listing_id=register.listings[0].pk, order=ORDER, by=secretary, now=NOW)
    assert found(register, "0001", secretary) == [(Became.CANCELLED, None, "142/7")]


def renumber(listing, code):
    """Give a station another code, as an import that finds it by name does."""
    entry = Entry("station", str(listing.point.uid), {"code": listing.code}, {"code": code})
    with transaction.atomic():
        record(actor="secretary", command="import_file", now=NOW, entries=[entry])
    Listing.objects.filter(pk=listing.pk).update(code=code)


def test_a_renumbered_code_finds_the_station(register, secretary):
    renumber(register.listings[0], "7001")
    assert found(register, "0001", secretary) == [(Became.RENUMBERED, "7001", "")]
    renumber(register.listings[1], "0001")  # the code is in use again: that station is meant
    assert found(register, "0001", secretary) == []


def test_the_code_of_an_earlier_round_finds_the_station_of_this_one(register, secretary):
    earlier = ElectionRound.objects.create(
        code="earlier", name="دوره پیش", election_date=date(2024, 6, 28),
        opens="08:00", closes="18:00", jurisdiction="آذربایجان شرقی",
    )  # fmt: skip
    Listing.objects.create(round=earlier, point=register.listings[0].point, code="551")
    assert found(register, "551", secretary) == [(Became.RENUMBERED, "0001", "")]


def test_what_lies_outside_the_scope_is_not_told(register, secretary):
    merged(register, 0, 1, secretary)
    renumber(register.listings[2], "7003")
    user = User.objects.create(username="bounded", role=Role.DISTRICT)
    user.places.add(register.listings[0].point.place)
    assert found(register, "0001", user) == [(Became.MERGED, None, "142/7")]
    assert found(register, "0003", user) == []
    elsewhere = User.objects.create(username="elsewhere", role=Role.DISTRICT)
    elsewhere.places.add(Place.objects.create(level=2, code="99", name="دور", key="دور"))
    assert found(register, "0001", elsewhere) == []


def test_a_search_reads_the_log_once_however_often_somebody_types(register, secretary):
    renumber(register.listings[0], "7001")
    found(register, "0001", secretary)
    with CaptureQueriesContext(connection) as again:
        found(register, "0001", secretary)
    assert not [each for each in again if "auditentry" in each["sql"]]


def test_words_are_no_codes(register, secretary, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert found(register, "دبستان", secretary) == []
