"""The tables as they were: what was there, what was not yet, and what is to be forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from pollready.audit import past
from pollready.audit.commands import record
from pollready.audit.past import as_at, batch_at
from pollready.models import Agency, AuditBatch, ElectionRound, Person, Place

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 5, 1, 9, tzinfo=UTC)


def batch(days: int, write) -> int:
    """Write something as a command of its own would; gives the number of its batch."""
    with transaction.atomic():
        write()
        made = record(
            actor="a", command="test", now=NOW + timedelta(days=days), entries=[], reason=""
        )
    return made.number


def names() -> list[str]:
    return list(Agency.objects.order_by("code").values_list("name", flat=True))


def test_every_earlier_state_is_seen_as_it_was():
    first = batch(0, lambda: Agency.objects.create(code="a", name="one"))
    second = batch(1, lambda: Agency.objects.filter(code="a").update(name="two"))
    third = batch(2, lambda: Agency.objects.create(code="b", name="new"))
    fourth = batch(3, lambda: Agency.objects.filter(code="a").delete())
    seen = {}
    for number in (first - 1, first, second, third, fourth):
        with as_at(number):
            seen[number - first] = names()
    assert seen == {-1: [], 0: ["one"], 1: ["two"], 2: ["two", "new"], 3: ["new"]}
    assert names() == ["new"]


def test_several_changes_of_one_batch_are_one():
    first = batch(0, lambda: Agency.objects.create(code="a", name="one"))

    def twice():
        Agency.objects.update(name="two")
        Agency.objects.update(name="three")

    second = batch(1, twice)
    with as_at(first):
        assert names() == ["one"]
    with as_at(second):
        assert names() == ["three"]


def test_values_come_back_as_they_were():
    made = {}

    def make():
        made["round"] = ElectionRound.objects.create(
            code="r", name="r", election_date=date(2028, 6, 16)
        )
        made["agency"] = Agency.objects.create(code="a", name="ن", ready_declared=None)

    first = batch(0, make)
    before = (
        ElectionRound.objects.values().get(),
        {k: v for k, v in Agency.objects.values().get().items() if k != "phone_24h"},
    )

    def change():
        ElectionRound.objects.update(election_date=None, name="s")
        Agency.objects.update(ready_declared=True, letter_no="5")

    batch(1, change)
    with as_at(first):
        agency = Agency.objects.values().get()
        agency.pop("phone_24h")
        assert (ElectionRound.objects.values().get(), agency) == before


def test_what_is_to_be_forgotten_is_kept_nowhere():
    def make():
        round_ = ElectionRound.objects.create(code="r", name="r")
        Person.objects.create(
            round=round_, name="n", role="user", mobile="09141112233", mobile_purge_date=NOW.date()
        )

    first = batch(0, make)
    batch(1, lambda: Person.objects.update(mobile="", role="deputy"))
    with as_at(first):
        person = Person.objects.get()
        assert person.role == "user"
        assert not person.mobile


def test_who_comes_in_leaves_no_row(django_user_model):
    user = django_user_model.objects.create(username="u")
    number = batch(0, lambda: None)
    user.last_login = NOW
    user.save()
    with past.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM past_pollready_user WHERE past_batch IS NULL")
        assert cursor.fetchone() == (0,)
    assert number == AuditBatch.objects.get().number


def test_a_moment_is_told_by_the_log():
    first = batch(0, lambda: None)
    batch(2, lambda: None)
    assert batch_at(NOW - timedelta(seconds=1)) == first - 1
    assert batch_at(NOW) == first
    assert batch_at(NOW + timedelta(days=1)) == first
    assert batch_at(NOW + timedelta(days=2)) == first + 1


def test_before_the_past_was_kept_nothing_is_told():
    first = batch(0, lambda: Place.objects.create(level=1, name="p", key="p"))
    with past.connection.cursor() as cursor:
        cursor.execute("UPDATE past_began SET batch = %s", [first])
    with as_at(first):
        assert Place.objects.count() == 1
    with pytest.raises(past.PastNotKept) as refused, as_at(first - 1):
        pass
    assert refused.value.fields == {"since": NOW}


def test_the_past_is_kept_over_a_change_of_columns():
    first = batch(0, lambda: Agency.objects.create(code="a", name="one"))
    past.stop_keeping()
    past.keep_past()
    batch(1, lambda: Agency.objects.update(name="two"))
    with as_at(first):
        assert names() == ["one"]
    assert names() == ["two"]
