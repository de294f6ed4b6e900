"""What the page of a component or a common cause shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse

from pollready.assessment.models import (
    Alone,
    CauseRecord,
    ComponentRecord,
    DependenceRecord,
    SavedAssessment,
)
from pollready.assessment.queries import causes_for, counted_in_scope, dependences_for
from pollready.audit.classification import Classification
from pollready.console.lists.of_upstream import kind_name
from pollready.console.map_answers import Kept
from pollready.console.needs import Need, read_needs
from pollready.console.places import places_above
from pollready.console.wording import CauseInWords, Wording, upstream_of
from pollready.engine.expression import ExpressionError, leaves, parse
from pollready.history.models import Incident
from pollready.history.queries import incidents_for
from pollready.language import say
from pollready.people.models import User
from pollready.people.scopes import listings_for, places_of
from pollready.places.models import Listing, PlaceLevel
from pollready.register.filters import TIERS
from pollready.register.kinds import kinds
from pollready.register.models import Component, ComponentGroup, Requirement
from pollready.register.queries import components_for, groups_for

SHOWN = 20
_MESSAGES = frozenset({"mobile", "fixed", "satellite", "identity"})
# Losses in the order of the page: the level that is lost, and what is then left.
LEVELS = ("admit.online", "admit.offline", "close.electronic", "close.courier")


@dataclass(frozen=True, slots=True)
class Upstream:
    """A component or group in a line: as the viewer may see it, with a link to its page."""

    code: str
    name: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What the failure alone costs at one level, by both readings of what is unknown."""

    level: str
    stations: int
    voters: int | None
    without_voters: int
    stations_if_unknown_failed: int
    voters_if_unknown_failed: int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """The viewer's stations that rest on it."""

    stations: int
    voters: int | None
    closed: int
    below_online: int
    first: Sequence[Listing]


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a component or a group."""

    row: Component | ComponentGroup
    shown: bool  # its name, code and place may be seen
    code: str
    name: str
    kind: str
    agency: str
    county: str
    district: str
    tier: str
    class_name: str
    record: ComponentRecord | None
    behind: Behind
    losses: Sequence[Loss]
    bounded: bool  # figures are of the viewer's places only


@dataclass(frozen=True, slots=True)
class ComponentPage:
    """What the page of a component adds."""

    page: Page
    ways: Sequence[tuple[str, Need]]  # by role: what it depends on, its second way up
    passes_messages: bool  # so that a morning surge can fill it
    upstream: Sequence[Upstream]
    downstream: Sequence[Upstream]
    downstream_count: int
    groups: Sequence[Upstream]
    incidents: Sequence[Mapping[str, Any]]
    causes: Sequence[CauseInWords]


NAMED: Kept[Mapping[str, Sequence[int]]] = Kept(4)


@dataclass(frozen=True, slots=True)
class GroupPage:
    """What the page of a group adds."""

    page: Page
    members: Sequence[Upstream]
    member_count: int
    stations: Sequence[Listing]
    station_count: int
    causes: Sequence[CauseInWords]


def read_component(
    component: Component, saved: SavedAssessment | None, wording: Wording, *, viewer: User
) -> ComponentPage:
    """Read everything that the page of one component shows."""
    needed = _needed(component)
    down = _downstream(component, viewer)
    reader = _Lines(wording)
    mine = groups_for(viewer).filter(members__component=component).distinct()
    named = components_for(viewer).filter(round=component.round_id, code__in=needed)
    return ComponentPage(
        page=_page(component, saved, wording, viewer),
        ways=_ways(component, wording),
        passes_messages=component.kind in kinds() and kinds()[component.kind].medium in _MESSAGES,
        upstream=[reader.component(row) for row in named.order_by("kind", "pk")],
        downstream=[reader.component(row) for row in down[:SHOWN]],
        downstream_count=len(down),
        groups=[reader.group(row) for row in mine.order_by("kind", "pk")],
        incidents=_incidents(component, wording, viewer),
        causes=_causes(component.code, saved, wording, viewer),
    )


def read_group(
    group: ComponentGroup, saved: SavedAssessment | None, wording: Wording, *, viewer: User
) -> GroupPage:
    """Read everything that the page of one common cause shows."""
    reader = _Lines(wording)
    members = components_for(viewer).filter(groupmember__group=group).order_by("kind", "pk")
    stations = dependent_listings(group, viewer)
    return GroupPage(
        page=_page(group, saved, wording, viewer),
        members=[reader.component(row) for row in members[:SHOWN]],
        member_count=members.count(),
        stations=list(stations.order_by("code")[:SHOWN]),
        station_count=stations.count(),
        causes=_causes(group.code, saved, wording, viewer),
    )


def dependent_listings(group: ComponentGroup, viewer: User) -> QuerySet[Listing]:
    """Give the stations in scope whose devices are members of a group."""
    return listings_for(viewer).filter(groupmember__group=group).select_related("point")


class _Lines:
    """Writes components and groups in a line for one viewer."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def component(self, row: Component) -> Upstream:
        return self._line(row, "component")

    def group(self, row: ComponentGroup) -> Upstream:
        return self._line(row, "group")

    def _line(self, row: Component | ComponentGroup, page: str) -> Upstream:
        veil = self._wording.veil
        return Upstream(
            veil.code(row.code),
            row.name if veil.shows(row.code) else "",
            kind_name(row.kind, self._wording.language),
            reverse(page, args=[row.pk]),
        )


def _page(
    row: Component | ComponentGroup,
    saved: SavedAssessment | None,
    wording: Wording,
    viewer: User,
) -> Page:
    shown = wording.veil.shows(row.code)
    place = places_above(row.place) if isinstance(row, Component) else {}
    record = _record(row, saved)
    bounded = places_of(viewer) is not None
    return Page(
        row=row,
        shown=shown,
        code=wording.veil.code(row.code),
        name=row.name if shown else "",
        kind=kind_name(row.kind, wording.language),
        agency=row.agency.name if row.agency else "",
        county=place.get(PlaceLevel.COUNTY, ""),
        district=place.get(PlaceLevel.DISTRICT, "") if shown else "",
        tier=say(f"lists.tier.{TIERS[row.tier]}", wording.language),
        class_name=say(
            f"console.class.{Classification(row.classification).label}", wording.language
        ),
        record=record,
        behind=_behind(record, viewer),
        losses=_losses(record) if record and not bounded else [],
        bounded=bounded,
    )


def _record(
    row: Component | ComponentGroup, saved: SavedAssessment | None
) -> ComponentRecord | None:
    if saved is None or saved.round_id != row.round_id:
        return None
    return row.records.filter(assessment=saved).first()


def _behind(record: ComponentRecord | None, viewer: User) -> Behind:
    """Count the stations in scope that rest on it, and give the first of them."""
    if record is None:
        return Behind(0, None, 0, 0, ())
    mine = dependences_for(viewer, record)
    figures = mine.aggregate(
        stations=Count("pk"),
        voters=Sum("listing__expected_voters"),
        closed=Count("pk", filter=Q(alone=Alone.CLOSED)),
        below_online=Count("pk", filter=Q(alone__gte=Alone.BELOW_ONLINE)),
    )
    return Behind(**figures, first=_first(mine))


def _first(mine: QuerySet[DependenceRecord]) -> list[Listing]:
    rows = mine.select_related("listing__point").order_by("-alone", "listing__code")[:SHOWN]
    return [row.listing for row in rows]


def _losses(record: ComponentRecord) -> list[Loss]:
    found = []
    for level in LEVELS:
        by_reading = record.losses.get(level, {})
        working = by_reading.get("working", [0, None, 0])
        failed = by_reading.get("failed", [0, None, 0])
        found.append(Loss(level, *working, *failed[:2]))
    return found


def _requirements(component: Component) -> QuerySet[Requirement]:
    """Give what a component in scope needs; its own rows, so no more of a secret than it."""
    return component.requirements.order_by("role", "pk")


def _ways(component: Component, wording: Wording) -> list[tuple[str, Need]]:
    """Read its ways up: what it depends on, and its protection."""
    found = []
    for row in _requirements(component):
        need = read_needs(
            row.expression,
            round_id=component.round_id,
            veil=wording.veil,
            language=wording.language,
        )
        if need is not None:
            found.append((row.role, need))
    return found


def _needed(component: Component) -> set[str]:
    found: set[str] = set()
    for row in _requirements(component):
        found |= _leaves(row.expression)
    return found


def _leaves(expression: str) -> set[str]:
    try:
        return set(leaves(parse(expression)))
    except ExpressionError:
        return set()


def _downstream(component: Component, viewer: User) -> list[Component]:
    """Find the components in scope that name this one in what they need."""
    mine = components_for(viewer).filter(round=component.round_id)
    rows = mine.filter(requirements__expression__contains=component.code).values_list(
        "pk", "requirements__expression"
    )
    naming = {pk for pk, expression in rows if component.code in _leaves(expression)}
    return list(mine.filter(pk__in=sorted(naming)[:5000]).order_by("kind", "pk"))


def _incidents(component: Component, wording: Wording, viewer: User) -> list[Mapping[str, Any]]:
    """List incidents of earlier rounds whose texts name the component."""
    words = [component.code] + ([component.name] if component.name else [])
    names = Q()
    for word in words:
        names |= Q(where__contains=word) | Q(cause__contains=word)
    shown = wording.veil.text
    found: QuerySet[Incident] = incidents_for(viewer).filter(names, round=component.round_id)
    return [
        {
            "kind": shown(each.kind),
            "cause": shown(each.cause),
            "election": shown(each.election),
            "started_at": each.started_at,
            "stop_min": each.stop_min,
            "learned": shown(each.lesson or each.action),
        }
        for each in found.order_by("-started_at", "pk")[:SHOWN]
    ]


def _causes(
    code: str, saved: SavedAssessment | None, wording: Wording, viewer: User
) -> list[CauseInWords]:
    """Find the causes in scope that name it."""
    if saved is None:
        return []
    named = NAMED.get(str(saved.pk), lambda: _causes_by_name(saved))
    here = causes_for(viewer, saved).filter(pk__in=named.get(code, ()))
    return wording.causes(counted_in_scope(viewer, here))


def _causes_by_name(saved: SavedAssessment) -> Mapping[str, Sequence[int]]:
    """Gather the causes of an assessment, which stays as it is, by the components they name."""
    causes = CauseRecord.objects.filter(assessment=saved).only("pk")
    found: dict[str, list[int]] = {}
    for cause, codes in upstream_of(causes).items():
        for code in set(codes):
            found.setdefault(code, []).append(cause)
    return found
