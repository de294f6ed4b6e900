"""A veil is made anew when a name changed, and kept while only claims did."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pollready.audit.commands import Entry, record
from pollready.audit.version import only_said_between, register_version
from pollready.people.models import Role, User
from pollready.places.models import ElectionRound
from pollready.register.models import Component
from pollready.register.veil import veil_now

pytestmark = pytest.mark.django_db


def write(command: str, *kinds: str) -> int:
    with transaction.atomic():
        record(
            actor="sara",
            command=command,
            now=datetime.now(UTC),
            entries=[Entry(kind, "1", None, {"said": "so"}) for kind in kinds],
        )
    return register_version()


@pytest.fixture
def round_id() -> int:
    return ElectionRound.objects.create(code="r", name="r").pk


@pytest.fixture
def secretary() -> User:
    return User.objects.create(username="sara", role=Role.SECRETARY)


@pytest.fixture
def feeder(round_id) -> Component:
    return Component.objects.create(
        round_id=round_id, code="FDR-9", name="Northern feeder", kind="feeder", tier=1
    )


@pytest.mark.parametrize(
    ("kinds", "only_said"),
    [
        (("claim",), True),
        (("claim", "resolution", "evidence"), True),
        (("claim", "component"), False),
        (("station",), False),
        ((), False),
    ],
)
def test_the_log_tells_whether_names_may_have_changed(kinds, only_said):
    before = write("import", "component")
    assert only_said_between(before, write("correct", *kinds)) is only_said


def test_too_much_to_look_at_counts_as_a_change(monkeypatch):
    before = write("import", "component")
    monkeypatch.setattr("pollready.audit.version._LOOKED_AT", 2)
    assert only_said_between(before, write("correct", "claim", "claim"))
    assert not only_said_between(before, write("correct", "claim"))


def test_a_new_name_is_masked_at_once(round_id, secretary, feeder):
    write("import", "component")
    assert "Northern" not in veil_now(secretary, round_id=round_id).text("Northern feeder is out")
    Component.objects.filter(pk=feeder.pk).update(name="Southern feeder")
    write("correct", "claim", "component")
    assert "Southern" not in veil_now(secretary, round_id=round_id).text("Southern feeder is out")


def test_names_are_not_read_again_where_only_claims_changed(round_id, secretary, feeder):
    write("import", "component")
    veil_now(secretary, round_id=round_id)
    write("correct", "claim")
    with CaptureQueriesContext(connection) as captured:
        veil = veil_now(secretary, round_id=round_id)
    assert "Northern" not in veil.text("Northern feeder")
    assert not [query for query in captured if "servicepoint" in query["sql"]]


def test_who_sees_every_name_has_nothing_read_for_him(round_id, feeder):
    head = User.objects.create(username="head", role=Role.COMMITTEE_HEAD, may_see_names=True)
    with CaptureQueriesContext(connection) as captured:
        veil = veil_now(head, round_id=round_id)
    assert veil.text("Northern feeder") == "Northern feeder"
    assert not [query for query in captured if "servicepoint" in query["sql"]]


def test_what_is_above_his_class_is_hidden_even_from_who_sees_names(round_id, feeder):
    head = User.objects.create(
        username="head", role=Role.COMMITTEE_HEAD, may_see_names=True, clearance=0
    )
    Component.objects.filter(pk=feeder.pk).update(classification=1)
    assert "Northern" not in veil_now(head, round_id=round_id).text("Northern feeder")
