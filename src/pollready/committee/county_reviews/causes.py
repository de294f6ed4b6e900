"""The obstacles of one county: by district, whose they are, and when they should be gone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pollready.assessment.cases.queries import OFFICES, day_of
from pollready.assessment.models import CauseRecord, FindingRecord
from pollready.assessment.queries import causes_for
from pollready.committee.county_reviews.reading import CountyReading
from pollready.obstacles.cases import SETTLED, CaseState
from pollready.obstacles.finding import Severity
from pollready.places.models import Place, PlaceLevel

DECIDED = (CaseState.WAIVED.value, *(state.value for state in SETTLED))
_ORDER = [each.value for each in Severity]


@dataclass(frozen=True, slots=True)
class LocalCause:
    """A cause as the county has it."""

    record: CauseRecord
    case: Any  # the obstacle that somebody works on; None where there is none
    by_district: Sequence[tuple[str, int]]
    stations: int
    voters: int | None
    fields: dict[str, Any]
    upstream: Sequence[str]
    is_overdue: bool

    @property
    def about(self) -> str:
        """Name the obstacle as agendas do."""
        return f"case-{self.case.pk}" if self.case is not None else ""

    @property
    def owner(self) -> str:
        """Give who is to act, as rules and cases call him; empty is nobody."""
        return self.case.owner if self.case is not None else self.record.owner

    @property
    def is_unknown(self) -> bool:
        """Say whether it is a gap of knowledge, not an obstacle that is known."""
        return self.record.severity == Severity.UNKNOWN.value

    @property
    def is_owed_by_province(self) -> bool:
        """Say whether an agency or the headquarters has to remove it, not the county."""
        return bool(self.owner) and self.owner not in OFFICES

    @property
    def due_date(self) -> date | None:
        """Give the day by which it should be gone."""
        return self.case.due_date if self.case is not None else None


def local_causes(reading: CountyReading) -> list[LocalCause]:
    """Give what stands at stations of the county, severe first, then by the voters there."""
    day = day_of(reading.saved, reading.saved.round)
    causes = {
        each.pk: each
        for each in causes_for(reading.by, reading.saved)
        .exclude(case__state__in=DECIDED)
        .select_related("case")
    }
    names = district_names(reading.places)
    found = FindingRecord.objects.filter(reading.here("listing"), cause__in=causes).order_by("pk")
    stations: dict[int, dict[int, tuple[str, int | None]]] = defaultdict(dict)
    first: dict[int, dict[str, Any]] = {}
    for cause, listing, place, voters, fields in found.values_list(
        "cause", "listing", "listing__point__place", "listing__expected_voters", "fields"
    ):
        stations[cause][listing] = (names.get(place, ""), voters)
        first.setdefault(cause, fields)
    local = [
        _local(causes[pk], rows.values(), first[pk].get("upstream") or (), day)
        for pk, rows in stations.items()
    ]
    return sorted(
        local,
        key=lambda each: (
            _ORDER.index(each.record.severity), -(each.voters or 0), -each.stations,
            each.record.rule, each.record.key,
        ),
    )  # fmt: skip


def _local(
    record: CauseRecord, rows: Iterable[tuple[str, int | None]], upstream: Sequence[str], day: date
) -> LocalCause:
    listed = list(rows)
    known = [voters for _, voters in listed if voters is not None]
    case = getattr(record, "case", None)
    due = case.due_date if case is not None else None
    return LocalCause(
        record=record,
        case=case,
        by_district=sorted(Counter(district for district, _ in listed).items()),
        stations=len(listed),
        voters=sum(known) if known else None,
        fields=dict(record.fields),
        upstream=upstream,
        is_overdue=due is not None and due < day,
    )


def district_names(places: Iterable[Place]) -> dict[int, str]:
    """Name the district of each place of a county; a place that lies in none is left out."""
    by_key = {place.pk: place for place in places}
    names = {}
    for place in by_key.values():
        up: Place | None = place
        while up is not None and up.level > PlaceLevel.DISTRICT:
            up = by_key.get(up.parent_id or 0)
        if up is not None and up.level == PlaceLevel.DISTRICT:
            names[place.pk] = up.name
    return names
