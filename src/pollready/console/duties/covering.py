"""What a duty is to cover, chosen by the same filters as in the lists of the console."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from django.http import QueryDict
from django.urls import reverse

from pollready.committee.duty_states import DutyReader
from pollready.console.context import Reading
from pollready.console.duties.words import LIST_OF, DutyWords
from pollready.console.lists.asked import NOT_FILTERS
from pollready.console.lists.description import ListOf
from pollready.console.lists.fields import FilterField
from pollready.console.lists.of_upstream import ListOfUpstream
from pollready.duties.models import Covers, Duty
from pollready.duties.rules import DutyRefused
from pollready.people.models import User

# Filters that hold for one assessment, or one session, alone.
PASSING = frozenset({"cause", "pick"})
ADDRESS_MAX = 4000


@dataclass(frozen=True, slots=True)
class Covering:
    """What is chosen: of what kind, by which filter, how many it covers now."""

    covers: str
    query: str = ""
    fields: tuple[FilterField, ...] = ()  # those that stand open in the list
    more_fields: tuple[FilterField, ...] = ()
    chips: tuple[str, ...] = ()
    count: int | None = None  # None: it covers its owner alone, or the filter cannot be read
    address: str = ""
    fault: DutyRefused | None = None

    @property
    def more_is_open(self) -> bool:
        """Say whether one of the other fields says something."""
        return any(field.value for field in self.more_fields)


class CoveringReader:
    """Reads what a form chooses."""

    def __init__(self, reading: Reading, viewer: User, words: DutyWords, *, now: datetime) -> None:
        self._reading, self._viewer, self._words = reading, viewer, words
        self._reader = DutyReader(viewer, reading.saved, now=now)

    def typed(self, data: QueryDict) -> Covering:
        """Read it from a form: an address that was pasted takes the place of the fields."""
        covers = data.get("covers", "")
        if covers not in LIST_OF:
            return Covering(Covers.OWNER)
        address = data.get("address", "").strip()[:ADDRESS_MAX]
        query = QueryDict(mutable=True)
        if address:
            covers, query = _of_address(address, covers)
        else:
            for name, values in data.lists():
                if name.startswith(f"{covers}-"):
                    query.setlist(name.removeprefix(f"{covers}-"), values)
        return self.read(covers, query, owner=data.get("owner", ""))

    def read(self, covers: str, query: QueryDict, *, owner: str = "") -> Covering:
        """Say what a filter covers."""
        listing = self._words.list_of(covers)
        if listing is None:
            return Covering(Covers.OWNER)
        kept = QueryDict(mutable=True)
        for name, values in query.lists():
            if name in listing.filtered(QueryDict()).filters and any(values):
                kept.setlist(name, [value for value in values if value])
        matching = listing.matching(kept)
        fault = self._fault(listing, kept, understood=matching.understood)
        count = None
        if fault is None:
            kind, _, key = owner.partition("-")
            agency = int(key) if kind == "agency" and key.isascii() and key.isdigit() else None
            duty = Duty(
                round=self._reading.round, agency_id=agency, covers=covers, query=kept.urlencode()
            )
            count = self._reader.covered(duty).order_by().count()
        fields = listing.fields(matching.chosen)
        return Covering(
            covers=covers,
            query=kept.urlencode(),
            fields=_named(covers, [f for f in fields if f.name in listing.primary or f.hidden]),
            more_fields=_named(
                covers, [f for f in fields if f.name not in listing.primary and not f.hidden]
            ),
            chips=tuple(chip.words for chip in listing.chips(matching.chosen)),
            count=count,
            address=f"{listing.url}?{kept.urlencode()}",
            fault=fault,
        )

    def _fault(self, listing: ListOf, query: QueryDict, *, understood: bool) -> DutyRefused | None:
        if not understood:
            return DutyRefused("filter-unread", "address")
        if PASSING & set(query):
            return DutyRefused("filter-passing", "address")
        masked = isinstance(listing, ListOfUpstream) and not listing.names_known
        if masked and query.get("q"):
            return DutyRefused("filter-by-name", "address")
        return None


def _named(covers: str, fields: Iterable[FilterField]) -> tuple[FilterField, ...]:
    """Name fields so that those of both lists can stand in one form."""
    return tuple(replace(field, name=f"{covers}-{field.name}") for field in fields)


def _of_address(address: str, covers: str) -> tuple[str, QueryDict]:
    """Take the filter out of an address of a list, and say of which."""
    parts = urlsplit(address)
    lists: Mapping[str, str] = {reverse(name): kind for kind, name in LIST_OF.items()}
    covers = lists.get(parts.path, covers)
    query = QueryDict(parts.query or (address if "=" in address and "?" not in address else ""))
    kept = query.copy()
    for name in NOT_FILTERS:
        kept.pop(name, None)
    return covers, kept
