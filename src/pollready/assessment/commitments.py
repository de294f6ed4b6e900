"""What each agency pledged and gave, and what is overdue (section 6 of the report)."""

from datetime import timedelta

from pollready.assessment.people import RELATIVE_DEADLINE
from pollready.assessment.reading import Register
from pollready.assessment.result import AgencyCommitments
from pollready.obstacles.facts import Facts


def agency_commitments(register: Register, facts: Facts) -> tuple[AgencyCommitments, ...]:
    """Add up the ledger by agency and kind; a count nobody gave stays unknown."""
    totals: dict[tuple[str, str], list[int | None]] = {}
    for lot in facts.lots:
        pledged, delivered = totals.setdefault((lot.agency, lot.kind), [None, None])
        totals[lot.agency, lot.kind] = [
            _plus(pledged, lot.pledged), _plus(delivered, lot.delivered)
        ]  # fmt: skip
    overdue = _overdue(register, facts)
    return tuple(
        AgencyCommitments(
            agency=agency,
            kind=kind,
            pledged=pledged,
            delivered=delivered,
            shortfall=None if pledged is None or delivered is None else max(0, pledged - delivered),
            overdue=overdue.get(agency, 0),
        )
        for (agency, kind), (pledged, delivered) in sorted(totals.items())
    )


def _plus(total: int | None, more: int | None) -> int | None:
    return total if more is None else (total or 0) + more


def _overdue(register: Register, facts: Facts) -> dict[str, int]:
    """Count duties past their deadline without evidence, by the agency that is their scope."""
    found: dict[str, int] = {}
    if facts.election_date is None:
        return found
    for _, scope, _, deadline, evidence, *_ in register.duties:
        match = RELATIVE_DEADLINE.match(deadline or "")
        if evidence or match is None:
            continue
        due = facts.election_date + timedelta(days=int(match[1] or 0))
        if due < facts.as_of:
            found[scope] = found.get(scope, 0) + 1
    return found
