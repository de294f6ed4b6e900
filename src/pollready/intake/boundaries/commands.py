"""Sending a file of borders, looking at its matching, and keeping what fits."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.intake.boundaries.matching import LEVELS, bordered_places, match
from pollready.intake.boundaries.models import Boundary, BoundaryFile
from pollready.intake.boundaries.reading import BoundaryList, Polygon, read_boundaries
from pollready.intake.boundaries.simplifying import simplify_all
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.scopes import in_places, places_of
from pollready.places.models import Place

SOURCE_MAX = 300


class NoBoundaryFile(ValueError):
    """There is no file waiting: it was kept, put away or replaced meanwhile."""

    code = "intake.no-boundary-file"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


class PlaceChosenTwice(ValueError):
    """Two borders were given to one place."""

    code = "intake.place-chosen-twice"

    def __init__(self, place: str) -> None:
        self.fields: dict[str, object] = {"place": place}
        super().__init__(place)


class NothingChosen(ValueError):
    """No border was given to any place that the user may write to."""

    code = "intake.no-border-chosen"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many borders were kept, and how many found no place."""

    kept: int
    unmatched: int
    faults: int


@transaction.atomic
def send_boundaries(*, content: bytes, name: str, by: User, now: datetime) -> BoundaryFile:
    """Read a file and let it wait for its sender's look; raises `BoundariesUnreadable`."""
    check(by, Permission.IMPORT_LISTS)
    found = read_boundaries(content, name)
    waiting, _ = BoundaryFile.objects.update_or_create(
        sent_by=by,
        defaults={
            "name": name[-300:],
            "sha256": hashlib.sha256(content).hexdigest(),
            "features": _rows(found),
            "faults": [asdict(fault) for fault in found.faults],
            "sent_at": now,
        },
    )
    return waiting


@transaction.atomic
def put_away_boundaries(*, by: User) -> None:
    """Take back a file that was not kept."""
    check(by, Permission.IMPORT_LISTS)
    BoundaryFile.objects.filter(sent_by=by).delete()


@transaction.atomic
def keep_boundaries(*, chosen: Mapping[int, int], source: str, by: User, now: datetime) -> Kept:
    """Keep the borders of the waiting file for the places chosen (by the row of the file).

    Raises `NoBoundaryFile`, `PlaceChosenTwice` or `NothingChosen`. A place has one border: the
    new one takes the place of the old.
    """
    check(by, Permission.IMPORT_LISTS)
    waiting = BoundaryFile.objects.select_for_update().filter(sent_by=by).first()
    if waiting is None:
        raise NoBoundaryFile
    mine = Place.objects.filter(in_places("pk", places_of(by)), level__in=LEVELS)
    places = mine.in_bulk(set(chosen.values()))
    borders = [
        (places[place], waiting.features[row]["polygons"])
        for row, place in chosen.items()
        if place in places and 0 <= row < len(waiting.features)
    ]
    kept = _keep(
        borders, source=source or waiting.name, actor=by.username, recorded_by=by, now=now,
        sha256=waiting.sha256,
    )  # fmt: skip
    unmatched, faults = len(waiting.features) - kept, len(waiting.faults)
    waiting.delete()
    return Kept(kept, unmatched, faults)


@transaction.atomic
def keep_matched_boundaries(
    *, content: bytes, name: str, source: str, actor: str, now: datetime
) -> Kept:
    """Keep every border of a file whose place is found by itself; for who runs the machine."""
    found = read_boundaries(content, name)
    rows = _rows(found)
    matched = match([row["texts"] for row in rows], bordered_places())
    places = Place.objects.in_bulk([place for place in matched if place is not None])
    borders = [
        (places[place], row["polygons"])
        for row, place in zip(rows, matched, strict=True)
        if place is not None
    ]
    digest = hashlib.sha256(content).hexdigest()
    kept = _keep(
        borders, source=source or name, actor=actor, recorded_by=None, now=now, sha256=digest
    )
    return Kept(kept, len(rows) - kept, len(found.faults))


def _rows(found: BoundaryList) -> list[dict[str, Any]]:
    """Give the features as they wait: simple borders, with the texts that name them."""
    simple = simplify_all([feature.polygons for feature in found.features])
    return [
        {"number": feature.number, "name": feature.name, "texts": list(feature.texts),
         "polygons": polygons}
        for feature, polygons in zip(found.features, simple, strict=True)
    ]  # fmt: skip


def _keep(
    borders: Iterable[tuple[Place, list[Polygon]]],
    *,
    source: str,
    actor: str,
    recorded_by: User | None,
    now: datetime,
    sha256: str,
) -> int:
    by_place: dict[int, tuple[Place, list[Polygon]]] = {}
    for place, polygons in borders:
        if place.pk in by_place:
            raise PlaceChosenTwice(place.name)
        by_place[place.pk] = (place, polygons)
    if not by_place:
        raise NothingChosen
    before = dict(Boundary.objects.filter(place__in=by_place).values_list("place", "source"))
    Boundary.objects.filter(place__in=by_place).delete()
    Boundary.objects.bulk_create(
        Boundary(
            place=place,
            geometry=polygons,
            source=source[:SOURCE_MAX],
            recorded_at=now,
            recorded_by=recorded_by,
        )
        for place, polygons in by_place.values()
    )
    after = {"source": source[:SOURCE_MAX], "sha256": sha256}
    record(
        actor=actor,
        command="keep_boundaries",
        now=now,
        entries=[
            Entry("boundary", str(pk), {"source": before[pk]} if pk in before else None, after)
            for pk in sorted(by_place)
        ],
    )
    return len(by_place)
