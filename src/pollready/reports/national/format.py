"""The file of a package: three entries, the manifest signed, the data under its digest."""

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from pollready.reports.formats.zipping import zipped
from pollready.reports.kept.data import canonical, digest
from pollready.reports.national.keys import is_key, is_signed

FORMAT = 1
MANIFEST, DATA, SIGNATURE = "manifest.json", "data.json", "signature"
ENTRIES = (MANIFEST, DATA, SIGNATURE)
FILE_MAX = 20 * 1024 * 1024
_ENTRY_MAX = {MANIFEST: 64 * 1024, DATA: 60 * 1024 * 1024, SIGNATURE: 64}


class PackageRefused(Exception):
    """A package cannot be taken in; `code` says why."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = f"package.{code}"
        self.fields: dict[str, object] = fields
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself, under its signature."""

    election: str
    election_date: date
    province: str
    as_of: datetime
    made_at: datetime
    classification: int
    data_sha256: str
    public_key: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A package whose form is right; who signed it is not known yet."""

    manifest: Manifest
    signed: bytes
    signature: bytes
    data: bytes

    def check_signature(self, public_key: str) -> None:
        """Raise `PackageRefused` unless the key's holder signed it and the data are his."""
        if not is_signed(self.signed, self.signature, public_key):
            raise PackageRefused("broken-signature", province=self.manifest.province)
        if digest(self.data) != self.manifest.data_sha256:
            raise PackageRefused("changed", province=self.manifest.province)


def write(manifest: Mapping[str, Any], data: bytes, sign: Any, *, now: datetime) -> bytes:
    """Write a package; the same content and time give the same bytes."""
    signed = canonical({**manifest, "format": FORMAT, "data_sha256": digest(data)})
    return zipped({MANIFEST: signed, DATA: data, SIGNATURE: sign(signed)}, now)


def open_package(content: bytes) -> Opened:
    """Take a file apart without writing anything; raises `PackageRefused`.

    No entry is unpacked beyond what it may hold, whatever its head says of its size.
    """
    if len(content) > FILE_MAX:
        raise PackageRefused("too-large", most=FILE_MAX // 1024 // 1024)
    entries = _entries(content)
    manifest = _manifest(entries[MANIFEST])
    return Opened(manifest, entries[MANIFEST], entries[SIGNATURE], entries[DATA])


def _entries(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = [entry.filename for entry in archive.infolist()]
            for name in names:
                if name not in ENTRIES or names.count(name) > 1:
                    raise PackageRefused("unexpected-entry", name=name[:80])
            missing = [name for name in ENTRIES if name not in names]
            if missing:
                raise PackageRefused("missing-entry", name=missing[0])
            return {name: _read(archive, name) for name in ENTRIES}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise PackageRefused("unreadable") from None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    most = _ENTRY_MAX[name]
    with archive.open(name) as entry:
        found = entry.read(most + 1)
    if len(found) > most:
        raise PackageRefused("too-large", most=most // 1024 // 1024 or 1)
    return found


def read_json(content: bytes) -> Any:
    """Read JSON that came from elsewhere; raises `PackageRefused`."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise PackageRefused("malformed") from None


def _manifest(content: bytes) -> Manifest:
    said = read_json(content)
    if not isinstance(said, dict):
        raise PackageRefused("malformed")
    if said.get("format") != FORMAT:
        raise PackageRefused("unknown-format", found=str(said.get("format"))[:20], known=FORMAT)
    try:
        manifest = Manifest(
            election=_text(said["election"]),
            election_date=date.fromisoformat(said["election_date"]),
            province=_text(said["province"]),
            as_of=_moment(said["as_of"]),
            made_at=_moment(said["made_at"]),
            classification=said["classification"],
            data_sha256=_text(said["data_sha256"]),
            public_key=_text(said["public_key"]),
        )
    except (KeyError, TypeError, ValueError):
        raise PackageRefused("malformed") from None
    if not is_key(manifest.public_key) or manifest.classification not in range(5):
        raise PackageRefused("malformed")
    return manifest


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 300:
        raise ValueError
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment
