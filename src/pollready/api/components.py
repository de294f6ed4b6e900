"""Components, with names and places only for whom they are."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from pollready.api.access import needs, user_of
from pollready.api.errors import answers
from pollready.api.pages import Key, Page, Part, cut
from pollready.api.rounds import round_of, veil_of
from pollready.people.permissions import Permission
from pollready.register.models import Component, Tier
from pollready.register.queries import components_for
from pollready.register.veil import Veil

router = Router(tags=["components"])


class ComponentSeen(Schema):
    """One component; a masked one has a code such as `#7KQ2M4TZ`, no name and no position."""

    id: int
    code: str
    masked: bool
    kind: str
    name: str | None
    agency: str | None
    tier: str
    lat: float | None
    lon: float | None


class Asked(Schema):
    """What of the list is asked for."""

    kind: str | None = None
    agency: str | None = None


@router.get("/rounds/{code}/components", response=answers(Page[ComponentSeen]))
@needs(Permission.SEE_INFRASTRUCTURE)
def components(
    request: HttpRequest, code: str, asked: Annotated[Asked, Query()], window: Part
) -> dict[str, Any]:
    """List the components of a round that the asker may know of."""
    user = user_of(request)
    election_round = round_of(user, code)
    rows = components_for(user).filter(round=election_round).select_related("agency")
    if asked.kind:
        rows = rows.filter(kind=asked.kind.replace("\0", ""))
    if asked.agency:
        rows = rows.filter(agency__code=asked.agency.replace("\0", ""))
    # By number, not by code: the order of codes would tell something of masked ones.
    count, part = cut(rows.order_by("pk"), window)
    veil = veil_of(user, election_round.pk)
    return {
        "count": count,
        "offset": window.offset,
        "rows": [_component(row, veil) for row in part],
    }


@router.get("/components/{component_id}", response=answers(ComponentSeen))
@needs(Permission.SEE_INFRASTRUCTURE)
def component(request: HttpRequest, component_id: Key) -> dict[str, Any]:
    """Give one component."""
    user = user_of(request)
    row = get_object_or_404(components_for(user).select_related("agency"), pk=component_id)
    return _component(row, veil_of(user, row.round_id))


def _component(row: Component, veil: Veil) -> dict[str, Any]:
    shown = veil.shows(row.code)
    return {
        "id": row.pk,
        "code": veil.code(row.code),
        "masked": not shown,
        "kind": row.kind,
        "name": row.name if shown else None,
        "agency": row.agency.code if row.agency else None,
        "tier": Tier(row.tier).label,
        "lat": row.lat if shown else None,
        "lon": row.lon if shown else None,
    }
