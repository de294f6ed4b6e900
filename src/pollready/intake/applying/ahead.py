"""Claims of stations that do not stand yet, written before them, a part at a time.

A first list of 60,000 stations brings a million claims: in one transaction SQLite, which has one
place for writing, would keep everybody waiting for them. Who reads claims reads them of stations
and sources, so those whose station and source are not there yet are seen by nobody; the one
transaction then only writes the stations. What a run that ended half-way left is taken out.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from pollready.audit.prepared import PreparedRows
from pollready.intake.applying.writes import Insertion, Row, Writes
from pollready.places.models import Listing
from pollready.register.models import Claim, Source

_AT_ONCE = 10_000
_FROM = 50_000  # fewer are written quickly enough with all the rest
_PAUSE_S = 0.03  # between two parts, so that who waits gets his turn


def split_claims(writes: Writes) -> tuple[Insertion | None, list[int]]:
    """Take out of `writes` the claims that can be written ahead, with their sources' keys."""
    if connection.vendor != "sqlite":
        return None, []  # elsewhere nobody waits for another's rows
    claims = next((each for each in writes.insertions.values() if each.model is Claim), None)
    if claims is None or len(claims.rows) < _FROM:
        return None, []
    listings = {row["id"] for row in writes.rows_of(Listing)}
    sources = {row["id"] for row in writes.rows_of(Source)}
    listing, source = claims.fields.index("listing"), claims.fields.index("source")
    ahead = Insertion(Claim, claims.fields)
    rest: list[Row] = []
    for row in claims.rows:
        is_new = row[listing] in listings and row[source] in sources
        (ahead.rows if is_new else rest).append(row)
    if len(ahead.rows) < _FROM:
        return None, []
    claims.rows[:] = rest
    return ahead, sorted(sources)


def write_ahead(rows: PreparedRows, number: int, told: Callable[[int], None]) -> None:
    """Write so many prepared claims in parts, each a short transaction of its own."""
    with _unchecked_keys():
        for start in range(0, number, _AT_ONCE):
            with transaction.atomic():
                rows.write_part(start, _AT_ONCE)
            told(min(_AT_ONCE, number - start))
            time.sleep(_PAUSE_S)


def take_out(sources: Sequence[int]) -> None:
    """Take out the claims that were written ahead under sources that never came to stand."""
    gone = set(sources) - set(Source.objects.filter(pk__in=sources).values_list("pk", flat=True))
    claims = Claim.objects.filter(source_id__in=gone).order_by()
    while gone and (keys := list(claims.values_list("pk", flat=True)[:_AT_ONCE])):
        with transaction.atomic(), connection.cursor() as cursor:
            table = connection.ops.quote_name(Claim._meta.db_table)
            values: list[Any] = [min(keys), max(keys), *gone]
            marks = ", ".join(["%s"] * len(gone))
            cursor.execute(
                f"DELETE FROM {table} WHERE id BETWEEN %s AND %s AND source_id IN ({marks})",
                values,
            )
        time.sleep(_PAUSE_S)


@contextmanager
def _unchecked_keys() -> Iterator[None]:
    """Let this connection write rows that name what is written later."""
    was_checked = connection.disable_constraint_checking()
    try:
        yield
    finally:
        if was_checked:
            connection.enable_constraint_checking()
