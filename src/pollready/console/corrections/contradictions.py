"""A page of the list of contradictions, in words, by few queries however many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pollready.console.claims import sheet_row
from pollready.console.corrections.words import resolution_sentence, shown_value, slug_of
from pollready.console.names import field_name
from pollready.console.wording import Wording
from pollready.language import say
from pollready.people.models import User
from pollready.places.models import Listing, PlaceLevel, Stop
from pollready.register.corrections.differing import Contradiction
from pollready.register.corrections.models import Resolution
from pollready.register.corrections.queries import set_aside
from pollready.register.corrections.subjects import About
from pollready.register.models import Claim, Component

_TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "listing": (Listing, ("point__place__parent__parent",)),
    "stop": (Stop, ("listing__point__place__parent__parent",)),
    "component": (Component, ("place__parent",)),
}

Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says: with the sheet and row of a file, and the day."""

    value: str
    source: str = ""
    where: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class ContradictionRow:
    """One contradiction in the list."""

    about: str
    field: str
    name: str
    code: str
    title: str
    county: str
    values: Sequence[Said]
    decided: str


def read_page(
    found: Sequence[Contradiction], wording: Wording, viewer: User
) -> list[ContradictionRow]:
    """Say the contradictions of one page."""
    ids = {kind: [each.id for each in found if each.kind == kind] for kind in _TABLES}
    things = {
        (kind, thing.pk): thing
        for kind, (table, related) in _TABLES.items()
        for thing in table.objects.filter(pk__in=ids[kind]).select_related(*related)
    }
    claims = _claims(ids, found)
    decided = _decided(ids)
    return [
        _row(each, things[each.kind, each.id], claims.get((each.kind, each.id, each.field), []),
             decided.get((each.kind, each.id, each.field)), wording, viewer)
        for each in found
    ]  # fmt: skip


def _keyed(row: Any) -> Key:
    kind = next(each for each in _TABLES if getattr(row, f"{each}_id") is not None)
    return kind, getattr(row, f"{kind}_id"), row.field


def _claims(ids: Mapping[str, list[int]], found: Sequence[Contradiction]) -> dict[Key, list[Claim]]:
    wanted = {(each.kind, each.id, each.field) for each in found}
    gathered: dict[Key, list[Claim]] = {}
    for kind, keys in ids.items():
        rows = Claim.objects.filter(
            **{f"{kind}__in": keys}, superseded_at__isnull=True,
            field__in={each.field for each in found},
        ).select_related("source")  # fmt: skip
        for claim in rows.order_by("-as_of_date", "pk"):
            if (key := _keyed(claim)) in wanted:
                gathered.setdefault(key, []).append(claim)
    rounds = {claim.source.round_id for claims in gathered.values() for claim in claims}
    outvoted = {pk for each in rounds for pk in set_aside(each)}
    return {
        key: [claim for claim in claims if claim.pk not in outvoted]
        for key, claims in gathered.items()
    }


def _decided(ids: Mapping[str, list[int]]) -> dict[Key, Resolution]:
    found: dict[Key, Resolution] = {}
    for kind, keys in ids.items():
        standing = Resolution.objects.filter(**{f"{kind}__in": keys}, ended_at__isnull=True)
        for each in standing.select_related("decided_by", "agency", "chosen"):
            found[_keyed(each)] = each
    return found


def _row(
    found: Contradiction, thing: Any, claims: Sequence[Claim], resolution: Resolution | None,
    wording: Wording, viewer: User,
) -> ContradictionRow:  # fmt: skip
    language, veil = wording.language, wording.veil
    values = []
    for claim in claims:
        if max(claim.classification, claim.source.classification) > viewer.clearance:
            values.append(Said(say("console.station.above_clearance", language)))
        else:
            said = shown_value(claim.field, claim.value, wording)
            where = veil.text(sheet_row(claim.sheet, claim.row, language))
            values.append(Said(said, veil.text(claim.source.name), where, claim.as_of_date))
    code, title, county = _named(thing, wording)
    return ContradictionRow(
        slug_of(About(found.kind, found.id)),
        found.field,
        field_name(found.field, language),
        code,
        title,
        county,
        values,
        resolution_sentence(resolution, wording),
    )


def _named(thing: Any, wording: Wording) -> tuple[str, str, str]:
    if isinstance(thing, Component):
        title = say(f"kind.{thing.kind}", wording.language)
        shown = wording.veil.shows(thing.code)
        if shown and thing.name:
            title = f"{title}: {thing.name}"
        return wording.veil.code(thing.code), title, _county(thing.place)
    listing = thing.listing if isinstance(thing, Stop) else thing
    title = listing.point.name
    if isinstance(thing, Stop):
        title = say(
            "correct.thing.stop", wording.language, ordinal=thing.ordinal,
            name=wording.veil.text(thing.place_name), station=title,
        )  # fmt: skip
    return listing.code, title, _county(listing.point.place)


def _county(place: Any) -> str:
    while place is not None and place.level > PlaceLevel.COUNTY:
        place = place.parent
    return place.name if place is not None and place.level == PlaceLevel.COUNTY else ""
