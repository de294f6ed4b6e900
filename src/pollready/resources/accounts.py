"""The accounts of a lot, and the kinds of entries that move or count them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Account(StrEnum):
    """What is counted of a lot."""

    PLEDGED = "pledged"
    DELIVERED = "delivered"
    TESTED = "tested"
    DEPLOYED = "deployed"
    RETURNED = "returned"


ACCOUNTS = tuple(Account)


class EntryKind(StrEnum):
    """What an entry is: a count, a movement, a correction, or a settlement between counts."""

    LISTED = "listed"  # a list counts
    COUNTED = "counted"  # a person counts
    PLEDGE = "pledge"
    DELIVER = "deliver"
    TEST = "test"
    DEPLOY = "deploy"
    RETURN = "return"
    CORRECT = "correct"
    SETTLE = "settle"


# Which account each movement adds to; what comes back from a station also leaves `deployed`.
MOVES: Mapping[EntryKind, Account] = MappingProxyType(
    {
        EntryKind.PLEDGE: Account.PLEDGED,
        EntryKind.DELIVER: Account.DELIVERED,
        EntryKind.TEST: Account.TESTED,
        EntryKind.DEPLOY: Account.DEPLOYED,
        EntryKind.RETURN: Account.RETURNED,
    }
)
COUNTS = frozenset({EntryKind.LISTED, EntryKind.COUNTED})
