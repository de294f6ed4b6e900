"""The data of a report: one document that is written to the byte the same from the same inputs."""

import json
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from pollready.assessment.document import to_document, to_summary
from pollready.assessment.result import Assessment
from pollready.engine.terrain import Terrain
from pollready.obstacles.thresholds import Thresholds, recorded

FORMAT = 1
Mask = Callable[[str], str]


def canonical(value: object) -> bytes:
    """Write a value in the one form that is hashed: sorted keys, UTF-8, no spaces.

    >>> canonical({"b": 1, "a": "ش"}).decode()
    '{"a":"ش","b":1}'
    """
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(content: bytes) -> str:
    """Give the SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def packed(content: bytes) -> bytes:
    """Pack a document for keeping."""
    return zlib.compress(content, 6)


def unpacked(content: bytes | memoryview) -> bytes:
    """Give a kept document as it was."""
    return zlib.decompress(bytes(content))


def thresholds_in(data: Mapping[str, Any]) -> Thresholds:
    """Give the thresholds by which a report was made."""
    return recorded(data["inputs"]["thresholds"])


def terrain_mark(terrain: Terrain | None) -> list[str] | None:
    """Name the elevation tiles that were at hand; None where there was no terrain."""
    return None if terrain is None else list(terrain.names)


def assessment_digest(assessment: Assessment) -> str:
    """Give the digest of everything that the assessment says, unmasked."""
    return digest(canonical(to_document(assessment, mask=None)))


def summary_of(assessment: Assessment, mask: Mask, veiled: Callable[[Any], Any]) -> dict[str, Any]:
    """Give the assessment's head as anybody of its class may read it."""
    document: dict[str, Any] = veiled(to_summary(assessment, mask=mask))
    return document
