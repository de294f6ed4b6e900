"""Attaching files to claims, and handing them out again: kept apart, never run, never shown."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

from django.conf import settings
from django.db import transaction

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.filetypes import ENDINGS, type_of, without_traces
from pollready.register.corrections.models import Evidence
from pollready.register.corrections.queries import evidence_for
from pollready.register.corrections.subjects import About, OutOfReach, find_to_correct
from pollready.register.models import Claim
from pollready.register.queries import claims_for

ATTACH, TAKE_OUT = "attach_evidence", "take_out_evidence"
_NAME_MAX = 200
MB = 1_000_000


@transaction.atomic
def attach(
    *,
    claim_id: int,
    name: str,
    content: bytes,
    classification: int | None = None,
    by: User,
    now: datetime,
) -> Evidence:
    """Keep a file as evidence of a claim; `classification` is the claim's, or higher.

    Raises `NotPermitted`, `OutOfReach`, and `CorrectionRefused` for a file that is too large,
    empty, of no kind that is taken, or above the class that this installation or user may hold.
    """
    claim = claims_for(by).filter(pk=claim_id, superseded_at=None).first()
    if claim is None:
        raise OutOfReach(claim_id)
    find_to_correct(by, About.of_claim(claim))
    return attach_to(claim, name, content, classification=classification, by=by, now=now)


def attach_to(
    claim: Claim, name: str, content: bytes, *, classification: int | None = None, by: User,
    now: datetime,
) -> Evidence:  # fmt: skip
    """Keep a file as evidence of a claim that the caller has found to be this user's to prove."""
    kept, mime = checked_content(name, content)
    made = Evidence(
        claim=claim,
        name=shown_name(name, mime),
        sha256=hashlib.sha256(kept).hexdigest(),
        received_sha256=hashlib.sha256(content).hexdigest(),
        size=len(kept),
        mime=mime,
        classification=_class_of(claim, classification, by),
        stored_name=secrets.token_hex(16),
        attached_by=by,
        attached_at=now,
    )
    with stored(made.stored_name, kept):
        made.save()
        values = {
            "id": made.pk, "claim": claim.pk, "field": claim.field, "name": made.name,
            "sha256": made.sha256, "class": Classification(made.classification).label,
        }  # fmt: skip
        entry = Entry("evidence", str(About.of_claim(claim)), None, values)
        record(actor=by.username, command=ATTACH, now=now, entries=[entry])
    return made


def checked_content(name: str, content: bytes) -> tuple[bytes, str]:
    """Give what is kept of a file and its type; raises `CorrectionRefused`."""
    limit = settings.POLLREADY_EVIDENCE_MAX_MB
    if len(content) > limit * MB:
        raise CorrectionRefused("file-too-large", "evidence", name=name, limit=limit)
    if not content.strip():
        raise CorrectionRefused("file-empty", "evidence", name=name)
    mime = type_of(content, name)
    if mime is None:
        raise CorrectionRefused("file-not-taken", "evidence", name=name)
    try:
        return without_traces(content, mime), mime
    except ValueError:
        raise CorrectionRefused("file-broken", "evidence", name=name) from None


def shown_name(name: str, mime: str) -> str:
    """Give a file's name without folders and controls, with the ending of what it is.

    >>> shown_name("../x/photo.exe", "image/png")
    'photo.png'
    """
    bare = PureWindowsPath(PurePosixPath(name).name).name
    stem = "".join(letter for letter in Path(bare).stem if letter.isprintable()).strip(". ")
    return f"{stem[: _NAME_MAX - 5] or 'file'}{ENDINGS[mime]}"


def _class_of(claim: Claim, chosen: int | None, by: User) -> int:
    """Give the class of a file: never below its claim's, never above who holds it."""
    level = max(claim.classification, chosen or 0)
    if level > min(by.clearance, settings.POLLREADY_CEILING):
        raise CorrectionRefused("class-too-high", "classification")
    return level


@contextmanager
def stored(stored_name: str, content: bytes) -> Iterator[None]:
    """Write the file so that its owner alone may read it; take it away if the record fails."""
    path = path_of(stored_name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def path_of(stored_name: str) -> Path:
    """Give where a file lies; its name there was drawn by lot, not taken from anybody."""
    folder: Path = settings.POLLREADY_DATA / "evidence"
    return folder / stored_name


class EvidenceChanged(Exception):
    """The file on the disk is not the one that was attached, or is gone."""

    code = "correct.evidence-changed"

    def __init__(self, name: str) -> None:
        self.fields: dict[str, object] = {"name": name}
        super().__init__(name)


def read_stored(stored_name: str, *, sha256: str, name: str) -> bytes:
    """Read a file that was kept; raises `EvidenceChanged` where it is another or gone."""
    try:
        content = path_of(stored_name).read_bytes()
    except OSError:
        raise EvidenceChanged(name) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EvidenceChanged(name)
    return content


@transaction.atomic
def take_out(*, evidence_id: int, by: User, now: datetime) -> tuple[Evidence, bytes]:
    """Give an attached file; taking out a classified one is recorded.

    Raises `OutOfReach` outside the user's scope and class, `EvidenceChanged`.
    """
    evidence = evidence_for(by).filter(pk=evidence_id).first()
    if evidence is None:
        raise OutOfReach(evidence_id)
    content = read_stored(evidence.stored_name, sha256=evidence.sha256, name=evidence.name)
    if evidence.classification > Classification.NORMAL:
        values = {"id": evidence.pk, "sha256": evidence.sha256}
        about = str(About.of_claim(evidence.claim))
        record(
            actor=by.username,
            command=TAKE_OUT,
            now=now,
            entries=[Entry("evidence", about, values, values)],
        )
    return evidence, content
