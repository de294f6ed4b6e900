"""Emptying the register after a test that committed: tables, and what only grows or stays."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.test import TransactionTestCase

# Migrations that lay triggers over what only grows, or stays as it is.
LAY_TRIGGERS = ("0002_audit_log_only_grows", "0029_meetings_and_their_minutes")


def triggers() -> list[tuple[str, str]]:
    """Give the triggers of the audit log and of frozen minutes, as (lay, take away)."""
    modules = [import_module(f"pollready.migrations.{name}") for name in LAY_TRIGGERS]
    return [pair for module in modules for pair in module.TRIGGERS[connection.vendor]]


_empty_all_tables = TransactionTestCase._fixture_teardown


def empty_all_tables_and_the_log(self: TransactionTestCase) -> None:
    """Empty the tables after a test that committed; the log lets nobody empty it otherwise."""
    run(take for _, take in reversed(triggers()))
    try:
        once_it_is_free(lambda: _empty_all_tables(self))
    finally:  # or every test that follows would find no triggers to take away
        run(lay for lay, _ in triggers())


def run(statements: Iterable[str]) -> None:
    """Run statements as whoever owns the database could."""
    with connection.cursor() as cursor:
        for statement in statements:
            once_it_is_free(partial(cursor.execute, statement))


def once_it_is_free(do: Callable[[], object]) -> None:
    """Do something to the tables; an answer that a closed page had asked for may still read them.

    Connections to one database in memory do not wait for each other by themselves.
    """
    for _ in range(100):
        try:
            do()
        except (OperationalError, CommandError) as error:
            # Who empties the tables says only that it failed, and why in the error before.
            if "locked" not in f"{error} {error.__cause__}":
                raise
            time.sleep(0.1)
        else:
            return
    do()
