"""The newest batch, sealed in a file beside the register: it shows when the log's end is cut.

A chain of hashes shows a change in its middle; batches taken from its end leave a shorter
chain that still holds. The seal names the newest batch, signed with the installation's secret.
It is never made anew for a log that it contradicts, so that later writes cannot hide a cut.
"""

import hashlib
import hmac
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from pollready.audit.models import AuditBatch


@dataclass(frozen=True, slots=True)
class Seal:
    """What the file says of the newest batch; `is_genuine` tells whether we signed it."""

    number: int
    hash: str
    is_genuine: bool = True


def read_seal() -> Seal | None:
    """Give the seal of this register; None where there is none, or nothing readable."""
    path = _path()
    if path is None:
        return None
    try:
        number, batch_hash, signature = json.loads(path.read_text())
    except (OSError, ValueError, TypeError):
        return None
    genuine = hmac.compare_digest(_signature(number, batch_hash), str(signature))
    return Seal(number, batch_hash, genuine)


def is_sealed() -> bool:
    """Tell whether this register has seals at all; one in memory has not."""
    return _path() is not None


def seal(*, number: int, batch_hash: str, previous_hash: str) -> None:
    """Seal a batch just committed, unless the seal that stands contradicts the log."""
    path, last = _path(), read_seal()
    if path is None:
        return
    if last is None:
        if number == 1:
            write_seal(number, batch_hash)
        return
    follows = last.number == number - 1 and last.hash == previous_hash
    if last.is_genuine and last.number < number and (follows or stands(last)):
        write_seal(number, batch_hash)


def stands(sealed: Seal) -> bool:
    """Tell whether the log still holds the sealed batch as it was."""
    return AuditBatch.objects.filter(number=sealed.number, hash=sealed.hash).exists()


def write_seal(number: int, batch_hash: str) -> None:
    """Replace the seal whole, readable by its owner only.

    Two processes may seal at once; the older batch may then stand sealed until the next write,
    which is no contradiction.
    """
    path = _path()
    if path is None:
        return
    said = json.dumps([number, batch_hash, _signature(number, batch_hash)])
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".seal-", delete=False) as file:
        file.write(said)
    Path(file.name).replace(path)


def _path() -> Path | None:
    path: Path | None = settings.POLLREADY_SEAL
    return path


def _signature(number: object, batch_hash: object) -> str:
    said = json.dumps([number, batch_hash]).encode()
    return hmac.digest(settings.POLLREADY_SEAL_KEY, said, hashlib.sha256).hex()
