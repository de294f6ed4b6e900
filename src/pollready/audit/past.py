"""The rows of the register as they once were: what has no time of record of its own.

Claims say when they were recorded and when they ended. Stations, components, requirements,
duties and the like say only how they are now; of these the database itself keeps every earlier
row, written by triggers, so that no way of writing goes past it. Each is marked with the number
of the batch of the log that changed it.

`as_at(batch)` lets everything that is read see these tables as they were after that batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType

from django.apps import apps
from django.db import connection, transaction

from pollready.audit.models import AuditBatch

# The tables whose rows have no time of record. `tests/unit/audit/test_past.py` compares them
# with what an assessment reads.
KEPT = (
    "ElectionRound", "Place", "Agency", "ServicePoint", "Listing", "Stop", "Source", "Component",
    "ComponentGroup", "GroupMember", "Requirement", "ServiceProfile", "ResourceLot", "Person",
    "Duty", "DutyProof", "Incident", "User",
)  # fmt: skip
# What is to be forgotten is not kept here either: of a column left out nothing is ever known.
LEFT_OUT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Person": frozenset({"mobile"}),
        "Agency": frozenset({"phone_24h"}),
        "User": frozenset(
            {"password", "last_login", "is_superuser", "is_staff", "email", "date_joined"}
        ),
    }
)
_BEGAN = "past_began"
_KINDS = ("insert", "update", "delete")


class PastNotKept(Exception):
    """The register is asked for as of a moment before it began to keep its past."""

    code = "audit.past-not-kept"

    def __init__(self, since: datetime | None) -> None:
        self.fields: dict[str, object] = {"since": since}
        super().__init__(f"kept since {since}")


def batch_at(moment: datetime) -> int:
    """Give the number of the last batch by that moment; 0 where the log begins later.

    Everything from the first later batch on came after it, whatever clocks say.
    """
    later = AuditBatch.objects.filter(at__gt=moment).order_by("number")
    first: int | None = later.values_list("number", flat=True).first()
    return _last_batch() if first is None else first - 1


def kept_since() -> int:
    """Give the number of the batch after which the past is kept; 0 from the beginning."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT batch FROM {_name(_BEGAN)}")
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def check_is_kept(batch: int) -> None:
    """Raise `PastNotKept` where rows as of a batch are no longer known."""
    since = kept_since()
    if batch < since:
        began = AuditBatch.objects.filter(number=since).values_list("at", flat=True).first()
        raise PastNotKept(began)


@contextmanager
def as_at(batch: int) -> Iterator[None]:
    """Let every query of this connection see the kept tables as they were after a batch.

    Tables of this connection alone stand before the register's own meanwhile: nothing may be
    written inside. Raises `PastNotKept`.
    """
    check_is_kept(batch)
    with _one_view():
        made: list[str] = []
        try:
            for model, table, columns in _tables():
                _stand_before(model, table, columns, batch)
                made.append(table)
            yield
        finally:
            if not connection.needs_rollback:  # else they go with the transaction
                with connection.cursor() as cursor:
                    for table in made:
                        cursor.execute(f"DROP TABLE {_own()}.{_name(table)}")


@contextmanager
def _one_view() -> Iterator[None]:
    """Read in one transaction where that keeps nobody from writing."""
    if connection.vendor == "sqlite":
        yield
        return
    with transaction.atomic():
        yield


def mark(number: int) -> None:
    """Write the batch's number beside every row that it changed.

    Runs at the end of a command's transaction: what has no number yet is its own.
    """
    tables = [_past(table) for _, table, _ in _tables()]
    asked = " UNION ALL ".join(
        f"SELECT {place} WHERE EXISTS (SELECT 1 FROM {_name(past)} WHERE past_batch IS NULL)"
        for place, past in enumerate(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        for (place,) in cursor.fetchall():
            past = _name(tables[place])
            cursor.execute(f"UPDATE {past} SET past_batch = %s WHERE past_batch IS NULL", [number])


def stop_keeping(**_: object) -> None:
    """Take the triggers off before tables change their columns."""
    if not _has_table(_BEGAN):
        return
    with connection.cursor() as cursor:
        for _model, table, _columns in _tables():
            if not _has_table(table):
                continue
            for kind in _KINDS:
                name = _name(f"past_{kind}_{table}")
                on = f" ON {_name(table)}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def keep_past(**_: object) -> None:
    """Have the database keep earlier rows from now on: after migrations, and after a flush."""
    if not all(_has_table(table) for _, table, _ in _tables()):
        return  # on the way to an earlier migration
    stop_keeping()
    with transaction.atomic(), connection.cursor() as cursor:
        is_new = not _has_table(_BEGAN)
        if is_new:
            cursor.execute(f"CREATE TABLE {_name(_BEGAN)} (batch bigint NOT NULL)")
        log_is_empty = not AuditBatch.objects.exists()
        for _model, table, columns in _tables():
            _make_past_table(table, columns)
            if log_is_empty:
                cursor.execute(f"DELETE FROM {_name(_past(table))}")
            for statement in _triggers(table, columns):
                cursor.execute(statement)
        if is_new or log_is_empty:
            last = _last_batch()
            cursor.execute(f"DELETE FROM {_name(_BEGAN)}")
            cursor.execute(f"INSERT INTO {_name(_BEGAN)} (batch) VALUES (%s)", [last])


def _last_batch() -> int:
    """Give the number of the newest batch; 0 where there is none."""
    last = AuditBatch.objects.order_by("-number").values_list("number", flat=True).first()
    return last or 0


def _tables() -> list[tuple[str, str, list[str]]]:
    """Give every kept model with its table and the columns that are kept."""
    found = []
    for name in KEPT:
        meta = apps.get_model("pollready", name)._meta
        left_out = LEFT_OUT.get(name, frozenset())
        columns = [
            str(field.column) for field in meta.concrete_fields if field.name not in left_out
        ]
        found.append((name, meta.db_table, columns))
    return found


def _name(name: str) -> str:
    return connection.ops.quote_name(name)


def _past(table: str) -> str:
    return f"past_{table}"


def _own() -> str:
    """Name the place of tables that only this connection sees."""
    return "temp" if connection.vendor == "sqlite" else "pg_temp"


def _shared() -> str:
    """Name the place of the register's own tables."""
    if connection.vendor == "sqlite":
        return "main"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return _name(str(cursor.fetchone()[0]))


def _has_table(table: str) -> bool:
    return table in connection.introspection.table_names()


def _stand_before(model: str, table: str, columns: Sequence[str], batch: int) -> None:
    """Make the table as it was after the batch, for this connection, before the register's own."""
    shared = _shared()
    now, past = f"{shared}.{_name(table)}", f"{shared}.{_name(_past(table))}"
    meta = apps.get_model("pollready", model)._meta
    kept = set(columns)
    every = [str(field.column) for field in meta.concrete_fields]

    def listed(of: str) -> str:
        return ", ".join(
            f"{of}.{_name(c)}" if c in kept else f"{_blank(now, c)} AS {_name(c)}" for c in every
        )

    later = "(past_batch > %s OR past_batch IS NULL)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_name(table)} AS "
            f"SELECT {listed('n')} FROM {now} n WHERE NOT EXISTS "
            f"(SELECT 1 FROM {past} p WHERE p.id = n.id AND {later}) "
            f"UNION ALL SELECT {listed('p')} FROM {past} p WHERE p.past_existed AND p.past_id IN "
            f"(SELECT min(past_id) FROM {past} WHERE {later} GROUP BY id)",
            [batch, batch],
        )
        if connection.vendor == "sqlite":
            index = f"temp.{_name(f'as_at_{table}')}"
        else:
            index = _name(f"as_at_{table}")
        cursor.execute(f"CREATE UNIQUE INDEX {index} ON {_name(table)} (id)")


def _blank(table: str, column: str) -> str:
    """Give nothing, of the type of the column that is left out."""
    if connection.vendor == "sqlite":
        return "''"
    return f"(SELECT {_name(column)} FROM {table} WHERE false)"


def _make_past_table(table: str, columns: Sequence[str]) -> None:
    """Make the table of earlier rows, or give it the columns that a migration has added."""
    past = _past(table)
    with connection.cursor() as cursor:
        types = _types(table)
        if not _has_table(past):
            key = (
                "integer PRIMARY KEY AUTOINCREMENT"
                if connection.vendor == "sqlite"
                else "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
            )
            listed = ", ".join(f"{_name(c)} {types[c]}" for c in columns)
            cursor.execute(
                f"CREATE TABLE {_name(past)} (past_id {key}, past_batch bigint, "
                f"past_existed boolean NOT NULL, {listed})"
            )
            cursor.execute(f"CREATE INDEX {_name(f'{past}_of')} ON {_name(past)} (id, past_batch)")
            cursor.execute(
                f"CREATE INDEX {_name(f'{past}_open')} ON {_name(past)} (past_id) "
                "WHERE past_batch IS NULL"
            )
            return
        known = set(_types(past))
        for column in columns:
            if column not in known:
                cursor.execute(
                    f"ALTER TABLE {_name(past)} ADD COLUMN {_name(column)} {types[column]}"
                )


def _types(table: str) -> dict[str, str]:
    """Give the database's own type of each column."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA table_info({_name(table)})")
            return {row[1]: row[2] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [_name(table)],
        )
        return dict(cursor.fetchall())


def _triggers(table: str, columns: Sequence[str]) -> list[str]:
    """Write what keeps a row: before it is there nothing, else the row as it was."""
    if connection.vendor == "sqlite":
        return _sqlite_triggers(table, columns)
    return _postgresql_triggers(table, columns)


def _sqlite_triggers(table: str, columns: Sequence[str]) -> list[str]:
    past, on = _name(_past(table)), _name(table)
    names = ", ".join(map(_name, columns))
    old = ", ".join(f"OLD.{_name(c)}" for c in columns)
    keep = f"INSERT INTO {past} (past_existed, {names}) VALUES (1, {old});"
    differs = " OR ".join(f"OLD.{_name(c)} IS NOT NEW.{_name(c)}" for c in columns)
    bodies = {
        "insert": ("", f"INSERT INTO {past} (past_existed, id) VALUES (0, NEW.id);"),
        "update": (f"WHEN {differs} ", keep),
        "delete": ("", keep),
    }
    return [
        f"CREATE TRIGGER {_name(f'past_{kind}_{table}')} AFTER {kind.upper()} ON {on} "
        f"FOR EACH ROW {when}BEGIN {body} END"
        for kind, (when, body) in bodies.items()
    ]


def _postgresql_triggers(table: str, columns: Sequence[str]) -> list[str]:
    past, on = _name(_past(table)), _name(table)
    names = ", ".join(map(_name, columns))
    old = ", ".join(f"o.{_name(c)}" for c in columns)
    new = ", ".join(f"n.{_name(c)}" for c in columns)
    keep = f"INSERT INTO {past} (past_existed, {names}) SELECT true, {old} FROM old_rows o"
    bodies = {
        "insert": (
            "NEW TABLE AS new_rows",
            f"INSERT INTO {past} (past_existed, id) SELECT false, id FROM new_rows",
        ),
        "update": (
            "OLD TABLE AS old_rows NEW TABLE AS new_rows",
            f"{keep} JOIN new_rows n ON n.id = o.id WHERE ROW({old}) IS DISTINCT FROM ROW({new})",
        ),
        "delete": ("OLD TABLE AS old_rows", keep),
    }
    statements = []
    for kind, (rows, body) in bodies.items():
        name = _name(f"past_{kind}_{table}")
        statements.append(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$keep$ BEGIN {body}; RETURN NULL; END $keep$"
        )
        statements.append(
            f"CREATE TRIGGER {name} AFTER {kind.upper()} ON {on} REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    return statements
