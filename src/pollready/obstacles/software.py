"""Which software is the final one of a round."""

from collections import Counter

from pollready.obstacles.facts import Facts

FINAL_SOFTWARE = "final_software"  # its place in `Facts.derived`


def final_software(facts: Facts) -> str | None:
    """Give the version that more than half of the stations with a version run; else None."""
    if FINAL_SOFTWARE not in facts.derived:
        facts.derived[FINAL_SOFTWARE] = _majority(facts)
    found: str | None = facts.derived[FINAL_SOFTWARE]
    return found


def _majority(facts: Facts) -> str | None:
    versions = Counter(
        station.claim("software").value
        for station in facts.stations
        if station.claim("software").known
    )
    if not versions:
        return None
    version, count = versions.most_common(1)[0]
    return str(version) if count * 2 > versions.total() else None
