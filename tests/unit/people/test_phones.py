"""Phones of people go on their day, out of the file too, and the log never had them."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pollready.audit.models import AuditBatch
from pollready.people.commands import erase_phones
from pollready.people.models import Person
from pollready.places.models import ElectionRound

PHONE = "09149876543"


@pytest.mark.django_db
def test_phones_whose_day_has_come_are_erased_and_others_stay():
    election_round = ElectionRound.objects.create(code="r", name="r")
    for name, day in (("due", 16), ("later", 17)):
        Person.objects.create(
            round=election_round,
            name=name,
            role="user",
            mobile=PHONE,
            mobile_purge_date=date(2028, 7, day),
        )
    now = datetime(2028, 7, 16, tzinfo=UTC)
    assert erase_phones(now=now) == 1
    assert dict(Person.objects.values_list("name", "mobile")) == {"due": "", "later": PHONE}
    batch = AuditBatch.objects.get()
    assert (batch.command, batch.entries.count()) == ("erase_phones", 1)
    assert PHONE not in str(list(batch.entries.values()))
    assert erase_phones(now=now) == 0


def test_an_erased_phone_is_nowhere_in_the_file(pollready, tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "stations.csv").write_text("code,name,county,kind\n1,A,Ahar,fixed\n")
    (tmp_path / "lists" / "people.csv").write_text(f"name,role,scope,mobile\nP,user,1,{PHONE}\n")
    assert pollready("assess", "lists", "--data", "data").returncode == 0
    register = tmp_path / "data" / "register.sqlite3"
    assert PHONE.encode() in files(register)
    with sqlite3.connect(register) as database:
        database.execute("UPDATE pollready_person SET mobile_purge_date = '2001-01-01'")
    database.close()
    (tmp_path / "other.csv").write_text("code,name,county,kind\n2,B,Ahar,fixed\n")
    assert pollready("assess", "other.csv", "--data", "data").returncode == 0
    assert PHONE.encode() not in files(register)


def files(register: Path) -> bytes:
    return b"".join(path.read_bytes() for path in register.parent.iterdir() if path.is_file())
