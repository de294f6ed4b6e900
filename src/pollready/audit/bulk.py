"""Writing very many rows at once, faster than by one model instance or one CASE each.

Here because the log, the lowest of the tables, is also the longest.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection, models

# Of one statement. Seventy rows of claims cost half of what they cost one by one: SQLite begins
# and ends a statement, and writes down the last key given, once for all of them.
_PARAMETERS = 999


def insert_rows(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    into: str = "",
) -> int:
    """Insert rows of a table whose keys nobody needs afterwards; gives their number.

    `into` names another table with those columns. Values are Python values of the fields (a
    foreign key is its id). Constraints hold as always; model defaults do not apply, so every
    column without a database default must be given.
    """
    table = into or model._meta.db_table
    columns = _columns(model, fields)
    converters = _converters(columns)
    values = [_converted(converters, row) for row in rows]
    at_once = max(1, _PARAMETERS // len(columns))
    whole = len(values) - len(values) % at_once
    full = [
        list(chain.from_iterable(values[start : start + at_once]))
        for start in range(0, whole, at_once)
    ]
    rest = list(chain.from_iterable(values[whole:]))
    with connection.cursor() as cursor:
        if full:
            cursor.executemany(_insertion(table, columns, at_once), full)
        if rest:
            cursor.execute(_insertion(table, columns, len(values) - whole), rest)
    return len(values)


def _insertion(table: str, columns: Sequence[Any], rows: int) -> str:
    """Write the statement that inserts so many rows."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(column.column) for column in columns)
    row = f"({', '.join(['%s'] * len(columns))})"
    return f"INSERT INTO {quote(table)} ({names}) VALUES {', '.join([row] * rows)}"


def update_rows(
    model: type[models.Model], fields: Sequence[str], things: Sequence[models.Model]
) -> None:
    """Write the named fields of saved instances."""
    names = [column.attname for column in _columns(model, fields)]
    update_values(model, fields, [([getattr(t, name) for name in names], t.pk) for t in things])


def update_values(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple[Sequence[Any], int]]
) -> None:
    """Write new values of rows by their keys: one prepared statement, one run a row."""
    columns = _columns(model, fields)
    converters = _converters(columns)
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    table = quote(model._meta.db_table)
    values = [(*_converted(converters, row), key) for row, key in rows]
    if not values:
        return
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assignments} WHERE id = %s", values)


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
