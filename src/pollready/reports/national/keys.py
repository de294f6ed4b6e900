"""The key with which this installation signs, and how a key's fingerprint is read out."""

import re
from functools import cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings

_PURPOSE = b"pollready package\n"  # a signature of anything else is none of a package
_GROUPS, _DIGITS = 8, 5


@cache
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def own_public_key() -> str:
    """Give the installation's public key in hexadecimal; it follows from its secret."""
    return _private_key(settings.POLLREADY_PACKAGE_SEED).public_key().public_bytes_raw().hex()


def sign(content: bytes) -> bytes:
    """Sign with the installation's own key."""
    return _private_key(settings.POLLREADY_PACKAGE_SEED).sign(_PURPOSE + content)


def is_signed(content: bytes, signature: bytes, public_key: str) -> bool:
    """Say whether the holder of a key signed just this."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            signature, _PURPOSE + content
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public_key: str) -> str:
    """Give a key's fingerprint as it is read out by telephone: eight groups of five digits.

    >>> fingerprint("00" * 32)
    '22022 37096 31479 19918 10382 90276 65309 30981'
    """
    number = int.from_bytes(sha256(bytes.fromhex(public_key)).digest(), "big")
    digits = f"{number % 10 ** (_GROUPS * _DIGITS):0{_GROUPS * _DIGITS}}"
    return " ".join(re.findall("." * _DIGITS, digits))


def is_key(text: str) -> bool:
    """Say whether a text is a public key in hexadecimal."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None
