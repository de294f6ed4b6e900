"""What became of a station whose code the list no longer has: merged, renumbered, cancelled."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from pollready.audit.models import AuditEntry
from pollready.audit.version import register_version
from pollready.language import latin_digits
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import Listing, ListingStatus
from pollready.register.corrections.models import ListChange, ListDecision

_CODE_MAX = 40  # what is longer is no code that somebody types
_FOUND_MAX = 5
_STEPS_MAX = 20  # of mergers, one into the next


class Became(StrEnum):
    """How a station came to be found under another code, or under none."""

    MERGED = "merged"
    RENUMBERED = "renumbered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Former:
    """A code that was, and the station that it became; None lies outside the viewer's scope."""

    code: str
    how: Became
    now: Listing | None
    was: Listing | None = None  # its own entry, where the list still has one
    letter_no: str = ""

    @property
    def was_about(self) -> str:
        """Its own entry, as addresses of histories have it."""
        return f"listing-{self.was.pk}" if self.was else ""


def formerly(text: str, *, round_id: int, viewer: User) -> list[Former]:
    """Tell what became of the station of a code; nothing where the code is in the list.

    What was neither in the viewer's scope nor became a station that is, is not told of.
    """
    code = latin_digits(text.strip())
    if not code or len(code) > _CODE_MAX or not any(letter.isdigit() for letter in code):
        return []
    mine = listings_for(viewer).filter(round=round_id).select_related("point")
    own = mine.filter(code=code).first()
    if own is not None:
        return _off_the_list(own, mine) if own.status == ListingStatus.CANCELLED else []
    if Listing.objects.filter(round=round_id, code=code).exists():
        return []  # somebody else's: not found is all that is said
    return [
        Former(code, Became.RENUMBERED, listing)
        for listing in mine.filter(point__uid__in=_renumbered(code, round_id))[:_FOUND_MAX]
    ]


def _off_the_list(own: Listing, mine: QuerySet[Listing]) -> list[Former]:
    """Follow the orders by which a station was merged, into the one that serves."""
    here, letter = own, ""
    for _ in range(_STEPS_MAX):
        order = _order_of(here)
        if order is None or order.into is None:
            break
        here, letter = order.into, letter or order.letter_no
    if here.pk == own.pk:
        order = _order_of(own)
        number = order.letter_no if order else ""
        return [Former(own.code, Became.CANCELLED, None, own, number)]
    now = mine.filter(pk=here.pk).first()
    return [Former(own.code, Became.MERGED, now, own, letter)]


def _order_of(listing: Listing) -> ListDecision | None:
    """Give the order by which a station is off the list now."""
    off = listing.decisions.filter(
        undone_at=None, change__in=(ListChange.MERGED, ListChange.CANCELLED)
    )
    return off.select_related("into").first() if listing.status == ListingStatus.CANCELLED else None


def _renumbered(code: str, round_id: int) -> set[str]:
    """Find the stations that had this code: in this round by the log, or in another round."""
    found = _former_codes(register_version()).get(code, frozenset())
    earlier = Listing.objects.filter(code=code).exclude(round=round_id)
    return {*found, *(str(uid) for uid in earlier.values_list("point__uid", flat=True))}


@lru_cache(maxsize=1)
def _former_codes(version: int) -> Mapping[str, frozenset[str]]:
    """Read in the log which stations had which other code; `version` is that of the register.

    It goes through every change of a station: a search looks it up, as somebody types.
    """
    changed = AuditEntry.objects.filter(object_type="station", before__isnull=False)
    # As text: SQLite would give the code «8801» of a JSON value as a number.
    codes = changed.values_list("object_id", KT("before__code"), KT("after__code"))
    found: dict[str, set[str]] = defaultdict(set)
    for uid, before, after in codes.iterator():
        if before and after and before != after:
            found[before].add(uid)
    return {code: frozenset(uids) for code, uids in found.items()}


def forget_formers() -> None:
    """Forget what was read; for tests, whose registers come and go under one number."""
    _former_codes.cache_clear()
