"""What evidence says of one path: tested, old, never tested, dead, or not known."""

from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations

from pollready.obstacles.facts import Facts, PathFacts, RadioFacts, StationFacts
from pollready.obstacles.thresholds import Thresholds


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
    return oldest_test_on(facts.as_of, facts.election_date, thresholds)


def oldest_test_on(as_of: date, election_date: date | None, thresholds: Thresholds) -> date:
    """Give the earliest date of a test that counts, as the rules will see it on a day."""
    measured_at = as_of
    if election_date is not None:
        measured_at = election_date - timedelta(days=thresholds.coverage_gate_days)
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


# Of several paths the first of these that any is in: what nobody knows may yet be better than
# what evidence condemns.
_BEST_FIRST = (
    PathState.TESTED, PathState.CONTRADICTED, PathState.UNTESTED, PathState.UNKNOWN,
    PathState.OLD, PathState.DEAD,
)  # fmt: skip


def best_state(paths: tuple[PathFacts, ...], oldest: date) -> PathState:
    """Give the state of the best path; where none is named, nobody says anything."""
    states = {path_state(path, oldest) for path in paths}
    return next((state for state in _BEST_FIRST if state in states), PathState.UNKNOWN)


def operators_to_estimate(paths: tuple[PathFacts, ...]) -> frozenset[str] | None:
    """Give the operators of which a radio estimate can tell what no test on site has told.

    None stands for every operator: nobody says which serve the place. An estimate never stands
    beside a test, nor beside sources that differ about one.
    """
    mobile = [path for path in paths if path.medium == "mobile"]
    if not mobile:
        return None
    return frozenset(path.label for path in mobile if _may_be_estimated(path))


def _may_be_estimated(path: PathFacts) -> bool:
    if path.signal.contradicted or path.test_date.contradicted or path.signal.value == "none":
        return False
    return not (path.signal.known and path.test_date.known)


class Independence(StrEnum):
    """Whether two paths of a station can fail together."""

    INDEPENDENT = "independent"
    SHARED = "shared"  # every pair has a component or group in common
    SINGLE = "single"  # evidence says that there is one path at most
    UNKNOWN = "unknown"


def independence(paths: tuple[PathFacts, ...], oldest: date) -> Independence:
    """Judge a second path: no common component or group below province tier.

    Fewer than two living paths are evidence of one path only where both operators were asked
    about; an operator that nobody mentions may well be there.
    """
    living = [path for path in paths if path_state(path, oldest) != PathState.DEAD]
    if len(living) < 2:
        return Independence.SINGLE if both_operators_asked(paths) else Independence.UNKNOWN
    verdict = Independence.SHARED
    for one, other in combinations(living, 2):
        if one.medium == other.medium and one.label == other.label:
            continue  # two cards of one operator are one path
        if not (one.upstream_recorded and other.upstream_recorded):
            verdict = Independence.UNKNOWN
        elif not (one.upstream & other.upstream or one.ducts & other.ducts):
            return Independence.INDEPENDENT
    return verdict


def both_operators_asked(paths: tuple[PathFacts, ...]) -> bool:
    """Tell whether somebody said something of the signal of two operators."""
    return sum(path.medium == "mobile" and bool(path.signal.evidence) for path in paths) >= 2


class SecondPath(StrEnum):
    """What evidence says of a second path beside the first."""

    INDEPENDENT = "independent"  # two tested paths with nothing in common
    SHARED = "shared"
    SINGLE = "single"
    OLD = "old"  # independent, but its test is too old or it is dead
    DISPUTED = "disputed"
    UNTESTED = "untested"
    UNRECORDED = "unrecorded"  # nobody says what is upstream
    UNKNOWN = "unknown"  # nobody says whether there is one


def second_path(paths: tuple[PathFacts, ...], oldest: date) -> SecondPath:
    """Judge the second path where a station serves: there, independent, and tested."""
    verdict = independence(paths, oldest)
    if verdict is Independence.UNKNOWN:
        living = [path for path in paths if path_state(path, oldest) != PathState.DEAD]
        return SecondPath.UNKNOWN if len(living) < 2 else SecondPath.UNRECORDED
    if verdict is not Independence.INDEPENDENT:
        return SecondPath(verdict.value)
    tested = tuple(path for path in paths if path_state(path, oldest) is PathState.TESTED)
    if independence(tested, oldest) is Independence.INDEPENDENT:
        return SecondPath.INDEPENDENT
    states = {path_state(path, oldest) for path in paths}
    if PathState.CONTRADICTED in states:
        return SecondPath.DISPUTED
    if PathState.UNTESTED in states:
        return SecondPath.UNTESTED
    return SecondPath.UNKNOWN if PathState.UNKNOWN in states else SecondPath.OLD


def shared_by_all(paths: tuple[PathFacts, ...]) -> tuple[str, ...]:
    """Name the components and groups that every path has in common."""
    if not paths:
        return ()
    common = frozenset.intersection(*(path.upstream | path.ducts for path in paths))
    return tuple(sorted(common))


def is_mobile(station: StationFacts) -> bool:
    """Tell whether the station travels."""
    return station.kind == "mobile"


def routes(station: StationFacts) -> tuple[tuple[PathFacts, ...], ...]:
    """Give the paths where the station serves: at its place, or at each stop of its route.

    Of a mobile station without recorded stops nobody knows where it serves: no route.
    """
    if is_mobile(station):
        return tuple(stop.paths for stop in station.stops)
    return (station.paths,)


def estimates_of(station: StationFacts) -> tuple[tuple[RadioFacts, ...], ...]:
    """Give the radio estimates where the station serves, in the order of `routes`."""
    if is_mobile(station):
        return tuple(stop.estimates for stop in station.stops)
    return (station.estimates,)


def poor_estimates(
    paths: tuple[PathFacts, ...], estimates: tuple[RadioFacts, ...]
) -> tuple[RadioFacts, ...]:
    """Give the estimates of a weak signal, or of none, that no test on site overrules."""
    asked = operators_to_estimate(paths)
    return tuple(
        each
        for each in estimates
        if each.signal in ("weak", "none") and (asked is None or each.operator in asked)
    )


def is_estimated_poor(paths: tuple[PathFacts, ...], estimates: tuple[RadioFacts, ...]) -> bool:
    """Tell whether every operator that may serve a place is estimated weak or none there."""
    asked = operators_to_estimate(paths)
    poor = {each.operator for each in poor_estimates(paths, estimates)}
    return bool(poor) and (asked or {each.operator for each in estimates}) <= poor
