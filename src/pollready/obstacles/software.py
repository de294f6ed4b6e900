"""Which software is the final one of a round."""

from collections import Counter

from pollready.obstacles.facts import Facts


def final_software(facts: Facts) -> str | None:
    """Give the version that more than half of the stations with a version run; else None."""
    versions = Counter(
        station.claim("software").value
        for station in facts.stations
        if station.claim("software").known
    )
    if not versions:
        return None
    version, count = versions.most_common(1)[0]
    return str(version) if count * 2 > versions.total() else None
