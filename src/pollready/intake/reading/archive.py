"""Looking into a zip without letting it unpack into more than was agreed."""

import zipfile
import zlib
from io import BytesIO

from pollready.intake.reading.limits import (
    FILES_MAX,
    UNPACKED_MAX_BYTES,
    UNPACKED_MAX_RATIO,
    UNPACKED_RATIO_FROM_BYTES,
    FileTooLarge,
    UnknownForm,
    UnreadableFile,
)

# What reading a packed file raises where it is broken, cut off, or has a password.
BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError,
    ValueError,
)  # fmt: skip
_CHUNK = 1024 * 1024


def check_for_zip_bomb(content: bytes, name: str) -> None:
    """Refuse a packed file that says it unpacks into too much; raises `FileTooLarge`."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except BROKEN_ZIP:
        raise UnreadableFile(name, "zip") from None
    allowed = max(UNPACKED_RATIO_FROM_BYTES, len(content) * UNPACKED_MAX_RATIO)
    limit = min(UNPACKED_MAX_BYTES, allowed)
    if unpacked > limit:
        raise FileTooLarge(name, "unpacked", limit)


def lists_inside(content: bytes, name: str) -> list[tuple[str, bytes]]:
    """Give the files of a zip, by name; folders and hidden files are passed over.

    Nothing is written to disk, so a path inside the zip can lead nowhere. Raises
    `FileTooLarge`, `UnreadableFile` (broken or with a password), `UnknownForm` (none inside).
    """
    check_for_zip_bomb(content, name)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = [
            member
            for member in archive.infolist()
            if not member.is_dir() and not member.filename.split("/")[-1].startswith((".", "__"))
        ]
        if len(members) > FILES_MAX:
            raise FileTooLarge(name, "files", FILES_MAX)
        if not members:
            raise UnknownForm(name, "zip")
        return [(m.filename.split("/")[-1], _unpack(archive, m, name)) for m in members]


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    """Unpack one file, and stop where it grows beyond what its own directory said."""
    unpacked = bytearray()
    try:
        with archive.open(member) as packed:
            while chunk := packed.read(_CHUNK):
                unpacked += chunk
                if len(unpacked) > member.file_size:
                    raise FileTooLarge(name, "unpacked", member.file_size)
    except FileTooLarge:
        raise
    except BROKEN_ZIP:
        raise UnreadableFile(name, "zip") from None
    return bytes(unpacked)
