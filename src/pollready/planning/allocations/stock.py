"""What of the ledger can be given: delivered, tested, provisioned, and kept at a known place.

A unit that is only pledged, or of which nobody says that it works, is none. What is left out is
named with its reason, so that somebody can mend it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from django.db.models import QuerySet

from pollready.language import fold, latin_digits
from pollready.places.models import Place, PlaceLevel
from pollready.planning.allocations.effects import kind_key
from pollready.planning.allocations.means import Means, Table
from pollready.planning.allocations.stations import Stations
from pollready.planning.means import kind_of
from pollready.register.models import Component
from pollready.resources.balance import available_of
from pollready.resources.models import ResourceLot
from pollready.resources.queries import twice_of

# Kinds that nobody can use before they are provisioned for this round.
_PROVISIONED_FIRST = ("identity_device",)
_VERSION = re.compile(r"v?\d+(?:\.\d+)+")


class WhyNot(StrEnum):
    """Why units of a lot cannot be given."""

    UNKNOWN_KIND = "unknown-kind"  # nobody said what it does at a station
    UNCOUNTED = "uncounted"  # how many are tested, or are out already, is not known
    UNDELIVERED = "undelivered"
    UNTESTED = "untested"
    NOT_PROVISIONED = "not-provisioned"
    PROVISIONING_UNKNOWN = "provisioning-unknown"
    TWICE = "twice"  # an earlier lot counts the same pieces
    NO_PLACE = "no-place"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Units of a lot that are not given; None where nobody knows how many."""

    lot: int
    kind: str
    depot: str
    units: int | None
    why: WhyNot


@dataclass(frozen=True, slots=True)
class Store:
    """What of one lot can be given, from where, and to whom.

    `by_county` tells that the place is the middle of the lot's county, as nobody says where the
    depot stands. `versions` and `counties` are empty where the lot serves everybody.
    """

    lot: int
    kind: str
    agency: str
    depot: str
    units: int
    lat: float
    lon: float
    county: int | None
    by_county: bool
    versions: frozenset[str] = frozenset()
    counties: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Stock:
    """All that can be given, and what cannot."""

    stores: Sequence[Store]
    left_out: Sequence[LeftOut]

    def of(self, kind: str) -> int:
        """How many units of a kind can be given."""
        return sum(store.units for store in self.stores if store.kind == kind)


def read_stock(
    lots: QuerySet[ResourceLot], round_id: int, table: Table, stations: Stations
) -> Stock:
    """Read what the lots come to, in their order."""
    places = _Places(round_id, stations)
    twice = twice_of(round_id)
    stores: list[Store] = []
    left_out: list[LeftOut] = []
    for lot in lots.filter(round=round_id).select_related("agency").order_by("pk"):
        means = table.get(kind_of(lot.kind))
        store, missing = _of_lot(lot, means, twice.get(lot.pk, 0), places)
        left_out += missing
        if store is not None:
            stores.append(store)
    return Stock(stores, left_out)


def _of_lot(
    lot: ResourceLot, means: Means | None, twice: int, places: "_Places"
) -> tuple[Store | None, list[LeftOut]]:
    def out(why: WhyNot, units: int | None) -> LeftOut:
        return LeftOut(lot.pk, kind_of(lot.kind), lot.depot, units, why)

    there = available_of(lot.delivered, lot.tested, lot.deployed, lot.returned)
    if means is None:
        return None, [out(WhyNot.UNKNOWN_KIND, there)]
    missing = [out(why, units) for why, units in _not_there(lot)]
    if there is None:
        return None, [*missing, out(WhyNot.UNCOUNTED, None)]
    why = _unusable(lot, means)
    if why is not None:
        return None, [*missing, out(why, there)]
    if twice:
        missing.append(out(WhyNot.TWICE, min(twice, there)))
    units = max(0, there - twice)
    place = places.of(lot)
    if place is None:
        return None, [*missing, out(WhyNot.NO_PLACE, units)] if units else missing
    if not units:
        return None, missing
    (lat, lon), by_county = place
    store = Store(
        lot.pk, kind_key(means, lot.agency.code), lot.agency.code, lot.depot, units, lat, lon,
        lot.county_id, by_county,
        versions=_versions(lot.compatible) if means.fits_version else frozenset(),
        counties=places.named_in(lot.compatible) if means.fits_county else frozenset(),
    )  # fmt: skip
    return store, missing


def _not_there(lot: ResourceLot) -> Iterable[tuple[WhyNot, int]]:
    """Count what was pledged and did not come, and what came and was not tested."""
    pledged, delivered, tested = lot.pledged, lot.delivered, lot.tested
    if pledged is not None and delivered is not None and pledged > delivered:
        yield WhyNot.UNDELIVERED, pledged - delivered
    if delivered is not None and tested is not None and delivered > tested:
        yield WhyNot.UNTESTED, delivered - tested


def _unusable(lot: ResourceLot, means: Means) -> WhyNot | None:
    if lot.provisioned is False:
        return WhyNot.NOT_PROVISIONED
    if lot.provisioned is None and means.kind in _PROVISIONED_FIRST:
        return WhyNot.PROVISIONING_UNKNOWN
    return None


def _as_version(text: str) -> str:
    return latin_digits(text).replace("٫", ".").casefold()


def _versions(compatible: str) -> frozenset[str]:
    return frozenset(found.removeprefix("v") for found in _VERSION.findall(_as_version(compatible)))


class _Places:
    """Where depots stand, and which counties a text names."""

    def __init__(self, round_id: int, stations: Stations) -> None:
        depots = Component.objects.filter(
            round=round_id, kind="depot", lat__isnull=False, lon__isnull=False
        )
        self._depots: dict[str, tuple[float, float]] = {
            fold(word): (lat, lon)
            for code, name, lat, lon in depots.values_list("code", "name", "lat", "lon")
            for word in (code, name)
            if word and lat is not None and lon is not None
        }
        self._middle = _middles(stations)
        counties = Place.objects.filter(level=PlaceLevel.COUNTY, pk__in=self._middle)
        self._names = {fold(name): pk for pk, name in counties.values_list("pk", "name")}

    def of(self, lot: ResourceLot) -> tuple[tuple[float, float], bool] | None:
        """Give where a lot is kept, and whether that is only the middle of its county."""
        known = self._depots.get(fold(lot.depot))
        if known is not None:
            return known, False
        middle = self._middle.get(lot.county_id or 0)
        return None if middle is None else (middle, True)

    def named_in(self, text: str) -> frozenset[int]:
        """Give the counties of the round that a text names."""
        words = f" {fold(text)} "
        return frozenset(pk for name, pk in self._names.items() if name and f" {name} " in words)


def _middles(stations: Stations) -> Mapping[int, tuple[float, float]]:
    found = {}
    known = np.isfinite(stations.lat) & np.isfinite(stations.lon)
    for county in np.unique(stations.county[known]).tolist():
        here = known & (stations.county == county)
        found[county] = float(stations.lat[here].mean()), float(stations.lon[here].mean())
    return found


def store_values(store: Store) -> dict[str, Any]:
    """Give a store as a plan keeps it."""
    return {
        "lot": store.lot, "kind": store.kind, "agency": store.agency, "depot": store.depot,
        "units": store.units, "county": store.county, "by_county": store.by_county,
        "versions": sorted(store.versions), "counties": sorted(store.counties),
    }  # fmt: skip
