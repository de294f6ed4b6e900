"""Emptying the register after a test: what still reads it is waited for."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from pollready.places.models import Agency
from tests.emptying import once_it_is_free

READS_FOR_S = 1.0


def read_slowly(name: str, begun: threading.Event) -> None:
    """Read a table as an answer does that outlives its page: not to its end for a while."""
    with closing(sqlite3.connect(name, uri=True)) as other:
        rows = other.execute("SELECT code FROM pollready_agency")
        rows.fetchone()
        begun.set()
        time.sleep(READS_FOR_S)
        rows.fetchall()


def empty() -> None:
    call_command("flush", verbosity=0, interactive=False)


@pytest.mark.django_db(transaction=True)
def test_tables_that_are_still_read_are_emptied_once_they_are_free():
    if connection.vendor != "sqlite":
        pytest.skip("connections to PostgreSQL wait for each other by themselves")
    Agency.objects.bulk_create(Agency(code=code, name=code) for code in "ABC")
    begun = threading.Event()
    name = str(connection.settings_dict["NAME"])
    reader = threading.Thread(target=read_slowly, args=(name, begun))
    reader.start()
    assert begun.wait(5)
    with pytest.raises(CommandError):  # and not an error of the database
        empty()
    once_it_is_free(empty)
    reader.join()
    assert not Agency.objects.exists()
