"""When one component or group carries enough stations to be a point of failure of its own."""

from collections.abc import Iterable, Mapping

from pollready.obstacles.facts import ComponentFacts, Facts
from pollready.obstacles.thresholds import Thresholds

PROVINCE_TIER = 3
ELECTORATES = "electorates"  # their place in `Facts.derived`


def carries_many(component: ComponentFacts, facts: Facts, thresholds: Thresholds) -> bool:
    """Tell whether its loss alone takes enough stations, or enough of a county's voters.

    Two stations are the least that can share anything: a small county's single large station
    is its own matter, not a shared one.
    """
    falling = component.falls_with_it
    if len(falling) >= thresholds.shared_stations_min:
        return True
    if len(falling) < 2:
        return False
    by_county: dict[str, int] = {}
    voters_of = electorates(facts)
    for listing in falling:
        county, voters = voters_of.get(listing, ("", None))
        if voters is not None:
            by_county[county] = by_county.get(county, 0) + voters
    return any(
        voters >= thresholds.shared_voters_share_min * facts.county_voters.get(county, voters + 1)
        for county, voters in by_county.items()
        if facts.county_voters.get(county)
    )


def electorates(facts: Facts) -> Mapping[int, tuple[str, int | None]]:
    """Give, by listing, its county's code and its voters."""
    if ELECTORATES not in facts.derived:
        facts.derived[ELECTORATES] = {
            station.listing_id: (station.county_code, station.voters) for station in facts.stations
        }
    found: Mapping[int, tuple[str, int | None]] = facts.derived[ELECTORATES]
    return found


def shared_points(
    facts: Facts, thresholds: Thresholds, *, groups: bool
) -> Iterable[ComponentFacts]:
    """Give the components (or groups) below province tier that carry many."""
    for component in facts.components.values():
        is_candidate = component.is_group is groups and component.tier < PROVINCE_TIER
        if is_candidate and carries_many(component, facts, thresholds):
            yield component
