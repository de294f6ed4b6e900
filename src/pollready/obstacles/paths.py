"""What evidence says of one path: tested, old, never tested, dead, or not known."""

from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations

from pollready.obstacles.facts import Facts, PathFacts, StationFacts
from pollready.obstacles.thresholds import Thresholds

# T-30: by then every station's radio coverage must have been tested on site.
COVERAGE_GATE_DAYS = 30


class PathState(StrEnum):
    """The state of one path by its claims."""

    TESTED = "tested"  # on site, with a signal, recently enough
    OLD = "old"  # tested, but too long before the coverage gate
    UNTESTED = "untested"  # a signal is claimed, no test on site
    DEAD = "dead"  # no signal
    UNKNOWN = "unknown"  # nobody says
    CONTRADICTED = "contradicted"


def oldest_valid_test(facts: Facts, thresholds: Thresholds) -> date:
    """Give the earliest date on which a test still counts: its age is measured at its gate."""
    measured_at = facts.as_of
    if facts.election_date is not None:
        measured_at = facts.election_date - timedelta(days=COVERAGE_GATE_DAYS)
    return measured_at - timedelta(days=thresholds.test_age_max_days)


def path_state(path: PathFacts, oldest: date) -> PathState:
    """Judge one path; `oldest` is the earliest date of a test that counts."""
    if path.signal.contradicted or path.test_date.contradicted:
        return PathState.CONTRADICTED
    if not path.signal.known:
        return PathState.UNKNOWN
    if path.signal.value == "none":
        return PathState.DEAD
    if not path.test_date.known:
        return PathState.UNTESTED
    return PathState.TESTED if path.test_date.value >= oldest else PathState.OLD


class Independence(StrEnum):
    """Whether two paths of a station can fail together."""

    INDEPENDENT = "independent"
    SHARED = "shared"  # every pair has a component or group in common
    SINGLE = "single"  # evidence says that there is only one path
    UNKNOWN = "unknown"


def independence(paths: tuple[PathFacts, ...], oldest: date) -> Independence:
    """Judge a station's second path: no common component or group below province tier."""
    living = [path for path in paths if path_state(path, oldest) != PathState.DEAD]
    if len(living) < 2:
        return Independence.SINGLE if len(paths) > len(living) == 1 else Independence.UNKNOWN
    verdict = Independence.SHARED
    for one, other in combinations(living, 2):
        if not (one.upstream_recorded and other.upstream_recorded):
            verdict = Independence.UNKNOWN
        elif not (one.upstream & other.upstream or one.ducts & other.ducts):
            return Independence.INDEPENDENT
    return verdict


def shared_by_all(paths: tuple[PathFacts, ...]) -> tuple[str, ...]:
    """Name the components and groups that every path has in common."""
    if not paths:
        return ()
    common = frozenset.intersection(*(path.upstream | path.ducts for path in paths))
    return tuple(sorted(common))


def is_mobile(station: StationFacts) -> bool:
    """Tell whether the station travels."""
    return station.kind == "mobile"
