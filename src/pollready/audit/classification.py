"""Classes of secrecy and the masked codes that stand for what a reader may not see."""

import hashlib
import hmac

from django.db import models


class Classification(models.IntegerChoices):
    """The classes, lowest first; their names are phrases (`classification.<name>`)."""

    NORMAL = 0, "normal"
    CONFIDENTIAL = 1, "confidential"
    HIGHLY_CONFIDENTIAL = 2, "highly_confidential"
    SECRET = 3, "secret"
    TOP_SECRET = 4, "top_secret"


# Constraints of tables that have a class, or clear someone up to one.
IS_CLASS = models.Q(classification__lte=Classification.TOP_SECRET)
CLEARED_TO_CLASS = models.Q(clearance__lte=Classification.TOP_SECRET)


class Classified(models.Model):
    """An object whose owner says how secret it is."""

    classification = models.PositiveSmallIntegerField(
        choices=Classification.choices, default=Classification.NORMAL
    )

    class Meta:
        abstract = True


# No I, L, O, U: codes are read out over telephones.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def mask(code: str, *, key: bytes) -> str:
    """Give the code that stands for `code`: the same for the same key, not to be turned back.

    >>> mask("TX-17", key=b"k") == mask("TX-17", key=b"k")
    True
    >>> mask("TX-17", key=b"k") == mask("TX-18", key=b"k")
    False
    """
    digest = int.from_bytes(hmac.digest(key, code.encode(), hashlib.sha256)[:5], "big")
    letters = "".join(_ALPHABET[(digest >> shift) & 31] for shift in range(35, -5, -5))
    return f"#{letters}"
