"""The database itself refuses to change or remove what the audit log holds.

Whoever owns the tables can take these triggers away; the chain of hashes then shows what he
changed. They keep everybody else out, and every mistake of the program itself.
"""

from django.db import migrations

BATCH, ENTRY = "pollready_auditbatch", "pollready_auditentry"
REFUSAL = "the audit log only grows"

SQLITE = [
    (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"DROP TRIGGER {table}_no_{event.lower()}",
    )
    for table in (BATCH, ENTRY)
    for event in ("UPDATE", "DELETE")
] + [
    (
        f"CREATE TRIGGER {BATCH}_next BEFORE INSERT ON {BATCH} "
        f"WHEN NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM {BATCH}) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        f"DROP TRIGGER {BATCH}_next",
    )
]

POSTGRESQL = [
    (
        "CREATE FUNCTION pollready_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$",
        "DROP FUNCTION pollready_audit_only_grows()",
    ),
    (
        "CREATE FUNCTION pollready_audit_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM {BATCH}) THEN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$",
        "DROP FUNCTION pollready_audit_next()",
    ),
    (
        f"CREATE TRIGGER {BATCH}_next BEFORE INSERT ON {BATCH} "
        "FOR EACH ROW EXECUTE FUNCTION pollready_audit_next()",
        f"DROP TRIGGER {BATCH}_next ON {BATCH}",
    ),
] + [
    (
        f"CREATE TRIGGER {table}_no_{word} BEFORE {events} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION pollready_audit_only_grows()",
        f"DROP TRIGGER {table}_no_{word} ON {table}",
    )
    for table in (BATCH, ENTRY)
    for word, events, each in (
        ("change", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    )
]

TRIGGERS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def lay_triggers(apps, schema_editor):
    """Lay the triggers of this database."""
    for lay, _ in TRIGGERS[schema_editor.connection.vendor]:
        schema_editor.execute(lay)


def take_triggers(apps, schema_editor):
    """Take them away again."""
    for _, take in reversed(TRIGGERS[schema_editor.connection.vendor]):
        schema_editor.execute(take)


class Migration(migrations.Migration):
    """A later migration that rebuilds these tables on SQLite must lay the triggers again."""

    dependencies = [("pollready", "0001_first_register")]

    operations = [migrations.RunPython(lay_triggers, take_triggers)]
