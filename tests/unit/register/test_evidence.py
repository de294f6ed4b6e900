"""Files attached to claims: told by what they hold, kept apart, handed out to who may have them."""

import stat
import struct
import zipfile
import zlib
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from pollready.audit.models import AuditBatch
from pollready.people.models import Role, User
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
