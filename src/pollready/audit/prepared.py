"""Rows made ready outside a transaction, so that the transaction itself is short.

They wait in temporary tables of this connection, which nobody else sees, for which nobody waits
and which end with it. Writing them is one statement a table.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import count, islice
from typing import Any

from django.db import connection, models

from pollready.audit.bulk import insert_rows
from pollready.audit.commands import Entry, append, canonical_entry
from pollready.audit.models import AuditBatch, AuditEntry

_AT_ONCE = 20_000
_OF_ENTRIES = ("ordinal", "object_type", "object_id", "before", "after")
_numbers = count(1)

Written = Callable[[int], None]  # told how many rows more are ready


def _ignore(rows: int) -> None:
    """Tell nobody."""


class PreparedRows:
    """New rows of one table, ready to be written by one statement."""

    def __init__(
        self,
        model: type[models.Model],
        fields: Sequence[str],
        rows: Iterable[Sequence[Any]],
        told: Written = _ignore,
    ) -> None:
        self._model = model
        quote = connection.ops.quote_name
        columns: list[Any] = [model._meta.get_field(name) for name in fields]
        self._columns = ", ".join(quote(column.column) for column in columns)
        self._table = f"prepared_{next(_numbers)}"
        self._lay()
        left = iter(rows)
        while part := list(islice(left, _AT_ONCE)):
            insert_rows(model, fields, part, into=self._table)
            told(len(part))

    def _lay(self) -> None:
        quote = connection.ops.quote_name
        source = quote(self._model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {quote(self._table)} AS "
                f"SELECT {self._columns} FROM {source} WHERE 1 = 0"
            )

    def write(self, also: str = "", value: int | None = None) -> None:
        """Write the rows; `also` is one more column that is `value` in all of them."""
        quote = connection.ops.quote_name
        into, given = quote(self._model._meta.db_table), [] if value is None else [value]
        named, said = (f"{quote(also)}, ", "%s, ") if also else ("", "")
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {into} ({named}{self._columns}) "
                f"SELECT {said}{self._columns} FROM {quote(self._table)}",
                given,
            )

    def write_part(self, start: int, number: int) -> None:
        """Write so many of the rows, from one on; where tables number their rows (SQLite)."""
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quote(self._model._meta.db_table)} ({self._columns}) "
                f"SELECT {self._columns} FROM {quote(self._table)} "
                "WHERE rowid > %s AND rowid <= %s",
                [start, start + number],
            )

    def drop(self) -> None:
        """Give the memory back."""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(self._table)}")


class PreparedEntries:
    """Entries of one batch of the log, with what is hashed of them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._canonical = b"".join(map(canonical_entry, entries))
        numbered = enumerate(entries)
        rows = ((n, e.object_type, e.object_id, e.before, e.after) for n, e in numbered)
        self._rows = PreparedRows(AuditEntry, _OF_ENTRIES, rows)

    def record(self, *, actor: str, command: str, now: datetime, reason: str) -> AuditBatch:
        """Append the batch to the log, inside the transaction of the command that it records."""
        return append(
            actor=actor,
            command=command,
            now=now,
            reason=reason,
            request_id="",
            canonical=self._canonical,
            insert=lambda batch: self._rows.write("batch_id", batch.pk),
        )

    def drop(self) -> None:
        """Give the memory back."""
        self._rows.drop()


def check_constraints_now() -> None:
    """Check what is checked at the end before others are kept waiting for the log."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
