"""The register of one round, read once into plain rows: no query runs per station."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F, Q

from pollready.assessment.values import known_value
from pollready.duties.models import Duty
from pollready.history.models import Incident
from pollready.obstacles.facts import Evidence, Known
from pollready.people.models import Person
from pollready.places.models import Agency, ElectionRound, Listing, Place, PlaceLevel, Stop
from pollready.register.corrections.queries import set_aside
from pollready.register.models import (
    Claim,
    Component,
    ComponentGroup,
    GroupMember,
    Requirement,
    ServiceProfile,
    Source,
)
from pollready.resources.models import ResourceLot

Claims = dict[str, Known]


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listed station with its place."""

    id: int
    code: str
    status: str
    voters: int | None
    kind: str
    name: str
    address: str
    lat: float | None
    lon: float | None
    county: str
    county_code: str
    district: str


@dataclass(frozen=True, slots=True)
class StopRow:
    """A stop of a mobile station."""

    id: int
    ordinal: int
    place_name: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """A component or group with its agency's code and its county's name."""

    id: int
    code: str
    kind: str
    name: str
    agency: str
    county: str
    tier: int
    unavailability: float | None
    mtbf_h: float | None
    mttr_h: float | None
    reach: float = 1.0
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Everything of one round that an assessment reads."""

    round: ElectionRound
    listings: list[ListingRow]
    stops: dict[int, list[StopRow]]
    claims: dict[int, Claims]  # by listing
    stop_claims: dict[int, Claims]
    component_claims: dict[int, Claims]
    components: dict[str, ComponentRow]
    groups: dict[str, ComponentRow]
    group_components: dict[str, list[str]]  # group code -> component codes
    group_listings: dict[str, list[int]]
    depends_on: dict[str, str]  # component code -> expression
    protection: dict[str, str]
    serves: dict[int, list[str]]  # listing -> component codes
    requires: dict[int, str]  # listing -> its own expression
    agencies: list[dict[str, Any]]
    lots: list[tuple[Any, ...]]
    people: list[tuple[Any, ...]]
    duties: list[tuple[Any, ...]]
    incidents: dict[int, list[tuple[Any, ...]]]  # by listing
    classification: int
    sources: dict[int, str] = field(default_factory=dict)
    # what components need, row by row: component code, role, expression, name of the source
    needs: list[tuple[str, str, str, str]] = field(default_factory=list)
    newest_file: str = ""  # where rows stand that keep no source of their own
    profile: str = ""  # text of the service profile of stations; empty: the one that ships


def read_register(round_id: int, recorded_by: datetime | None = None) -> Register:
    """Read a round with the claims that stood at `recorded_by`, or that stand now.

    Raises `ElectionRound.DoesNotExist`.
    """
    election_round = ElectionRound.objects.get(pk=round_id)
    sources = dict(Source.objects.filter(round_id=round_id).values_list("pk", "name"))
    claims = _claims(round_id, sources, recorded_by, set_aside(round_id, recorded_by))
    components, groups = _components(round_id), _groups(round_id)
    needs = _requirements(round_id)
    members = _members(round_id)
    return Register(
        round=election_round,
        listings=_listings(round_id),
        stops=_stops(round_id),
        claims=claims["listing"],
        stop_claims=claims["stop"],
        component_claims=claims["component"],
        components=components,
        groups=groups,
        group_components=members[0],
        group_listings=members[1],
        depends_on=needs[0],
        protection=needs[1],
        serves=needs[2],
        requires=needs[3],
        agencies=[
            dict(row)
            for row in Agency.objects.order_by("code").values(
                "code", "name", "role", "representative", "deputy", "letter_no", "ready_declared"
            )
        ],
        lots=_lots(round_id),
        people=_people(round_id),
        duties=_duties(round_id),
        incidents=_incidents(round_id),
        classification=_highest_class(round_id),
        sources=sources,
        needs=_needs(round_id),
        newest_file=_newest_file(round_id),
        profile=_profile(),
    )


def _places() -> dict[int, tuple[int, str, str, int | None]]:
    return {
        pk: (level, name, code, parent)
        for pk, level, name, code, parent in Place.objects.values_list(
            "pk", "level", "name", "code", "parent_id"
        )
    }


def _listings(round_id: int) -> list[ListingRow]:
    places = _places()
    resolved: dict[int | None, tuple[str, str, str]] = {None: ("", "", "")}

    def place(pk: int | None) -> tuple[str, str, str]:
        """Give county, county code and district of a place; the name is the code of last resort."""
        if pk not in resolved:
            county = county_code = district = ""
            step = pk
            while step is not None:
                level, name, code, step_up = places[step]
                if level == PlaceLevel.COUNTY:
                    county, county_code = name, code or name
                elif level == PlaceLevel.DISTRICT:
                    district = name
                step = step_up
            resolved[pk] = (county, county_code, district)
        return resolved[pk]

    rows = (
        Listing.objects.filter(round_id=round_id)
        .exclude(status="cancelled")
        .order_by("code")
        .values_list(
            "pk", "code", "status", "expected_voters", "point__kind", "point__name",
            "point__address", "point__lat", "point__lon", "point__place_id",
        )
    )  # fmt: skip
    return [ListingRow(*row[:9], *place(row[9])) for row in rows]


def _stops(round_id: int) -> dict[int, list[StopRow]]:
    found: dict[int, list[StopRow]] = defaultdict(list)
    rows = (
        Stop.objects.filter(listing__round_id=round_id)
        .order_by("listing_id", "ordinal")
        .values_list("listing_id", "pk", "ordinal", "place_name", "lat", "lon")
    )
    for listing, pk, ordinal, place_name, lat, lon in rows:
        found[listing].append(StopRow(pk, ordinal, place_name, lat, lon))
    return dict(found)


def _stood(recorded_by: datetime | None) -> Q:
    """Choose the claims that were recorded by then and closed, if at all, only after."""
    if recorded_by is None:
        return Q(superseded_at__isnull=True)
    return Q(recorded_at__lte=recorded_by) & (
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=recorded_by)
    )


def _claims(
    round_id: int,
    sources: dict[int, str],
    recorded_by: datetime | None,
    outvoted: Collection[int],
) -> dict[str, dict[int, Claims]]:
    """Read the standing claims, gathered by subject and field, without those set aside."""
    gathered: dict[str, dict[int, dict[str, list[Evidence]]]] = {
        "listing": {}, "stop": {}, "component": {},
    }  # fmt: skip
    rows = (
        Claim.objects.filter(_stood(recorded_by), source__round_id=round_id)
        .order_by("pk")
        .values_list(
            "pk", "listing_id", "stop_id", "component_id", "field", "value", "source_id",
            "sheet", "row", "as_of_date",
        )
    )  # fmt: skip
    for pk, listing, stop, component, name, value, source, sheet, row, as_of in rows:
        if pk in outvoted:
            continue
        evidence = Evidence(name, value, sources[source], sheet, row, as_of, pk)
        if listing is not None:
            subject, number = "listing", listing
        elif stop is not None:
            subject, number = "stop", stop
        else:
            subject, number = "component", component
        gathered[subject].setdefault(number, {}).setdefault(name, []).append(evidence)
    return {
        subject: {
            number: {name: known_value(rows) for name, rows in fields.items()}
            for number, fields in by_number.items()
        }
        for subject, by_number in gathered.items()
    }


def _county_names(places: dict[int, tuple[int, str, str, int | None]], pk: int | None) -> str:
    while pk is not None:
        level, name, _, parent = places[pk]
        if level == PlaceLevel.COUNTY:
            return name
        pk = parent
    return ""


def _components(round_id: int) -> dict[str, ComponentRow]:
    places = _places()
    rows = (
        Component.objects.filter(round_id=round_id)
        .order_by("code")
        .values_list(
            "pk", "code", "kind", "name", "agency__code", "place_id", "tier", "unavailability",
            "mtbf_h", "mttr_h", "lat", "lon",
        )
    )  # fmt: skip
    return {
        code: ComponentRow(
            pk, code, kind, name, agency or "", _county_names(places, place), tier, q, mtbf, mttr,
            lat=lat, lon=lon,
        )
        for pk, code, kind, name, agency, place, tier, q, mtbf, mttr, lat, lon in rows
    }  # fmt: skip


def _groups(round_id: int) -> dict[str, ComponentRow]:
    rows = (
        ComponentGroup.objects.filter(round_id=round_id)
        .order_by("code")
        .values_list(
            "pk", "code", "kind", "name", "agency__code", "tier", "unavailability", "mttr_h",
            "reach",
        )
    )  # fmt: skip
    return {
        code: ComponentRow(pk, code, kind, name, agency or "", "", tier, q, None, mttr, reach)
        for pk, code, kind, name, agency, tier, q, mttr, reach in rows
    }


def _members(round_id: int) -> tuple[dict[str, list[str]], dict[str, list[int]]]:
    components: dict[str, list[str]] = defaultdict(list)
    listings: dict[str, list[int]] = defaultdict(list)
    rows = (
        GroupMember.objects.filter(group__round_id=round_id)
        .order_by("pk")
        .values_list("group__code", "component__code", "listing_id")
    )
    for group, component, listing in rows:
        if component is not None:
            components[group].append(component)
        else:
            listings[group].append(listing)
    return dict(components), dict(listings)


def _requirements(
    round_id: int,
) -> tuple[dict[str, str], dict[str, str], dict[int, list[str]], dict[int, str]]:
    """Read what components and stations need; several rows of one thing are all needed."""
    depends: dict[str, list[str]] = defaultdict(list)
    protection: dict[str, list[str]] = defaultdict(list)
    serves: dict[int, list[str]] = defaultdict(list)
    requires: dict[int, list[str]] = defaultdict(list)
    rows = (
        Requirement.objects.filter(source__round_id=round_id)
        .order_by("pk")
        .values_list("component__code", "listing_id", "role", "expression")
    )
    for component, listing, role, expression in rows:
        if role == Requirement.Need.DEPENDS_ON:
            depends[component].append(expression)
        elif role == Requirement.Need.PROTECTION:
            protection[component].append(expression)
        elif role == Requirement.Need.SERVES:
            serves[listing].append(expression)
        else:
            requires[listing].append(expression)
    return _joined(depends), _joined(protection), dict(serves), _joined(requires)


def _joined(rows: dict[Any, list[str]]) -> dict[Any, str]:
    return {
        subject: texts[0] if len(texts) == 1 else " & ".join(f"({text})" for text in texts)
        for subject, texts in rows.items()
    }


def _needs(round_id: int) -> list[tuple[str, str, str, str]]:
    return list(
        Requirement.objects.filter(
            source__round_id=round_id,
            component__isnull=False,
            role__in=(Requirement.Need.DEPENDS_ON, Requirement.Need.PROTECTION),
        )
        .order_by("pk")
        .values_list("component__code", "role", "expression", "source__name")
    )


def _newest_file(round_id: int) -> str:
    files = Source.objects.filter(round_id=round_id, lineage__startswith="file:")
    return files.order_by("-received_at", "-pk").values_list("name", flat=True).first() or ""


def _profile() -> str:
    texts = ServiceProfile.objects.filter(code="station").values_list("text", flat=True)
    return texts.first() or ""


def _evidence_fields() -> tuple[str, str, str]:
    return "source__name", "sheet", "row"


def _lots(round_id: int) -> list[tuple[Any, ...]]:
    return list(
        ResourceLot.objects.filter(round_id=round_id)
        # What was given back to its agency is no reserve any more.
        .annotate(still_there=F("delivered") - F("returned"))
        .order_by("pk")
        .values_list(
            "agency__code", "kind", "model", "compatible", "pledged", "still_there", "tested",
            "deployed", "depot", "provisioned", "serials", *_evidence_fields(),
        )
    )  # fmt: skip


def _people(round_id: int) -> list[tuple[Any, ...]]:
    return list(
        Person.objects.filter(round_id=round_id)
        .order_by("pk")
        .values_list("name", "role", "scope", "deputy", "trained")
    )


def _duties(round_id: int) -> list[tuple[Any, ...]]:
    return list(
        Duty.objects.filter(round_id=round_id, person__isnull=False)
        .order_by("pk")
        .values_list(
            "person__name", "person__scope", "text", "deadline", "evidence", *_evidence_fields()
        )
    )


def _incidents(round_id: int) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    rows = (
        Incident.objects.filter(round_id=round_id, listing__isnull=False)
        .order_by("started_at", "pk")
        .values_list(
            "listing_id", "election", "kind", "cause", "agency__code", "stop_min", "lesson",
            "confirmed", "started_at", "ended_at", *_evidence_fields(),
        )
    )  # fmt: skip
    for listing, *rest in rows:
        found[listing].append(tuple(rest))
    return dict(found)


def _highest_class(round_id: int) -> int:
    """Give the highest class of anything that goes in: a report takes it over."""
    values: Iterable[int] = (
        *Listing.objects.filter(round_id=round_id).values_list(
            "point__classification", flat=True
        ).distinct(),
        *Component.objects.filter(round_id=round_id).values_list(
            "classification", flat=True
        ).distinct(),
        *ComponentGroup.objects.filter(round_id=round_id).values_list(
            "classification", flat=True
        ).distinct(),
        *Incident.objects.filter(round_id=round_id).values_list(
            "classification", flat=True
        ).distinct(),
        *Source.objects.filter(round_id=round_id).values_list(
            "classification", flat=True
        ).distinct(),
        *ResourceLot.objects.filter(round_id=round_id).values_list(
            "classification", flat=True
        ).distinct(),
        *Agency.objects.values_list("classification", flat=True).distinct(),
    )  # fmt: skip
    return max(values, default=0)


def service_period(
    register: Register, starts_h: float, hours: float
) -> tuple[datetime, datetime] | None:
    """Give set-up to hand-over of election day, which may end after midnight."""
    day = register.round.election_date
    if day is None:
        return None
    first = datetime.combine(day, time(0)) + timedelta(hours=starts_h)
    return first, first + timedelta(hours=hours)
