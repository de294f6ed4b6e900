"""Files attached to claims: told by what they hold, kept apart, handed out to who may have them."""

import stat
import struct
import zipfile
import zlib
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.db import transaction

from pollready.audit.models import AuditBatch
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Place
from pollready.register.corrections.attaching import (
    EvidenceChanged,
    attach,
    path_of,
    shown_name,
    take_out,
)
from pollready.register.corrections.claiming import Statement
from pollready.register.corrections.commands import claim
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.filetypes import type_of, without_traces
from pollready.register.corrections.models import Evidence
from pollready.register.corrections.subjects import About, OutOfReach
from pollready.register.corrections.undoing import undo
from pollready.register.corrections.withdrawing import withdraw

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
PLACE = b"Exif\x00\x00 GPS 38.07 46.29"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


PHOTO = b"\xff\xd8" + segment(0xE1, PLACE) + segment(0xDB, b"table") + b"\xff\xda\x00\x02x\xff\xd9"


def part(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


PNG = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", b"1" * 13) + part(b"eXIf", PLACE) + part(b"IEND", b"")


def workbook(*more: str) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", *more):
            archive.writestr(name, "x")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "mime"),
    [
        (b"%PDF-1.7 x", "letter.exe", "application/pdf"),
        (PNG, "x", "image/png"),
        (PHOTO, "x", "image/jpeg"),
        ("کد,نام\n1,الف\n".encode(), "list.csv", "text/csv"),
        ("آزمون انجام شد".encode(), "note", "text/plain"),
        (b"<html><script>alert(1)</script>", "page.txt", None),
        (b"#!/bin/sh\nrm", "run.txt", None),
        (b"MZ\x90\x00", "letter.pdf", None),
        (b"GIF89a\x01\x00", "x.png", None),
        (b"PK\x03\x04 nothing", "x.xlsx", None),
    ],
)
def test_a_file_is_what_it_holds_whatever_its_name(content, name, mime):
    assert type_of(content, name) == mime


def test_a_workbook_with_macros_is_not_taken():
    assert type_of(workbook(), "x.xlsx").endswith("sheet")
    assert type_of(workbook("xl/vbaProject.bin"), "x.xlsx") is None


@pytest.mark.parametrize(("content", "mime"), [(PHOTO, "image/jpeg"), (PNG, "image/png")])
def test_a_picture_is_kept_without_where_it_was_taken(content, mime):
    assert PLACE in content
    kept = without_traces(content, mime)
    assert PLACE not in kept
    assert type_of(kept, "") == mime


@pytest.mark.parametrize("content", [PHOTO[:20], b"\xff\xd8\xffabc", PNG[:40]])
def test_a_picture_that_breaks_off_is_refused(content):
    with pytest.raises(ValueError, match=r"not a|no |a "):
        without_traces(content, "image/jpeg" if content[:1] == b"\xff" else "image/png")


def test_a_name_keeps_no_folder_and_gets_the_ending_of_what_it_is():
    assert shown_name("../../etc/passwd", "text/plain") == "passwd.txt"
    assert shown_name("C:\\x\\نامه\u202e.exe", "application/pdf") == "نامه.pdf"


@pytest.fixture
def secretary(db, settings, tmp_path) -> User:
    settings.POLLREADY_DATA = tmp_path
    return User.objects.create(username="secretary", role=Role.SECRETARY)


@pytest.fixture
def made(register, secretary):
    about = About.of(register.listings[0])
    said = Statement("battery_h", "6", date(2028, 6, 19))
    return claim(about=about, said=said, by=secretary, now=NOW)


def test_a_file_is_kept_for_its_owner_alone_and_comes_back_as_it_was(made, secretary):
    kept = attach(claim_id=made.pk, name="عکس.jpg", content=PHOTO, by=secretary, now=NOW)
    path = path_of(kept.stored_name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert kept.was_cleaned
    evidence, content = take_out(evidence_id=kept.pk, by=secretary, now=NOW)
    assert (evidence.pk, content) == (kept.pk, without_traces(PHOTO, "image/jpeg"))


def test_taking_out_a_classified_file_is_recorded_and_a_normal_one_is_not(made, secretary):
    kept = attach(
        claim_id=made.pk, name="x.pdf", content=b"%PDF-1.7 x", classification=1,
        by=secretary, now=NOW,
    )  # fmt: skip
    open_one = attach(claim_id=made.pk, name="x.pdf", content=b"%PDF-1.7 x", by=secretary, now=NOW)
    before = AuditBatch.objects.count()
    take_out(evidence_id=open_one.pk, by=secretary, now=NOW)
    assert AuditBatch.objects.count() == before
    take_out(evidence_id=kept.pk, by=secretary, now=NOW)
    assert AuditBatch.objects.last().command == "take_out_evidence"


def test_a_file_above_the_class_or_outside_the_scope_is_not_found(made, secretary):
    kept = attach(
        claim_id=made.pk, name="x.pdf", content=b"%PDF-1.7 x", classification=1,
        by=secretary, now=NOW,
    )  # fmt: skip
    low = User.objects.create(username="low", role=Role.SECRETARY, clearance=0)
    away = User.objects.create(username="away", role=Role.GOVERNOR)
    away.places.add(Place.objects.get(code="04"))
    for user in (low, away):
        with pytest.raises(OutOfReach):
            take_out(evidence_id=kept.pk, by=user, now=NOW)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b" ", "file-empty"), (b"MZ\x90\x00", "file-not-taken"), (b"x" * 1_100_000, "file-too-large")],
)
def test_a_file_that_is_not_taken_leaves_nothing_behind(made, secretary, settings, content, code):
    settings.POLLREADY_EVIDENCE_MAX_MB = 1
    with pytest.raises(CorrectionRefused) as refused:
        attach(claim_id=made.pk, name="x", content=content, by=secretary, now=NOW)
    assert refused.value.code == f"correct.{code}"
    assert not Evidence.objects.exists()
    assert not list(settings.POLLREADY_DATA.glob("evidence/*"))


def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(made, secretary):
    kept = attach(claim_id=made.pk, name="x.pdf", content=b"%PDF-1.7 x", by=secretary, now=NOW)
    path_of(kept.stored_name).write_bytes(b"%PDF-1.7 y")
    with pytest.raises(EvidenceChanged):
        take_out(evidence_id=kept.pk, by=secretary, now=NOW)


def attached(about, name, by, classification=None):
    said = Statement("battery_h", "6", date(2028, 6, 19))
    made = claim(about=about, said=said, by=by, now=NOW)
    content = b"%PDF-1.7 " + name.encode()
    return attach(
        claim_id=made.pk, name=name, content=content, classification=classification, by=by, now=NOW
    )


@pytest.fixture
def station(register, settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    return About.of(register.listings[0])


@pytest.fixture
def keeper(db):
    return User.objects.create(username="keeper", role=Role.SECRETARY)


@pytest.fixture
def visitor(register):
    user = User.objects.create(username="visitor", role=Role.TECHNICIAN)
    user.places.add(register.listings[0].point.place)
    return user


def test_withdrawn_evidence_is_handed_out_no_more_and_stays_in_the_history(station, visitor):
    file = attached(station, "letter.pdf", visitor)
    with pytest.raises(CorrectionRefused, match="reason-missing"):
        withdraw(evidence_id=file.pk, reason=" ", by=visitor, now=NOW)
    withdraw(evidence_id=file.pk, reason="of another station", by=visitor, now=NOW)
    with pytest.raises(OutOfReach):
        take_out(evidence_id=file.pk, by=visitor, now=NOW)
    batch = AuditBatch.objects.latest("number")
    assert (batch.command, batch.reason) == ("withdraw_evidence", "of another station")
    entry = batch.entries.get()
    assert (entry.before["withdrawn"], entry.after["withdrawn"]) == (False, True)
    assert entry.after["sha256"] == file.sha256
    assert path_of(file.stored_name).exists()  # an open file is kept


def test_a_withdrawal_of_an_open_file_is_undone(station, visitor):
    file = attached(station, "letter.pdf", visitor)
    withdraw(evidence_id=file.pk, reason="x", by=visitor, now=NOW)
    undo(number=AuditBatch.objects.latest("number").number, by=visitor, now=NOW)
    assert take_out(evidence_id=file.pk, by=visitor, now=NOW)[1] == b"%PDF-1.7 letter.pdf"


def test_a_classified_file_is_erased_and_that_is_said(
    station, keeper, django_capture_on_commit_callbacks
):
    file = attached(station, "plan.pdf", keeper, classification=1)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(evidence_id=file.pk, reason="too much in it", by=keeper, now=NOW)
    assert not path_of(file.stored_name).exists()
    assert Evidence.objects.get(pk=file.pk).is_erased
    with pytest.raises(CorrectionRefused, match="evidence-erased"):
        undo(number=AuditBatch.objects.latest("number").number, by=keeper, now=NOW)


def test_a_withdrawal_that_fails_erases_nothing(station, keeper):
    """The file goes only once the record of it stands."""
    file = attached(station, "plan.pdf", keeper, classification=1)
    with pytest.raises(RuntimeError), transaction.atomic():
        withdraw(evidence_id=file.pk, reason="x", by=keeper, now=NOW)
        raise RuntimeError
    assert path_of(file.stored_name).exists()
    assert Evidence.objects.get(pk=file.pk).withdrawn_at is None


def test_only_who_attached_it_or_a_secretary_withdraws(station, keeper, visitor):
    file = attached(station, "letter.pdf", keeper)
    for other in (visitor, User.objects.create(username="head", role=Role.COMMITTEE_HEAD)):
        with pytest.raises(NotPermitted):
            withdraw(evidence_id=file.pk, reason="x", by=other, now=NOW)
    theirs = attached(station, "mine.pdf", visitor)
    withdraw(evidence_id=theirs.pk, reason="x", by=keeper, now=NOW)
    outsider = User.objects.create(username="outsider", role=Role.SECRETARY)
    outsider.places.add(Place.objects.create(level=2, code="99", name="دور", key="دور"))
    with pytest.raises(OutOfReach):
        withdraw(evidence_id=file.pk, reason="x", by=outsider, now=NOW)


def test_the_same_file_under_an_earlier_claim_goes_with_it(station, keeper):
    """Undoing a correction makes its claim again, with its evidence: one file, two rows."""
    file = attached(station, "letter.pdf", keeper)
    said = Statement("battery_h", "7", date(2028, 6, 19))
    claim(about=station, said=said, by=keeper, now=NOW)
    undo(number=AuditBatch.objects.latest("number").number, by=keeper, now=NOW)
    assert Evidence.objects.filter(stored_name=file.stored_name).count() == 2
    newest = Evidence.objects.latest("pk")
    withdraw(evidence_id=newest.pk, reason="x", by=keeper, now=NOW)
    with pytest.raises(OutOfReach):
        take_out(evidence_id=file.pk, by=keeper, now=NOW)
