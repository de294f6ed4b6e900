"""What counts as one incident, and for how long it is known to have lasted."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pollready.history.queries import IncidentRow
from pollready.language import fold


def counted(rows: Iterable[IncidentRow]) -> tuple[IncidentRow, ...]:
    """Give each incident once, at its root cause.

    Denied ones are left out; one of which nobody says whether it was confirmed counts, as it
    does in the rules. Rows of one round that name the same kind, cause, agency, county and
    start are one incident that several stations felt; without a cause or a start nobody can
    tell, and each stands for itself.
    """
    found: dict[tuple[object, ...], IncidentRow] = {}
    for number, row in enumerate(rows):
        if row.confirmed is False:
            continue
        alone = not row.cause or row.started_at is None
        names = (row.election, row.kind, row.cause, row.agency, row.county)
        key = (*map(fold, names), row.started_at, number if alone else None)
        found[key] = _joined(found[key], row) if key in found else row
    return tuple(found.values())


def _joined(one: IncidentRow, other: IncidentRow) -> IncidentRow:
    """Join two rows of one incident: it is over when the last of them is."""
    ends = (one.ended_at, other.ended_at)
    known = [end for end in ends if end is not None]
    stops = [stop for stop in (one.stop_min, other.stop_min) if stop is not None]
    return replace(
        one,
        ended_at=max(known) if len(known) == len(ends) else None,
        stop_min=max(stops, default=None),
    )


def lasted_h(row: IncidentRow, service_ends_at: datetime | None) -> tuple[float, bool] | None:
    """Give the hours for which it lasted at least, and whether it was seen to end.

    Without an end it is censored: after the minutes of its stop if these are given, else at the
    end of its day's service. None where nobody can say anything; it never lasted no time.
    """
    if row.started_at is not None and row.ended_at is not None:
        hours = (row.ended_at - row.started_at).total_seconds() / 3600
        return (hours, True) if hours > 0 else None
    if row.stop_min:
        return row.stop_min / 60, False
    if row.started_at is None or service_ends_at is None:
        return None
    hours = (service_ends_at - row.started_at).total_seconds() / 3600
    return (hours, False) if hours > 0 else None
