"""The two small maps of a staging plan: who is reached in time before, and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np

from pollready.engine.terrain import EARTH_RADIUS_KM
from pollready.planning.staging.plan import StagingPlan
from pollready.planning.staging.sites import Candidate

WIDTH, MARGIN = 560.0, 30.0  # room for a site's number above it
HEIGHT_MIN, HEIGHT_MAX = 240.0, 620.0
TRIANGLE = 4.5  # from its middle to a corner
# A position farther out than this share of what nearly all span is a fault of the register.
FAR_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Mark:
    """A site on the map: its middle, the radius of its reach, its number and name."""

    x: float
    y: float
    reach: float
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One map: dots of reached stations and triangles of the others as one path each, and sites."""

    reached: str
    beyond: str
    marks: Sequence[Mark]
    reached_count: int
    beyond_count: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Maps:
    """Before, None where no depot is known, and after; `left_out` lie too far off to be drawn."""

    before: Drawing | None
    after: Drawing
    left_out: int


@dataclass(frozen=True, slots=True)
class _Frame:
    west: float
    north: float
    scale: float  # points to a degree of latitude
    shrink: float  # cosine of the middle latitude
    height: float

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        return (
            MARGIN + (lon - self.west) * self.shrink * self.scale,
            MARGIN + (self.north - lat) * self.scale,
        )


def draw_maps(plan: StagingPlan, depots: Sequence[Candidate]) -> Maps | None:
    """Draw both maps in one frame; None where no station has a position."""
    located = [n for n, each in enumerate(plan.facts.stations) if each.lat is not None]
    if not located:
        return None
    lat = np.array([plan.facts.stations[n].lat for n in located], dtype=np.float64)
    lon = np.array([plan.facts.stations[n].lon for n in located], dtype=np.float64)
    inside = _near(lat) & _near(lon)
    frame = _frame(lat[inside], lon[inside])
    places = [frame.place(*at) for at in zip(lat[inside], lon[inside], strict=True)]
    kept = np.array(located)[inside]
    asked, sites = plan.asked, plan.sites
    degrees = asked.target_min / 60 * asked.speed_km_h / asked.detour_ratio
    reach = degrees / (EARTH_RADIUS_KM * radians(1)) * frame.scale
    chosen = [site.at for site in sites.sites]
    return Maps(
        _drawing(sites.before_min[kept] <= asked.target_min, places, depots, frame, reach)
        if sites.before_known
        else None,
        _drawing(sites.after_min[kept] <= asked.target_min, places, chosen, frame, reach),
        int((~inside).sum()),
    )


def _near(values: np.ndarray) -> np.ndarray:
    low, high = np.quantile(values, [0.01, 0.99])
    room = FAR_SHARE * (high - low) + 0.05
    near: np.ndarray = (values >= low - room) & (values <= high + room)
    return near


def _frame(lat: np.ndarray, lon: np.ndarray) -> _Frame:
    shrink = cos(radians(float((lat.min() + lat.max()) / 2)))
    wide = max(float(lon.max() - lon.min()) * shrink, 0.02)
    high = max(float(lat.max() - lat.min()), 0.02)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT_MAX - 2 * MARGIN) / high)
    height = max(high * scale + 2 * MARGIN, HEIGHT_MIN)
    spare = ((WIDTH - 2 * MARGIN) / scale - wide) / shrink / 2
    return _Frame(float(lon.min()) - spare, float(lat.max()), scale, shrink, height)


def _drawing(
    is_reached: np.ndarray,
    places: Sequence[tuple[float, float]],
    sites: Sequence[Candidate],
    frame: _Frame,
    reach: float,
) -> Drawing:
    pairs = list(zip(places, is_reached.tolist(), strict=True))
    # A line of no length with round ends is a dot: thousands of them are one short path.
    reached = "".join(f"M{x:.0f} {y:.0f}h0" for (x, y), is_in in pairs if is_in)
    beyond = "".join(f"M{x:.0f} {y - TRIANGLE:.0f}l4 8h-8z" for (x, y), is_in in pairs if not is_in)
    marks = [
        Mark(*frame.place(site.lat, site.lon), reach, number, site.name)
        for number, site in enumerate(sites, start=1)
    ]
    count = int(is_reached.sum())
    return Drawing(reached, beyond, marks, count, len(pairs) - count, WIDTH, frame.height)
