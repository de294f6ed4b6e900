"""An assessment narrowed to one county, or to what one agency answers for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pollready.assessment.alone import BELOW_ONLINE, CLOSED
from pollready.assessment.assessing import Workings, assessed, work_out
from pollready.assessment.result import Assessment
from pollready.obstacles import group


@dataclass(frozen=True, slots=True)
class Narrowed:
    """An assessment of a part, with what only that part has."""

    assessment: Assessment
    own: Mapping[str, Any]  # of an agency: its components and what their failure costs


def of_everything(workings: Workings) -> Narrowed:
    """Take the whole round."""
    return Narrowed(assessed(workings), {})


def of_county(workings: Workings, code: str) -> Narrowed:
    """Count the stations of one county alone.

    Readiness and obstacles are those that the whole round shows of them; failures are weighed
    anew, over the county's own stations.
    """
    here = {station.listing_id for station in workings.stations if station.county_code == code}
    part = _part(workings, here, lambda finding: finding.listing_id in here)
    listings = [row for row in workings.rows.listings if row.id in here]
    groups = {
        group_code: [listing for listing in members if listing in here]
        for group_code, members in workings.rows.group_listings.items()
    }
    alone = work_out(
        replace(workings.rows, listings=listings, group_listings=groups),
        as_of=workings.facts.as_of,
        thresholds=workings.thresholds,
        likelihoods=workings.likelihoods,
        terrain=workings.terrain,
    )
    part = replace(part, answers=alone.answers)
    # The ledger tells of agencies: what they pledged to the whole round is no county's.
    assessment = replace(assessed(part), commitments=(), likelihoods=_of_place(part, code))
    return Narrowed(assessment, {})


def of_agency(workings: Workings, code: str) -> Narrowed:
    """Count the stations that rest on an agency, its obstacles, its means and its failures."""
    here = {station.listing_id for station in workings.stations if code in station.agencies}
    part = _part(workings, here, lambda finding: finding.owner == code)
    whole = assessed(part)
    assessment = replace(
        whole,
        by_agency={name: tally for name, tally in whole.by_agency.items() if name == code},
        commitments=tuple(row for row in whole.commitments if row.agency == code),
        vulnerabilities=(),
        voters_affected=None,
        voters_below_online=None,
        likelihoods=tuple(row for row in whole.likelihoods if row.agency == code),
    )
    return Narrowed(assessment, {"failures": _own_failures(workings, code)})


def _part(workings: Workings, here: set[int], belongs: Any) -> Workings:
    facts = replace(
        workings.facts, stations=tuple(s for s in workings.facts.stations if s.listing_id in here)
    )
    facts.derived.update(workings.facts.derived)
    findings = tuple(finding for finding in workings.findings if belongs(finding))
    stations = tuple(s for s in workings.stations if s.listing_id in here)
    # Causes count the stations of the whole round's facts: an agency's may lie at any of them.
    return replace(
        workings,
        facts=facts,
        findings=findings,
        causes=group(findings, workings.facts),
        stations=stations,
    )


def _of_place(workings: Workings, code: str) -> tuple[Any, ...]:
    return tuple(row for row in workings.likelihoods.rows if row.county in ("", code))


def _own_failures(workings: Workings, code: str) -> dict[str, Any]:
    """Add up what the loss of each component of the agency alone costs: counts, no names."""
    own = [name for name, row in workings.register.components.items() if row.agency == code]
    costs = workings.answers.alone.costs
    found: dict[str, Any] = {"components": len(own)}
    for level in (CLOSED, BELOW_ONLINE):
        losses = [
            loss
            for name in own
            if (loss := costs.get(name, {}).get(level, {}).get("working")) is not None
        ]
        worst = max(losses, key=lambda loss: (loss.voters or 0, loss.stations), default=None)
        found[level] = {
            "single_points": len(losses),
            "worst_stations": worst.stations if worst else 0,
            "worst_voters": worst.voters if worst else 0,
        }
    return found
