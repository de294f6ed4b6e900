"""Keys of rows that are not written yet, set aside so that nobody else is given them."""

from collections.abc import Sequence

from django.db import connection, models, transaction


def reserve_keys(model: type[models.Model], number: int) -> Sequence[int]:
    """Set aside so many keys of a table; what is not used of them is lost, and harmless."""
    if number <= 0:
        return ()
    table, column = model._meta.db_table, str(model._meta.pk.column)
    if connection.vendor == "postgresql":
        return _from_sequence(table, column, number)
    return _from_counter(table, column, number)


def _from_sequence(table: str, column: str, number: int) -> Sequence[int]:
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [quoted, column, number],
        )
        return [row[0] for row in cursor.fetchall()]


def _from_counter(table: str, column: str, number: int) -> Sequence[int]:
    """Move on SQLite's counter of the table (AUTOINCREMENT keeps one, and never goes back)."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        counted = cursor.fetchone()
        cursor.execute(f"SELECT max({quote(column)}) FROM {quote(table)}")
        last = max(counted[0] if counted else 0, cursor.fetchone()[0] or 0)
        if counted:
            statement = "UPDATE sqlite_sequence SET seq = %s WHERE name = %s"
        else:
            statement = "INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)"
        cursor.execute(statement, [last + number, table])
    return range(last + 1, last + 1 + number)
