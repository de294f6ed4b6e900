"""A pick of failures, written as the selector of a scenario."""

from urllib.parse import urlencode

from django.urls import reverse

from pollready.assessment.picks import Pick
from pollready.places.models import Place, PlaceLevel
from pollready.planning.selectors import (
    NAMES_MAX,
    Choice,
    Failures,
    Part,
    Where,
    str_of,
)
from pollready.register.veil import Veil


def scenario_url(pick: Pick, failed: frozenset[str], veil: Veil, *, hours: float) -> str:
    """Give the address that makes a scenario of a pick; empty where no selector says it.

    A few components are named, as far as the viewer may name them; many are said by their kind,
    agency and county.
    """
    part = _part(pick, failed, veil)
    if part is None:
        return ""
    selector = str_of(Failures((part,)))
    return f"{reverse('scenario-new')}?{urlencode({'selector': selector, 'hours': f'{hours:g}'})}"


def _part(pick: Pick, failed: frozenset[str], veil: Veil) -> Part | None:
    chosen = pick.selector
    county = _county(chosen.place)
    if not pick.codes and chosen.kind and county is not None:
        where = Where(county=county, agency=chosen.agency)
        return Part(Choice.EVERY, (chosen.kind,), where=where)
    if len(failed) <= NAMES_MAX and all(veil.shows(code) for code in failed):
        return Part(Choice.NAMED, tuple(sorted(failed)))
    return None


def _county(place: int | None) -> str | None:
    """Give the county as selectors call it: empty for everywhere, None for what is no county."""
    if place is None:
        return ""
    found = Place.objects.filter(pk=place, level=PlaceLevel.COUNTY).first()
    return (found.code or found.name) if found else None
