"""The log of every write is append-only, and shows it when somebody touched it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from django.db import DatabaseError, connection, transaction

from pollready.audit.commands import Entry, record
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.queries import ChainFault, Kept, verify_chain
from pollready.intake.applying.session import plain

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 6, 14, 8, 30, 15, 123456, tzinfo=UTC)


def write_three_batches() -> None:
    for number in range(3):
        with transaction.atomic():
            record(
                actor="دبیر",
                command="change_station",
                now=NOW + timedelta(minutes=number),
                reason="letter 14",
                entries=[Entry("station", f"14{number}", {"name": "الف"}, {"name": "ب", "n": 2})],
            )


def test_an_untouched_log_holds():
    write_three_batches()
    assert verify_chain() is None


def test_an_empty_log_holds():
    assert verify_chain() is None


def test_a_changed_entry_is_found(untriggered_log):
    write_three_batches()
    AuditEntry.objects.filter(batch__number=2).update(after={"name": "پ", "n": 2})
    assert verify_chain() == ChainFault(number=2, reason="changed")


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "x"), ("command", "x"), ("reason", ""), ("at", NOW), ("request_id", "r")],
)
def test_a_changed_head_is_found(untriggered_log, column, value):
    write_three_batches()
    AuditBatch.objects.filter(number=3).update(**{column: value})
    assert verify_chain() == ChainFault(number=3, reason="changed")


def test_a_removed_batch_is_found(untriggered_log):
    write_three_batches()
    AuditEntry.objects.filter(batch__number=2).delete()
    AuditBatch.objects.filter(number=2).delete()
    assert verify_chain() == ChainFault(number=2, reason="missing")


def test_a_rewritten_batch_no_longer_links_to_the_next(untriggered_log):
    write_three_batches()
    AuditBatch.objects.filter(number=2).update(previous_hash="f" * 64)
    assert verify_chain() == ChainFault(number=2, reason="unlinked")


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record(actor="a", command="c", now=NOW, entries=[])
    assert AuditBatch.objects.count() == 0


def raw(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pollready_auditbatch SET actor = 'x' WHERE number = 2",
        "DELETE FROM pollready_auditbatch WHERE number = 3",
        "UPDATE pollready_auditentry SET object_id = 'x'",
        "DELETE FROM pollready_auditentry",
        "INSERT INTO pollready_auditbatch (number, at, actor, command, reason, request_id, "
        "previous_hash, hash) SELECT 9, at, actor, command, reason, request_id, "
        "previous_hash, 'x' FROM pollready_auditbatch WHERE number = 1",
    ],
)
def test_the_database_refuses_to_touch_the_log(statement):
    write_three_batches()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        raw(statement)
    assert verify_chain() is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_the_log_cannot_be_truncated():
    write_three_batches()
    raw("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        raw("TRUNCATE pollready_auditentry, pollready_auditbatch")


def test_batches_that_changed_places_are_found(untriggered_log):
    write_three_batches()
    for old, new in ((1, 9), (2, 1), (9, 2)):
        AuditBatch.objects.filter(number=old).update(number=new)
    assert verify_chain() == ChainFault(number=1, reason="unlinked")


def test_an_entry_put_into_a_batch_is_found(untriggered_log):
    write_three_batches()
    batch = AuditBatch.objects.get(number=2)
    AuditEntry.objects.create(batch=batch, ordinal=1, object_type="station", object_id="9")
    assert verify_chain() == ChainFault(number=2, reason="changed")


def test_an_entry_with_another_ordinal_is_found(untriggered_log):
    write_three_batches()
    AuditEntry.objects.filter(batch__number=2).update(ordinal=7)
    assert verify_chain() == ChainFault(number=2, reason="changed")


def test_an_entry_of_a_batch_that_is_not_there_is_found(untriggered_log):
    write_three_batches()
    with foreign_keys_off():
        AuditEntry.objects.create(batch_id=77, ordinal=0, object_type="station", object_id="9")
        assert verify_chain() == ChainFault(number=77, reason="stray")
        AuditEntry.objects.filter(batch_id=77).delete()


@contextmanager
def foreign_keys_off():
    """Let a row point nowhere for a while: constraints are checked when a test ends."""
    if connection.vendor == "postgresql":
        raw("SET CONSTRAINTS ALL DEFERRED")
    yield


def test_a_batch_inserted_between_two_others_is_found(untriggered_log):
    write_three_batches()
    for old, new in ((3, 4), (2, 3)):
        AuditBatch.objects.filter(number=old).update(number=new)
    forged = AuditBatch.objects.get(number=1)
    forged.pk, forged.number, forged.hash = None, 2, "0" * 64
    forged.save()
    assert verify_chain() == ChainFault(number=2, reason="unlinked")


def test_what_the_office_kept_shows_a_cut_end_and_a_chain_made_anew(untriggered_log):
    write_three_batches()
    kept = Kept(3, AuditBatch.objects.get(number=3).hash)
    assert verify_chain(kept) is None
    AuditEntry.objects.filter(batch__number=3).delete()
    AuditBatch.objects.filter(number=3).delete()
    assert verify_chain() is None  # in memory there is no seal
    assert verify_chain(kept) == ChainFault(number=3, reason="cut")
    with transaction.atomic():
        record(actor="another", command="c", now=NOW, entries=[])
    assert verify_chain(kept) == ChainFault(number=3, reason="replaced")


def test_numbers_hash_alike_however_the_database_writes_them():
    values = {"lat": 38.0, "q": 1e-07, "long": 46.123456789012345, "text": "\u202e <b>"}
    with transaction.atomic():
        record(
            actor="a",
            command="c",
            now=NOW,
            entries=[Entry("component", "1", None, plain({**values, "zero": -0.0, "far": 1e22}))],
        )
    assert verify_chain() is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_take_numbers_one_after_the_other():
    def write(name: str) -> None:
        try:
            with transaction.atomic():
                record(actor=name, command="c", now=NOW, entries=[])
                sleep(0.05)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, "abcdefgh"))
    assert list(AuditBatch.objects.values_list("number", flat=True)) == list(range(1, 9))
    assert verify_chain() is None
