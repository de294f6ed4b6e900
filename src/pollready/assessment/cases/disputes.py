"""Cases whose rule finds nothing only because sources differ on what it looks at."""

from collections.abc import Collection, Iterable, Mapping

from pollready.assessment.models import FindingRecord, SavedAssessment, StationRecord
from pollready.obstacles.evidence import fields_looked_at
from pollready.obstacles.models import ObstacleCase

_AT_ONCE = 500
Fields = Mapping[int, Collection[str]]  # of a station, by its key


def disputes_of(case: ObstacleCase, contradicted: Fields) -> dict[int, list[str]]:
    """Give the fields that the case's rule looks at and on which sources differ, by station.

    The stations are those at which it was found last.
    """
    found: dict[int, set[str]] = {}
    for listing, fields in _findings([case]).get(case.record_id or 0, ()):
        disputed = set(fields_looked_at(case.rule, fields)) & set(contradicted.get(listing, ()))
        if disputed:
            found.setdefault(listing, set()).update(disputed)
    return {listing: sorted(fields) for listing, fields in sorted(found.items())}


def disputed_cases(cases: Collection[ObstacleCase], saved: SavedAssessment) -> set[int]:
    """Give the keys of the cases that are disputed by what an assessment knows."""
    findings = _findings(cases)
    listings = sorted({listing for rows in findings.values() for listing, _ in rows})
    disputed = _disputed(listings, saved)
    return {
        case.pk
        for case in cases
        for listing, fields in findings.get(case.record_id or 0, ())
        if set(fields_looked_at(case.rule, fields)) & disputed.get(listing, set())
    }


def _findings(
    cases: Iterable[ObstacleCase],
) -> dict[int, list[tuple[int, Mapping[str, object]]]]:
    """Give the findings at stations by the record under which they were written down."""
    records = [case.record_id for case in cases if case.record_id is not None]
    found: dict[int, list[tuple[int, Mapping[str, object]]]] = {}
    for start in range(0, len(records), _AT_ONCE):
        rows = FindingRecord.objects.filter(
            cause__in=records[start : start + _AT_ONCE], listing__isnull=False
        )
        for cause, listing, fields in rows.values_list("cause", "listing", "fields"):
            found.setdefault(cause, []).append((listing, fields))
    return found


def _disputed(listings: list[int], saved: SavedAssessment) -> dict[int, set[str]]:
    """Give the fields on which sources differ at some stations, as an assessment wrote it down."""
    found: dict[int, set[str]] = {}
    for start in range(0, len(listings), _AT_ONCE):
        rows = StationRecord.objects.filter(
            assessment=saved, listing__in=listings[start : start + _AT_ONCE]
        )
        for listing, fields in rows.values_list("listing", "detail__disputed"):
            found[listing] = set(fields or ())
    return found
