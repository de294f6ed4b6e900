"""An agency that has not declared its readiness, or has named nobody by letter."""

from collections.abc import Iterable

from pollready.language import parse_yes_no
from pollready.obstacles.facts import AgencyFacts, Facts
from pollready.obstacles.finding import Finding, Rule, Severity
from pollready.obstacles.thresholds import Thresholds

CODE = "agency_unready"


def _state(agency: AgencyFacts) -> tuple[str, Severity] | None:
    """Name the first thing missing: what evidence says first, then what nobody says."""
    if agency.ready_declared is False:
        return "not_declared", Severity.MODERATE
    if _says_none(agency.representative) or _says_none(agency.letter_no):
        return "no_representative", Severity.MODERATE
    if _says_none(agency.deputy):
        return "no_deputy", Severity.MINOR
    if not agency.representative or not agency.letter_no:
        return "representative_unknown", Severity.UNKNOWN
    if not agency.deputy:
        return "deputy_unknown", Severity.UNKNOWN
    if agency.ready_declared is None:
        return "declaration_unknown", Severity.UNKNOWN
    return None


def _says_none(text: str) -> bool:
    """Tell the word for none («ندارد», no) from a name, and from an empty cell."""
    return parse_yes_no(text) is False


def check(facts: Facts, thresholds: Thresholds) -> Iterable[Finding]:
    """Name each agency with the first thing that it lacks."""
    for agency in facts.agencies.values():
        state = _state(agency)
        if state is None:
            continue
        yield Finding(
            rule=CODE,
            severity=state[1],
            cause_key=f"{state[0]}|{agency.code}",
            owner=agency.code,
            fields={"agency": agency.name, "state": state[0]},
            evidence=agency.evidence,
        )


RULE = Rule(
    code=CODE,
    criterion=None,
    owner_role="secretary",
    severities=(Severity.MODERATE, Severity.MINOR, Severity.UNKNOWN),
    thresholds=(),
    check=check,
)
