"""Files that are sent to be imported: kept apart until somebody decides, then removed."""

import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath

from django.conf import settings

from pollready.intake.models import StagedImport
from pollready.intake.reading.form import Form, form_of
from pollready.intake.reading.limits import FILE_MAX_BYTES, FileTooLarge, UnknownForm

_KEPT_AS = "upload"
_NAME_MAX = 200


def folder_of(staged: StagedImport) -> Path:
    """Give the folder of a staged import, which only this installation's user may open."""
    return _imports() / staged.folder


def file_of(staged: StagedImport) -> Path:
    """Give where the sent file is kept."""
    return folder_of(staged) / _KEPT_AS


def keep(name: str, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Keep a sent file; gives the name of its folder, and its size.

    What the file is, its content says. Raises `FileTooLarge`, `UnknownForm`, `UnreadableFile`;
    nothing is then kept.
    """
    folder = secrets.token_hex(16)
    path = _imports() / folder
    path.mkdir(parents=True, mode=0o700)
    try:
        size = _write(path / _KEPT_AS, name, chunks)
        form = form_of((path / _KEPT_AS).read_bytes(), name)
        if form in (Form.OTHER, Form.EMPTY):
            raise UnknownForm(name, form.value)
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    return folder, size


def remove(staged: StagedImport, *, all_of_it: bool) -> None:
    """Remove the sent file; with `all_of_it` what was made from it too."""
    if all_of_it:
        shutil.rmtree(folder_of(staged), ignore_errors=True)
    else:
        file_of(staged).unlink(missing_ok=True)


def plain_name(name: str) -> str:
    """Give a sent file's own name, whatever path a browser puts before it."""
    bare = PurePosixPath(PureWindowsPath(name).name).name
    told = "".join(letter if letter.isprintable() else " " for letter in bare).strip()
    return told[-_NAME_MAX:] or "list"


def _imports() -> Path:
    return Path(settings.POLLREADY_DATA) / "imports"


def _write(path: Path, name: str, chunks: Iterable[bytes]) -> int:
    size = 0
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > FILE_MAX_BYTES:
                raise FileTooLarge(name, "bytes", FILE_MAX_BYTES)
            file.write(chunk)
    return size
