"""Points and claims of stations that are not listed yet, written before them, in turns.

A first list of 60,000 stations brings a million claims: in one transaction SQLite, which has one
place for writing, would keep everybody waiting for them. Who reads claims reads them of stations
and sources, so those whose station and source are not there yet are seen by nobody, nor is a point
that no round lists; the one transaction then only writes the lists. What a run that ended half-way
left is taken out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from pollready.audit.prepared import PreparedRows
from pollready.audit.turns import Turns, delete_in_turns
from pollready.intake.applying.writes import Insertion, Row, Writes
from pollready.places.models import Listing, ServicePoint
from pollready.register.models import Claim, Source

_FROM = 50_000  # fewer are written quickly enough with all the rest


@dataclass(frozen=True, slots=True)
class Ahead:
    """Rows that can be written ahead, and by which keys they are found again."""

    insertions: tuple[Insertion, ...]
    sources: tuple[int, ...]  # of the claims
    points: tuple[int, ...]  # first and last, none where there are none

    @property
    def keys(self) -> dict[str, list[int]]:
        """Give the keys as they are noted until the rest is there."""
        return {"sources": list(self.sources), "points": list(self.points)}


def split_ahead(writes: Writes) -> Ahead | None:
    """Take out of `writes` what can be written ahead; None where it is not worth while."""
    if connection.vendor != "sqlite":
        return None  # elsewhere nobody waits for another's rows
    claims = next((each for each in writes.insertions.values() if each.model is Claim), None)
    if claims is None or len(claims.rows) < _FROM:
        return None
    listings = {row["id"] for row in writes.rows_of(Listing)}
    sources = {row["id"] for row in writes.rows_of(Source)}
    listing, source = claims.fields.index("listing"), claims.fields.index("source")
    ahead = Insertion(Claim, claims.fields)
    rest: list[Row] = []
    for row in claims.rows:
        is_new = row[listing] in listings and row[source] in sources
        (ahead.rows if is_new else rest).append(row)
    if len(ahead.rows) < _FROM:
        return None
    claims.rows[:] = rest
    points = _points(writes)
    keys = [row[points.fields.index("id")] for row in points.rows]
    return Ahead((points, ahead), tuple(sorted(sources)), (min(keys), max(keys)) if keys else ())


def _points(writes: Writes) -> Insertion:
    """Take out the points that are new: nobody sees one that no round lists."""
    for key, each in writes.insertions.items():
        if each.model is ServicePoint:
            return writes.insertions.pop(key)
    return Insertion(ServicePoint, ("id",))


def write_ahead(rows: PreparedRows, number: int, told: Callable[[int], None]) -> None:
    """Write so many prepared rows in parts, each a short transaction of its own."""
    turns, start = Turns(), 0
    with _unchecked_keys():
        while start < number:
            with turns.turn() as size:
                rows.write_part(start, size)
            told(min(size, number - start))
            start += size


def take_out(keys: Mapping[str, Sequence[int]]) -> None:
    """Take out what was written ahead of sources and listings that never came to stand."""
    sources = keys.get("sources", ())
    gone = set(sources) - set(Source.objects.filter(pk__in=sources).values_list("pk", flat=True))
    if gone:
        delete_in_turns(Claim.objects.filter(source_id__in=gone))
    if points := keys.get("points"):
        delete_in_turns(ServicePoint.objects.filter(pk__range=tuple(points), listings=None))


@contextmanager
def _unchecked_keys() -> Iterator[None]:
    """Let this connection write rows that name what is written later."""
    was_checked = connection.disable_constraint_checking()
    try:
        yield
    finally:
        if was_checked:
            connection.enable_constraint_checking()
