"""How figures moved from report to report, and what became of stations and causes since."""

from collections.abc import Mapping, Sequence
from typing import Any

from pollready.assessment.result import Assessment
from pollready.obstacles.finding import Severity

POINTS_MAX = 8  # reports that a trend goes back
LETTER = {"ready": "r", "not_ready": "n", "unknown": "u"}
_LISTED = 40  # stations named of each move


def figures(assessment: Assessment) -> dict[str, Any]:
    """Give the few figures that are followed from report to report."""
    total = assessment.total
    by_severity = {severity.value: [0, 0] for severity in Severity}
    for cause in assessment.causes:
        by_severity[cause.severity.value][0] += 1
        by_severity[cause.severity.value][1] += cause.stations
    return {
        "stations": total.stations,
        "ready": total.ready,
        "not_ready": total.not_ready,
        "unknown": total.unknown,
        "contradicted": total.contradicted,
        "on_course": total.on_course,
        "voters": total.voters,
        "voters_ready": total.voters_ready,
        "voters_not_ready": total.voters_not_ready,
        "voters_unknown": total.voters_unknown,
        "causes": {name: pair[0] for name, pair in by_severity.items()},
        "cause_stations": {name: pair[1] for name, pair in by_severity.items()},
    }


def states(assessment: Assessment) -> list[list[str]]:
    """Give each station's code, state and ten criteria, short."""
    return [
        [
            station.code,
            LETTER[station.readiness.value],
            "".join(criterion.value[2] for criterion in station.criteria),
        ]
        for station in assessment.stations
    ]


def change_of(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, int] | None:
    """Compare the signs of two reports; None where there is no earlier one."""
    if before is None:
        return None
    names = ("ready", "not_ready", "unknown", "contradicted")
    return {name: now[name] - before[name] for name in names}


def moves(now: Sequence[Sequence[str]], before: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Tell which stations became ready, ceased to be, came and went since the earlier report."""
    earlier = {code: state for code, state, _ in before}
    later = {code: state for code, state, _ in now}
    both = [code for code, _, _ in now if code in earlier]
    found = {
        "became_ready": [c for c in both if later[c] == "r" != earlier[c]],
        "no_longer_ready": [c for c in both if earlier[c] == "r" != later[c]],
        "became_known": [c for c in both if earlier[c] == "u" and later[c] == "n"],
        "added": [code for code, _, _ in now if code not in earlier],
        "gone": [code for code, _, _ in before if code not in later],
    }
    return {name: {"count": len(codes), "codes": codes[:_LISTED]} for name, codes in found.items()}


def cause_moves(
    now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Tell which causes are new and which are gone, by rule and masked key of both summaries.

    A key alone may be a county's, which causes of several rules share.
    """
    earlier = {(each["rule"], each["key"]): each for each in before}
    later = {(each["rule"], each["key"]): each for each in now}
    return {
        "new": [
            {"key": each["key"], "rule": each["rule"], "stations": each["stations"]}
            for which, each in later.items()
            if which not in earlier
        ][:_LISTED],
        "gone": [
            {"key": each["key"], "rule": each["rule"], "stations": each["stations"]}
            for which, each in earlier.items()
            if which not in later
        ][:_LISTED],
    }
