"""Writing very many rows at once, faster than by one model instance or one CASE each.

Here because the log, the lowest of the tables, is also the longest.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet

_AT_ONCE = 20_000


def insert_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert rows of a table whose keys nobody needs afterwards; gives their number.

    Values are Python values of the fields (a foreign key is its id). Constraints hold as always;
    model defaults do not apply, so every column without a database default must be given.
    """
    columns = _columns(model, fields)
    converters = _converters(columns)
    quoted = ", ".join(connection.ops.quote_name(column.column) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(['%s'] * len(columns))})"
    total = 0
    chunk: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for row in rows:
            chunk.append(_converted(converters, row))
            if len(chunk) >= _AT_ONCE:
                cursor.executemany(statement, chunk)
                total += len(chunk)
                chunk = []
        if chunk:
            cursor.executemany(statement, chunk)
    return total + len(chunk)


def insert_things(
    model: type[models.Model], things: Sequence[Any], key: Sequence[str], among: QuerySet[Any]
) -> None:
    """Insert new instances and give each its primary key, found again among `among` by `key`.

    Like `bulk_create`, without its limit of 999 parameters a statement on SQLite.
    """
    if not things:
        return
    columns: list[Any] = [each for each in model._meta.concrete_fields if not each.primary_key]
    names = [column.name for column in columns]
    values = attrgetter(*(column.attname for column in columns))
    insert_rows(model, names, map(values, things))
    found = {tuple(row[1:]): row[0] for row in among.values_list("pk", *key)}
    for each in things:
        each.pk = found[tuple(getattr(each, name) for name in key)]
        each._state.adding, each._state.db = False, among.db


def update_rows(
    model: type[models.Model], fields: Sequence[str], things: Sequence[models.Model]
) -> None:
    """Write the named fields of saved instances: one prepared statement, one run a row."""
    if not things:
        return
    columns = _columns(model, fields)
    converters = _converters(columns)
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {assignments} WHERE id = %s",
            [
                (*_converted(converters, [getattr(t, c.attname) for c in columns]), t.pk)
                for t in things
            ],
        )


def _columns(model: type[models.Model], fields: Sequence[str]) -> list[Any]:
    # Any: the stubs do not tell a table's own columns from other tables' relations to it.
    return [model._meta.get_field(name) for name in fields]


def _converted(converters: Sequence[tuple[int, Any]], values: Sequence[Any]) -> tuple[Any, ...]:
    changed = list(values)
    for index, convert in converters:
        if changed[index] is not None:
            changed[index] = convert(changed[index])
    return tuple(changed)


def _converters(columns: Sequence[Any]) -> list[tuple[int, Any]]:
    """Give the columns whose values the database does not take as they are, and what does it."""
    found = [(index, _converter(column)) for index, column in enumerate(columns)]
    return [(index, convert) for index, convert in found if convert is not None]


def _converter(field: Any) -> Any:
    """Give what turns a value into what the database takes; None where it takes it as it is."""
    operations = connection.ops
    if isinstance(field, models.DateTimeField):  # one import writes one moment 60,000 times
        return lru_cache(maxsize=4096)(operations.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return lru_cache(maxsize=4096)(operations.adapt_datefield_value)
    if isinstance(field, models.TimeField):
        return operations.adapt_timefield_value
    if isinstance(field, models.JSONField):
        return lambda value: operations.adapt_json_value(value, field.encoder)
    if isinstance(field, models.UUIDField):
        return lambda value: field.get_db_prep_value(value, connection)
    return None
