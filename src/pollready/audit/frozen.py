"""Tables whose rows stand as they were written: the database itself refuses to change them."""

from django.apps import apps
from django.db import connection

# Reports as they were handed out, packages as they came, what counties were given and signed.
FROZEN = ("KeptReport", "KeptFile", "Package", "ReviewPack", "ReviewSignOff")


def unfreeze(**_: object) -> None:
    """Take the triggers off before tables change their columns."""
    with connection.cursor() as cursor:
        for table in _tables():
            on = f" ON {_name(table)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {_name(f'frozen_{table}')}{on}")


def freeze(**_: object) -> None:
    """Refuse every change of these rows from now on: after migrations."""
    unfreeze()
    with connection.cursor() as cursor:
        for table in _tables():
            for statement in _statements(table):
                cursor.execute(statement)


def _tables() -> list[str]:
    there = set(connection.introspection.table_names())
    tables = [apps.get_model("pollready", name)._meta.db_table for name in FROZEN]
    return [table for table in tables if table in there]


def _name(name: str) -> str:
    return connection.ops.quote_name(name)


def _statements(table: str) -> list[str]:
    trigger, on = _name(f"frozen_{table}"), _name(table)
    if connection.vendor == "sqlite":
        return [
            f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {on} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$stop$ BEGIN RAISE EXCEPTION '{table} is frozen' USING ERRCODE = '23001'; END $stop$",
        f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {on} FOR EACH ROW EXECUTE FUNCTION {trigger}()",
    ]
