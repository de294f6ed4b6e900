"""What an import is going to write, gathered first: planning reads, writing only writes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import models

from pollready.audit.bulk import insert_rows, update_values
from pollready.audit.keys import reserve_keys
from pollready.register.models import Claim

_AT_ONCE = 500

Model = type[models.Model]
Row = Sequence[Any]


@dataclass(slots=True)
class Insertion:
    """Rows for one table; the first column is the key where `keyed`."""

    model: Model
    fields: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Update:
    """New values of rows that stand: (values in the order of `fields`, key)."""

    model: Model
    fields: tuple[str, ...]
    rows: Sequence[tuple[Row, int]]


@dataclass(slots=True)
class Writes:
    """Everything that one import writes, in the order in which things name one another.

    New things get their keys at once, reserved in the database, so that what names them can be
    made before any of them is written. Updates and deletions come before insertions: a code that
    one station gives up may be another's.
    """

    insertions: dict[tuple[Model, tuple[str, ...]], Insertion] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)
    deletions: list[tuple[Model, list[int]]] = field(default_factory=list)
    closed_claims: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows are written, changed and taken out."""
        inserted = sum(len(each.rows) for each in self.insertions.values())
        changed = sum(len(each.rows) for each in self.updates)
        gone = sum(len(keys) for _, keys in self.deletions)
        return inserted + changed + gone + len(self.closed_claims)

    def insert_rows(self, model: Model, fields: Sequence[str], rows: Iterable[Row]) -> None:
        """Note rows of a table whose keys nobody needs."""
        key = model, tuple(fields)
        kept = self.insertions.setdefault(key, Insertion(model, tuple(fields)))
        kept.rows += rows

    def insert_things(self, model: Model, things: Sequence[Any]) -> None:
        """Note new instances and give each its key."""
        if not things:
            return
        columns: list[Any] = list(model._meta.concrete_fields)
        for thing, key in zip(things, reserve_keys(model, len(things)), strict=True):
            thing.pk = key
            thing._state.adding = False
        values = attrgetter(*(column.attname for column in columns))
        self.insert_rows(model, [column.name for column in columns], map(values, things))

    def update_things(self, model: Model, fields: Sequence[str], things: Sequence[Any]) -> None:
        """Note new values of instances that stand in the register."""
        if not things:
            return
        columns: list[Any] = [model._meta.get_field(name) for name in fields]
        names = [column.attname for column in columns]
        rows = [([getattr(each, name) for name in names], each.pk) for each in things]
        self.updates.append(Update(model, tuple(fields), rows))

    def delete(self, model: Model, keys: Sequence[int]) -> None:
        """Note rows that are taken out."""
        if keys:
            self.deletions.append((model, list(keys)))

    def rows_of(self, model: Model) -> Iterator[dict[str, Any]]:
        """Give the new rows of a table by the names of their fields."""
        for each in self.insertions.values():
            if each.model is model:
                for row in each.rows:
                    yield dict(zip(each.fields, row, strict=True))

    def write_changes(self, *, now: datetime) -> None:
        """Write what changes, closes and goes; the caller holds the transaction."""
        for update in self.updates:
            update_values(update.model, update.fields, update.rows)
        for model, keys in self.deletions:
            for part in _in_parts(keys):
                model._default_manager.filter(pk__in=part).delete()
        for part in _in_parts(self.closed_claims):
            Claim.objects.filter(pk__in=part).update(superseded_at=now)

    def write(self, *, now: datetime) -> None:
        """Write everything; the caller holds the transaction."""
        self.write_changes(now=now)
        for each in self.insertions.values():
            insert_rows(each.model, each.fields, each.rows)


def _in_parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
