"""What the generator planted, the rules find: at the example and at three fresh provinces."""

import json
from datetime import UTC, date, datetime

import pytest

from pollready.assessment import assess
from pollready.example import write_example
from pollready.intake.commands import import_file
from tests.planted import KIND_TO_RULE

SEEDS = (0, 11, 222, 3333)


# What is found besides, and why: gaps left on purpose, and consequences of what was planted
# (a shared node is also no second path; half an hour of battery makes the feeder a single point).
EXPLAINED = {
    "no_evidence",
    "no_second_path",
    "single_point",
    "no_tested_radio",
    "claim_too_old",
    "agency_unready",
    "mobile_stop_untested",
    "site_battery_short",
    "no_trained_user",
    "no_way_of_closing",
}


def is_found(planted, findings_of, components_of) -> bool:
    """Look for the rule's finding at every station planted, or on the component itself."""
    rule = KIND_TO_RULE[planted["kind"]]
    if planted["stations"]:
        return all(rule in findings_of.get(code, ()) for code in planted["stations"])
    if planted["components"]:
        return all(rule in components_of.get(code, ()) for code in planted["components"])
    return any(rule in found for found in components_of.values())


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_every_planted_obstacle_is_found(tmp_path, seed):
    write_example(
        tmp_path / "e.xlsx", language="fa", seed=seed, planted_path=tmp_path / "planted.json"
    )
    record = json.loads((tmp_path / "planted.json").read_text())
    imported = import_file(tmp_path / "e.xlsx", by=None, now=datetime(2028, 6, 14, tzinfo=UTC))
    assessment = assess(imported.round_id, as_of=date.fromisoformat(record["as_of"]))
    code_of = {station.listing_id: station.code for station in assessment.stations}
    findings_of: dict[str, set[str]] = {}
    components_of: dict[str, set[str]] = {}
    for finding in assessment.findings:
        if finding.listing_id is not None:
            findings_of.setdefault(code_of[finding.listing_id], set()).add(finding.rule)
        for code in finding.upstream or (finding.cause_key,):
            components_of.setdefault(code, set()).add(finding.rule)
    missed = [
        planted
        for planted in record["planted"]
        if not is_found(planted, findings_of, components_of)
    ]
    assert len(record["planted"]) >= 55
    assert missed == []
    planted_at = {
        (KIND_TO_RULE[planted["kind"]], code)
        for planted in record["planted"]
        for code in planted["stations"]
    }
    extra = {
        finding.rule
        for finding in assessment.findings
        if finding.listing_id is not None
        and (finding.rule, code_of[finding.listing_id]) not in planted_at
    }
    assert extra <= EXPLAINED
