"""Rows that are written again are the rows that were made, and only where they would be made."""

import pytest
from django.db import connection, transaction

from pollready.audit.queries import verify_chain
from pollready.people.models import Role, User
from pollready.places.models import Agency, Listing
from tests import kept_rows
from tests.kept_rows import made_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(kept_rows, "_KEPT", {})


def every_row() -> dict:
    return kept_rows._state(set(connection.introspection.table_names()))


def taken_back(step) -> tuple:
    """Do something, read every table, and take it back."""
    with transaction.atomic():
        found = step()
        rows = every_row()
        transaction.set_rollback(True)
    return found, rows


def test_rows_written_again_are_those_that_were_made(rows):
    calls = []

    def make():
        calls.append("made")
        return rows.assess_register(rows.fill_register())

    first, made = taken_back(lambda: made_once("assessed", make))
    again, written = taken_back(lambda: made_once("assessed", make))
    assert calls == ["made"]
    assert written == made
    assert (again, again is first) == (first, False)
    assert sum(map(len, made.values())) > 500


def test_what_is_written_again_can_be_used_like_what_was_made(rows):
    def use():
        made = made_once("assessed", lambda: rows.assess_register(rows.fill_register()))
        assert verify_chain() is None
        made.listings[0].refresh_from_db()
        again = rows.assess_register(made)
        return Agency.objects.create(code="NEW", name="new", role="telecom"), again.saved.counts

    (first, counts), (second, again) = taken_back(use)[0], taken_back(use)[0]
    assert counts == again
    assert second.pk >= first.pk


def test_who_is_there_makes_no_difference_to_what_did_not_ask_for_him(rows):
    calls = []

    def make():
        calls.append("made")
        return rows.fill_register()

    taken_back(lambda: made_once("register", make))
    User.objects.create(username="head", role=Role.COMMITTEE_HEAD)
    taken_back(lambda: made_once("register", make))
    assert calls == ["made"]


def test_other_rows_are_made_from_another_beginning():
    def make():
        return Agency.objects.create(code=f"A{Agency.objects.count()}", name="a", role="telecom")

    assert made_once("agency", make).code == "A0"
    assert made_once("agency", make).code == "A1"
    assert sorted(Agency.objects.values_list("code", flat=True)) == ["A0", "A1"]


def test_what_changes_a_row_that_was_there_is_made_each_time(rows):
    register = rows.fill_register()
    calls = []

    def make():
        calls.append("made")
        Listing.objects.filter(pk=register.listings[0].pk).update(code="renamed")

    for _ in range(2):
        taken_back(lambda: made_once("renamed", make))
    assert calls == ["made", "made"]
