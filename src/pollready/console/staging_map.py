"""The two small maps of a staging plan: who is reached in time before, and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import radians

from pollready.engine.terrain import EARTH_RADIUS_KM
from pollready.planning.staging.asking import Asked
from pollready.planning.staging.candidates import Candidate
from pollready.planning.staging.plan import StagingPlan
from pollready.reports.map_frame import Frame, believable, fit

WIDTH, HEIGHT = 560.0, 460.0
MARGIN = 30.0  # room for a site's number above it
TRIANGLE = 4.5  # from its middle to a corner


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
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True, slots=True)
class Maps:
    """Before, None where no depot is known, and after; `left_out` lie too far off to be drawn."""

    before: Drawing | None
    after: Drawing
    left_out: int


def draw_maps(plan: StagingPlan, depots: Sequence[Candidate]) -> Maps | None:
    """Draw both maps in one frame; None where no station has a position."""
    located = [
        (n, each.lat, each.lon)
        for n, each in enumerate(plan.facts.stations)
        if each.lat is not None and each.lon is not None
    ]
    if not located:
        return None
    placed = believable(located)
    frame = fit(placed, WIDTH, HEIGHT, MARGIN)
    target = plan.asked.target_min
    # Where a site is that the viewer may not see is not known here.
    chosen = [(each.number, each.at) for each in plan.sites.sites if each.at.lat == each.at.lat]

    def drawing(minutes: Sequence[float], sites: Iterable[tuple[int, Candidate]]) -> Drawing:
        dots = [(*frame.place(lat, lon), minutes[n] <= target) for n, lat, lon in placed]
        return _drawing(dots, _marks(sites, frame, _reach(plan.asked, frame)))

    return Maps(
        drawing(plan.sites.before_min.tolist(), enumerate(depots, 1))
        if plan.sites.before_known
        else None,
        drawing(plan.sites.after_min.tolist(), chosen),
        len(located) - len(placed),
    )


def _reach(asked: Asked, frame: Frame) -> float:
    """Give on the canvas how far the target goes, the detour being everywhere alike."""
    km = asked.target_min / 60 * asked.speed_km_h / asked.detour_ratio
    return km / (EARTH_RADIUS_KM * radians(1)) * frame.scale


def _marks(sites: Iterable[tuple[int, Candidate]], frame: Frame, reach: float) -> list[Mark]:
    return [
        Mark(*frame.place(site.lat, site.lon), reach, number, site.name) for number, site in sites
    ]


def _drawing(dots: Sequence[tuple[float, float, bool]], marks: Sequence[Mark]) -> Drawing:
    # A line of no length with round ends is a dot: thousands of them are one short path.
    reached = [f"M{x:.0f} {y:.0f}h0" for x, y, is_in in dots if is_in]
    beyond = [f"M{x:.0f} {y - TRIANGLE:.0f}l4 8h-8z" for x, y, is_in in dots if not is_in]
    return Drawing("".join(reached), "".join(beyond), marks, len(reached), len(beyond))
