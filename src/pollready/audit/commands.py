"""Writing to the log: every command that changes the register records here what it changed."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from pollready.audit.bulk import insert_rows
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.past import mark
from pollready.audit.seal import seal, write_seal

FIRST_HASH = "0" * 64
_WRITTEN = ("batch", "ordinal", "object_type", "object_id", "before", "after")
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One object before and after a command; None before is a creation."""

    object_type: str
    object_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def batch_hash(
    *,
    previous_hash: str,
    number: int,
    at: datetime,
    actor: str,
    command: str,
    reason: str,
    request_id: str,
    entries: Iterable[Entry],
) -> str:
    """Hash a batch with the one before it, over a canonical form (sorted keys, UTF-8)."""
    head = [number, at, actor, command, reason, request_id]
    return _digest(head, previous_hash, b"".join(map(canonical_entry, entries)))


def canonical_entry(entry: Entry) -> bytes:
    """Give the form of an entry that is hashed."""
    return _canonical([entry.object_type, entry.object_id, entry.before, entry.after])


def _digest(head: list[Any], previous_hash: str, canonical: bytes) -> str:
    digest = hashlib.sha256(previous_hash.encode())
    number, at, *rest = head
    digest.update(_canonical([number, at.astimezone(UTC).isoformat(), *rest]))
    digest.update(canonical)
    return digest.hexdigest()


def record(
    *,
    actor: str,
    command: str,
    now: datetime,
    entries: Iterable[Entry],
    reason: str = "",
    request_id: str = "",
) -> AuditBatch:
    """Append one batch to the log, inside the transaction of the command that it records.

    Raises `django.db.transaction.TransactionManagementError` outside a transaction: a write
    and its record stand or fall together.
    """
    rows = list(entries)
    canonical = b"".join(map(canonical_entry, rows))

    def insert(batch: AuditBatch) -> None:
        numbered = enumerate(rows)
        insert_rows(
            AuditEntry,
            _WRITTEN,
            ((batch.pk, n, r.object_type, r.object_id, r.before, r.after) for n, r in numbered),
        )

    return append(
        actor=actor,
        command=command,
        now=now,
        reason=reason,
        request_id=request_id,
        canonical=canonical,
        insert=insert,
    )


def append(
    *,
    actor: str,
    command: str,
    now: datetime,
    reason: str,
    request_id: str,
    canonical: bytes,
    insert: Callable[[AuditBatch], None],
) -> AuditBatch:
    """Append a batch whose entries `insert` writes; `canonical` is what is hashed of them."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record needs the command's transaction")
    wait_for_other_writers()
    last = AuditBatch.objects.order_by("-number").first()
    number = last.number + 1 if last else 1
    previous_hash = last.hash if last else FIRST_HASH
    batch = AuditBatch.objects.create(
        number=number,
        at=now,
        actor=actor,
        command=command,
        reason=reason,
        request_id=request_id,
        previous_hash=previous_hash,
        hash=_digest([number, now, actor, command, reason, request_id], previous_hash, canonical),
    )
    insert(batch)
    mark(number)
    transaction.on_commit(
        partial(seal, number=number, batch_hash=batch.hash, previous_hash=previous_hash),
        robust=True,  # what is written stands; a seal that could not be written shows by itself
    )
    return batch


@transaction.atomic
def accept_log(*, actor: str, reason: str, now: datetime) -> AuditBatch:
    """Take the log as it stands for the true one, after a backup or a new secret; say why.

    The acceptance is itself a batch of the log, and the seal is made anew over it.
    """
    batch = record(actor=actor, command="accept_log", now=now, entries=[], reason=reason)
    transaction.on_commit(partial(write_seal, batch.number, batch.hash))
    return batch


def wait_for_other_writers() -> None:
    """Let one transaction at a time take the next number; SQLite has but one writer anyway.

    Locking the last row would not do: who waits for it sees it again, not the one after it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(AuditBatch._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def _canonical(value: object) -> bytes:
    return _ENCODER.encode(value).encode()
