"""The stations of a round as an allocation sees them: voters, places, and nothing else.

This is the closed list of what may enter. Nothing here, or anywhere in a plan, says how a place
votes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.chances import Ground
from pollready.obstacles.facts import NOTHING_KNOWN
from pollready.places.models import Listing, StationKind
from pollready.planning.needs import CountyOf

URBAN_STATIONS_MIN = 10  # a place with so many stations counts as a town: no list says which is one
NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Stations:
    """Arrays over the stations of a round, in its order.

    Attributes
    ----------
    listings : int64[n]
        Primary keys.
    codes : str[n]
    voters : float64[n]
        NaN where nobody knows.
    lat, lon : float64[n]
        Degrees, of a mobile station without a place of its own those of its first stop; NaN where
        unknown.
    county : int64[n]
        Primary keys; -1 where none is recorded.
    is_mobile, is_urban : bool[n]
    software : str[n]
        The version in its devices; empty where unknown.
    """

    listings: NDArray[np.int64]
    codes: NDArray[np.str_]
    voters: NDArray[np.float64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    county: NDArray[np.int64]
    is_mobile: NDArray[np.bool_]
    is_urban: NDArray[np.bool_]
    software: NDArray[np.str_]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.listings)


def read_stations(ground: Ground) -> Stations:
    """Read what an allocation may know of the stations."""
    rows = ground.rows
    places = dict(Listing.objects.filter(round=rows.round.pk).values_list("pk", "point__place_id"))
    # A station of which nobody recorded the place stands in no town.
    in_place = Counter(place for row in rows.listings if (place := places[row.id]) is not None)
    county_of = CountyOf()
    points = [_point(ground, row.id, row.lat, row.lon) for row in rows.listings]
    return Stations(
        listings=np.array([row.id for row in rows.listings], dtype=np.int64),
        codes=np.array([row.code for row in rows.listings], dtype=np.str_),
        voters=_numbers(row.voters for row in rows.listings),
        lat=_numbers(lat for lat, _ in points),
        lon=_numbers(lon for _, lon in points),
        county=np.array([county_of(places[row.id]) or NOWHERE for row in rows.listings], np.int64),
        is_mobile=np.array([row.kind == StationKind.MOBILE for row in rows.listings], np.bool_),
        is_urban=np.array(
            [in_place[places[row.id]] >= URBAN_STATIONS_MIN for row in rows.listings], np.bool_
        ),
        software=np.array([_software(ground, row.id) for row in rows.listings], dtype=np.str_),
    )


def _point(
    ground: Ground, listing: int, lat: float | None, lon: float | None
) -> tuple[float | None, float | None]:
    if lat is not None and lon is not None:
        return lat, lon
    stops = ground.rows.stops.get(listing, [])
    return next(((s.lat, s.lon) for s in stops if s.lat is not None), (None, None))


def _software(ground: Ground, listing: int) -> str:
    known = ground.rows.claims.get(listing, {}).get("software", NOTHING_KNOWN)
    return str(known.value).strip().casefold().removeprefix("v") if known.known else ""


def _numbers(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)
