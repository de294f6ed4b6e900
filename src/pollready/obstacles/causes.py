"""Gathering findings into causes: what one act would remedy."""

from collections.abc import Mapping

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Cause, Finding, Severity
from pollready.obstacles.shared import electorates

_ORDER = tuple(Severity)
Electorates = Mapping[int, tuple[str, int | None]]
NOBODY = ("", None)


def group(findings: tuple[Finding, ...], facts: Facts) -> tuple[Cause, ...]:
    """Gather findings by rule and key: severe causes first, then by voters, then by key."""
    voters_of = electorates(facts)
    gathered: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        gathered.setdefault((finding.rule, finding.cause_key), []).append(finding)
    causes = [_cause(rule, key, found, voters_of) for (rule, key), found in gathered.items()]
    return tuple(sorted(causes, key=_rank))


def _cause(rule: str, key: str, findings: list[Finding], voters_of: Electorates) -> Cause:
    listings = {f.listing_id for f in findings if f.listing_id is not None}
    known = [
        voters for listing in listings if (voters := voters_of.get(listing, NOBODY)[1]) is not None
    ]
    worst = min(findings, key=lambda finding: _ORDER.index(finding.severity))
    return Cause(
        rule=rule,
        key=key,
        severity=worst.severity,
        owner=worst.owner,
        findings=tuple(findings),
        stations=len(listings),
        voters=sum(known) if known else None,
        stations_without_voters=len(listings) - len(known),
    )


def _rank(cause: Cause) -> tuple[int, int, int, str, str]:
    return (
        _ORDER.index(cause.severity), -(cause.voters or 0), -cause.stations, cause.rule, cause.key
    )  # fmt: skip
