"""Borders: what a GeoJSON file may hold, which place each belongs to, what is kept."""

import json
from datetime import UTC, datetime

import pytest

from pollready.audit.models import AuditBatch
from pollready.intake.boundaries.commands import (
    NoBoundaryFile,
    NothingChosen,
    PlaceChosenTwice,
    keep_boundaries,
    keep_matched_boundaries,
    put_away_boundaries,
    send_boundaries,
)
from pollready.intake.boundaries.matching import bordered_places, match
from pollready.intake.boundaries.models import Boundary, BoundaryFile
from pollready.intake.boundaries.reading import BoundariesUnreadable, read_boundaries
from pollready.intake.boundaries.simplifying import simplify_all
from pollready.language import fold
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Place, PlaceLevel

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 6, 1, tzinfo=UTC)
SQUARE = [[46.0, 38.0], [46.5, 38.0], [46.5, 38.5], [46.0, 38.5], [46.0, 38.0]]


def feature(name: str | None = "اهر", *, ring=SQUARE, kind: str = "Polygon", **properties):
    coordinates = [ring] if kind == "Polygon" else ring
    named = {} if name is None else {"name": name}
    return {
        "type": "Feature",
        "properties": named | properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def file_of(*features, **more) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more).encode()


@pytest.fixture
def places(db) -> dict[str, Place]:
    made = {}
    for code, name in (("303", "تبریز"), ("0304", "اهر"), ("", "بستان‌آباد")):
        made[name] = Place.objects.create(
            level=PlaceLevel.COUNTY, code=code, name=name, key=fold(name)
        )
    for name in ("تبریز", "اهر"):
        made[f"مرکزی {name}"] = Place.objects.create(
            level=PlaceLevel.DISTRICT, name="مرکزی", key=fold("مرکزی"), parent=made[name]
        )
    return made


@pytest.fixture
def secretary(db) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY)


def test_everything_wrong_is_told_at_once_and_the_rest_goes_in():
    content = file_of(
        feature("sound"),
        {"type": "Feature", "properties": {"name": "point"},
         "geometry": {"type": "Point", "coordinates": [46, 38]}},
        feature("metres", ring=[[500000, 4200000]] * 5),
        feature("short", ring=SQUARE[:3]),
        feature("letters", ring=[["a", "b"]] * 5),
        feature(None),
        {"type": "Feature", "properties": None, "geometry": None},
        "no feature",
    )  # fmt: skip
    found = read_boundaries(content, "x.geojson")
    assert [each.name for each in found.features] == ["sound"]
    assert [(each.number, each.code) for each in found.faults] == [
        (2, "no_polygon"), (3, "off_earth"), (4, "ring_too_short"), (5, "not_numbers"),
        (6, "no_name"), (7, "no_polygon"), (8, "no_polygon"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "no_json"),
        (b"{", "no_json"),
        (b"[" * 100_000, "no_json"),
        (b"[]", "no_collection"),
        (b'{"type": "Topology"}', "no_collection"),
        (file_of(), "no_polygon"),
        (file_of(feature(), crs={"properties": {"name": "EPSG:32638"}}), "projected"),
        (file_of(*[feature()] * 5001), "features"),
    ],
)
def test_a_file_that_gives_no_border_says_why(content, why):
    with pytest.raises(BoundariesUnreadable) as refused:
        read_boundaries(content, "x.geojson")
    assert refused.value.fields["why"].key == f"map.unreadable.{why}"


def test_neighbours_keep_sharing_their_border():
    wiggle = [[46.5, 38.0 + i * 0.0007 + (0.0002 if i % 2 else 0)] for i in range(200)]
    west = [[46.0, 38.0], *wiggle, [46.0, wiggle[-1][1]], [46.0, 38.0]]
    east = [[47.0, 38.0], *wiggle, [47.0, wiggle[-1][1]], [47.0, 38.0]]
    (one,), (other,) = simplify_all([[[west]], [[east]]])
    inside = [tuple(p) for p in one[0] if 46.4 < p[0] < 46.6]
    assert len(inside) < len(wiggle)
    assert inside == [tuple(p) for p in other[0] if 46.4 < p[0] < 46.6]


def test_an_island_smaller_than_the_grid_is_not_lost():
    dot = [[46.0, 38.0], [46.0001, 38.0], [46.0001, 38.0001], [46.0, 38.0]]
    assert tuple(simplify_all([[[dot]]])[0][0][0][0]) == (46.0, 38.0)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["شهرستان تبريز"], "تبریز"),
        (["Tabriz County", "۳۰۳"], "تبریز"),
        (["304"], "اهر"),
        (["بستان آباد"], "بستان‌آباد"),
        (["شهرستان بستان‌آباد", "تبریز"], "بستان‌آباد"),
        (["بخش مرکزی"], None),
        (["بخش مرکزی", "اهر"], "مرکزی اهر"),
        (["مراغه"], None),
        (["5"], None),
    ],
)
def test_a_border_finds_its_place_by_code_or_by_any_spelling(places, texts, expected):
    (found,) = match([texts], bordered_places())
    assert found == (None if expected is None else places[expected].pk)


def test_no_place_is_found_twice(places):
    assert match([["اهر"], ["شهرستان اهر"]], bordered_places()) == [places["اهر"].pk, None]


def test_a_file_waits_until_it_is_kept(places, secretary):
    send_boundaries(content=file_of(feature()), name="a.geojson", by=secretary, now=NOW)
    assert not Boundary.objects.exists()
    place = places["اهر"]
    kept = keep_boundaries(chosen={0: place.pk}, source="", by=secretary, now=NOW)
    assert (kept.kept, kept.unmatched) == (1, 0)
    border = Boundary.objects.get()
    assert (border.place, border.source, border.recorded_by) == (place, "a.geojson", secretary)
    assert border.geometry == [[SQUARE]]
    batch = AuditBatch.objects.get()
    assert (batch.command, batch.actor) == ("keep_boundaries", "secretary")
    assert not BoundaryFile.objects.exists()
    with pytest.raises(NoBoundaryFile):
        keep_boundaries(chosen={0: place.pk}, source="", by=secretary, now=NOW)


def test_a_new_border_takes_the_place_of_the_old(places, secretary):
    for source in ("first", "second"):
        send_boundaries(content=file_of(feature()), name="a", by=secretary, now=NOW)
        keep_boundaries(chosen={0: places["اهر"].pk}, source=source, by=secretary, now=NOW)
    assert Boundary.objects.get().source == "second"
    entry = AuditBatch.objects.order_by("-number").first().entries.get()
    assert entry.before == {"source": "first"}


def test_two_borders_for_one_place_and_none_at_all_are_refused(places, secretary):
    send_boundaries(content=file_of(feature(), feature("b")), name="a", by=secretary, now=NOW)
    place = places["اهر"].pk
    with pytest.raises(PlaceChosenTwice):
        keep_boundaries(chosen={0: place, 1: place}, source="", by=secretary, now=NOW)
    with pytest.raises(NothingChosen):
        keep_boundaries(chosen={9: place, 0: 10**9}, source="", by=secretary, now=NOW)
    assert BoundaryFile.objects.count() == 1
    put_away_boundaries(by=secretary)
    assert not BoundaryFile.objects.exists()


def test_a_secretary_of_a_place_keeps_its_borders_alone(places, secretary):
    secretary.places.add(places["تبریز"])
    send_boundaries(content=file_of(feature()), name="a", by=secretary, now=NOW)
    with pytest.raises(NothingChosen):
        keep_boundaries(chosen={0: places["اهر"].pk}, source="", by=secretary, now=NOW)


@pytest.mark.parametrize("role", [Role.GOVERNOR, Role.SUPERVISION, Role.COMMITTEE_HEAD])
def test_who_imports_no_lists_sends_no_borders(db, role):
    user = User.objects.create(username="u", role=role)
    with pytest.raises(NotPermitted):
        send_boundaries(content=file_of(feature()), name="a", by=user, now=NOW)


def test_the_command_line_keeps_what_finds_its_place(places):
    content = file_of(feature("اهر"), feature("nowhere"), feature(None))
    kept = keep_matched_boundaries(content=content, name="a", source="s", actor="me", now=NOW)
    assert (kept.kept, kept.unmatched, kept.faults) == (1, 1, 1)
