"""Reading saved assessments as one user may: the stations in his scope, the causes at them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from pollready.assessment.models import (
    CauseRecord,
    ComponentRecord,
    DependenceRecord,
    FindingRecord,
    SavedAssessment,
    SignalRecord,
    StationRecord,
)
from pollready.people.models import User
from pollready.people.scopes import at_stations, in_places, is_of_agency, listings_for, places_of
from pollready.register.queries import components_for, groups_for


def stations_for(user: User, saved: SavedAssessment) -> QuerySet[StationRecord]:
    """Give what the assessment found of the stations in the user's scope."""
    return StationRecord.objects.filter(
        in_places("listing__point__place", places_of(user)),
        assessment=saved,
        listing__point__classification__lte=user.clearance,
    )


def findings_for(user: User, saved: SavedAssessment) -> QuerySet[FindingRecord]:
    """Give the findings at stations in scope; those at none only to who sees every place."""
    findings = FindingRecord.objects.filter(_owned("cause__owner", user), cause__assessment=saved)
    here = at_stations("listing", user)
    return findings.filter(here if _is_bounded(user) else here | Q(listing__isnull=True))


def causes_for(user: User, saved: SavedAssessment) -> QuerySet[CauseRecord]:
    """Give the causes that hold in the user's scope, in the assessment's own order.

    Who speaks for an agency sees those that it owns. Counts on the records are of the whole
    round: `counted_in_scope` gives them as the user may know them.
    """
    return causes_of(user, [saved])


def causes_of(user: User, assessments: Iterable[SavedAssessment]) -> QuerySet[CauseRecord]:
    """Give the causes of several assessments, as `causes_for` gives those of one."""
    causes = CauseRecord.objects.filter(
        _owned("owner", user), assessment__in=[saved.pk for saved in assessments]
    ).order_by("pk")
    if not _is_bounded(user):
        return causes
    here = FindingRecord.objects.filter(cause=OuterRef("pk"), listing__in=listings_for(user))
    return causes.filter(Exists(here))


def cause_for(user: User, pk: int) -> CauseRecord | None:
    """Give one cause of any assessment, counted in scope; None where the user sees none such."""
    saved = SavedAssessment.objects.filter(causes=pk).defer("summary").first()
    if saved is None:
        return None
    causes = causes_for(user, saved).select_related("assessment__round")
    found = counted_in_scope(user, causes.defer("assessment__summary").filter(pk=pk))
    return found[0] if found else None


def counted_in_scope(user: User, causes: Iterable[CauseRecord]) -> list[CauseRecord]:
    """Give the causes with stations and voters counted within the user's places."""
    records = list(causes)
    if not _is_bounded(user):
        return records
    found = FindingRecord.objects.filter(cause__in=records, listing__in=listings_for(user))
    counts = stations_by_cause(found)
    for record in records:
        record.stations, record.voters = counts.get(record.pk, (0, None))
    return records


def stations_by_cause(findings: QuerySet[FindingRecord]) -> dict[int, tuple[int, int | None]]:
    """Count the stations of each cause among findings, and their voters where any are known."""
    rows = findings.values_list("cause", "listing", "listing__expected_voters").distinct()
    stations: dict[int, int] = {}
    voters: dict[int, int] = {}
    for cause, _, expected in rows:
        stations[cause] = stations.get(cause, 0) + 1
        if expected is not None:
            voters[cause] = voters.get(cause, 0) + expected
    return {cause: (counted, voters.get(cause)) for cause, counted in stations.items()}


# The voters of a tally, by the stations that they are the voters of.
VOTERS = {
    "voters": "stations",
    "voters_ready": "ready",
    "voters_not_ready": "not_ready",
    "voters_unknown": "unknown",
}


def tally_columns() -> dict[str, Count | Sum]:
    """Give what a tally counts, as aggregates over `StationRecord`."""
    expected = "listing__expected_voters"
    columns: dict[str, Count | Sum] = {
        "stations": Count("pk"),
        "contradicted": Count("pk", filter=Q(contradicted=True)),
        "voters": Sum(expected),
        "stations_without_voters": Count("pk", filter=Q(listing__expected_voters__isnull=True)),
    }
    for state in ("ready", "not_ready", "unknown"):
        columns[state] = Count("pk", filter=Q(readiness=state))
        columns[f"voters_{state}"] = Sum(expected, filter=Q(readiness=state))
    return columns


def as_tally(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row of `tally_columns` as assessments count: where no station is, no voter is."""
    tally = dict(row)
    for voters, state in VOTERS.items():
        if not tally[state]:
            tally[voters] = 0
    return tally


def is_cleared(user: User, saved: SavedAssessment) -> bool:
    """Say whether the user is cleared up to the highest class of what went into an assessment."""
    return saved.classification <= user.clearance


def sees_all(user: User) -> bool:
    """Say whether the figures of the whole round are the user's own: no place, no agency."""
    return not _is_bounded(user) and not is_of_agency(user)


def _is_bounded(user: User) -> bool:
    return places_of(user) is not None


def _owned(field: str, user: User) -> Q:
    """Say that a cause is the user's agency's: owners are its code, or else its role."""
    if not is_of_agency(user) or user.agency is None:
        return Q()
    names = [name for name in (user.agency.code, user.agency.role, user.agency.name) if name]
    return Q(**{f"{field}__in": names})


def software_counts(records: QuerySet[StationRecord]) -> list[tuple[str, int]]:
    """Count stations by software version, the commonest first; "" is unknown."""
    rows = records.order_by().values_list("software").annotate(stations=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def software_versions(saved: SavedAssessment) -> list[str]:
    """Name the versions that run anywhere in the round, the commonest first."""
    return [version for version, _ in saved.counts.get("software", ()) if version]


def required_software(saved: SavedAssessment) -> str | None:
    """Give the version that more than half of the stations with a version run; else None.

    The version of the round is no secret, so it is counted over the whole round.
    """
    known = [row for row in saved.counts.get("software", ()) if row[0]]
    total = sum(stations for _, stations in known)
    return known[0][0] if known and known[0][1] * 2 > total else None


def signal_counts(
    records: QuerySet[StationRecord], saved: SavedAssessment, *, stations: int
) -> dict[str, dict[str, int]]:
    """Count the stations among `records`, which are so many, by operator and signal."""
    if stations == saved.counts.get("stations"):  # these are all
        kept: dict[str, dict[str, int]] = saved.counts["signals"]
        return kept
    signals = SignalRecord.objects.filter(
        assessment=saved, listing__in=records.order_by().values("listing")
    )
    found: dict[str, dict[str, int]] = {}
    for operator, signal, stations in signals.values_list("operator", "signal").annotate(
        stations=Count("pk")
    ):
        found.setdefault(operator, {})[signal] = stations
    return found


def operators_of(saved: SavedAssessment) -> list[str]:
    """Name the operators of an assessment's stations, in order; `fixed_line` and so on as well."""
    return sorted(saved.counts.get("signals", ()))


def component_records_for(user: User, saved: SavedAssessment) -> QuerySet[ComponentRecord]:
    """Give what an assessment says of the components that the user may know of."""
    return ComponentRecord.objects.filter(assessment=saved, component__in=components_for(user))


def group_records_for(user: User, saved: SavedAssessment) -> QuerySet[ComponentRecord]:
    """Give what an assessment says of the common causes that the user may know of."""
    return ComponentRecord.objects.filter(assessment=saved, group__in=groups_for(user))


def dependences_for(user: User, record: ComponentRecord) -> QuerySet[DependenceRecord]:
    """Give the stations in the user's scope that rest on a component or group."""
    return DependenceRecord.objects.filter(at_stations("listing", user), record=record)


def last_assessment(round_id: int) -> SavedAssessment | None:
    """Give a round's last assessment without its summary."""
    return SavedAssessment.objects.filter(round=round_id).defer("summary").first()
