"""What a second step keeps secret, encrypted by a key of the installation.

A copy of the register alone then signs nobody in.
"""

import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class SecretUnreadable(Exception):
    """A secret was encrypted under another key: the installation's secret has changed."""

    code = "people.secret-unreadable"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


def encrypted(text: str) -> str:
    """Encrypt a secret for the register."""
    return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()


def decrypted(text: str) -> str:
    """Give the secret back; raises `SecretUnreadable`."""
    try:
        return _cipher(settings.SECRET_KEY).decrypt(text.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


@cache
def _cipher(secret: str) -> Fernet:
    key = hmac.digest(secret.encode(), b"second steps", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
