"""The log of every write is append-only, and shows it when somebody touched it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.queries import ChainFault, verify_chain

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


def test_a_changed_entry_is_found():
    write_three_batches()
    AuditEntry.objects.filter(batch__number=2).update(after={"name": "پ", "n": 2})
    assert verify_chain() == ChainFault(number=2, reason="changed")


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "x"), ("command", "x"), ("reason", ""), ("at", NOW), ("request_id", "r")],
)
def test_a_changed_head_is_found(column, value):
    write_three_batches()
    AuditBatch.objects.filter(number=3).update(**{column: value})
    assert verify_chain() == ChainFault(number=3, reason="changed")


def test_a_removed_batch_is_found():
    write_three_batches()
    AuditEntry.objects.filter(batch__number=2).delete()
    AuditBatch.objects.filter(number=2).delete()
    assert verify_chain() == ChainFault(number=2, reason="missing")


def test_a_rewritten_batch_no_longer_links_to_the_next():
    write_three_batches()
    AuditBatch.objects.filter(number=2).update(previous_hash="f" * 64)
    assert verify_chain() == ChainFault(number=2, reason="unlinked")


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record(actor="a", command="c", now=NOW, entries=[])
    assert AuditBatch.objects.count() == 0
