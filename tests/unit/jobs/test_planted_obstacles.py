"""What the generator planted, the rules find: at the example and at three fresh provinces."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pollready.assessment import assess
from pollready.assessment.result import CriterionValue, Readiness
from pollready.example import write_example
from pollready.intake.commands import import_file
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.finding import Severity
from tests.planted import KIND_TO_RULE, NOT_PLANTED

SEEDS = (0, 11, 222, 3333)
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# What is found at other stations than those planted, and why.
EXPLAINED = {
    "no_evidence": "cells are left empty on purpose",
    "no_second_path": "a node, link or duct that all paths share",
    "no_tested_radio": "one of two operators without signal or test",
    "single_point": "what a planted station without battery or second path hangs on",
    "claim_too_old": "every station behind the old component",
    "site_battery_short": "every station behind the site",
}


@pytest.fixture(scope="module", params=SEEDS)
def seed(request):
    """Give each seed once to all tests that ask for it: pytest puts those of one together."""
    return request.param


of_the_example = pytest.mark.parametrize("seed", [0], indirect=True, scope="module")


@lru_cache(maxsize=2)  # a province is large
def assessed(seed: int, language: str = "fa"):
    """Assess an example once for all that is asked of it; nothing of it stays in the register."""
    with TemporaryDirectory() as folder:
        path, planted = Path(folder) / "e.xlsx", Path(folder) / "planted.json"
        write_example(path, language=language, seed=seed, planted_path=planted)
        record = json.loads(planted.read_text("utf-8"))
        imported = import_file(path, by=None, now=datetime(2028, 6, 14, tzinfo=UTC))
    return record, assess(imported.round_id, as_of=date.fromisoformat(record["as_of"]))


def station_codes(assessment):
    return {station.listing_id: station.code for station in assessment.stations}


def is_found(planted, assessment) -> bool:
    """Look for the rule's finding at every station planted, on the component or the agency."""
    findings = [f for f in assessment.findings if f.rule == KIND_TO_RULE[planted["kind"]]]
    code_of = station_codes(assessment)
    at = {code_of[finding.listing_id] for finding in findings if finding.listing_id is not None}
    upstream = {code for finding in findings for code in finding.upstream}
    owners = {finding.owner for finding in findings}
    wanted = set(planted["stations"]), set(planted["components"]), set(planted["agencies"])
    return bool(findings) and all(
        some <= found for some, found in zip(wanted, (at, upstream, owners), strict=True)
    )


def test_every_planted_obstacle_is_found(seed):
    record, assessment = assessed(seed)
    assert len(record["planted"]) >= 60
    assert [p for p in record["planted"] if not is_found(p, assessment)] == []


@of_the_example
def test_every_rule_has_something_planted_for_it(seed):
    record, _ = assessed(seed)
    planted = {KIND_TO_RULE[planted["kind"]] for planted in record["planted"]}
    assert planted == {rule.code for rule in RULES} - NOT_PLANTED


def test_what_else_is_found_is_explained(seed):
    record, assessment = assessed(seed)
    code_of = station_codes(assessment)
    planted = {(KIND_TO_RULE[p["kind"]], code) for p in record["planted"] for code in p["stations"]}
    extra = Counter(
        finding.rule
        for finding in assessment.findings
        if finding.listing_id is not None
        and (finding.rule, code_of[finding.listing_id]) not in planted
    )
    assert set(extra) <= set(EXPLAINED)


def test_every_station_that_is_not_ready_has_something_planted(seed):
    record, assessment = assessed(seed)
    spoiled = {code for planted in record["planted"] for code in planted["stations"]}
    not_ready = {s.code for s in assessment.stations if s.readiness is Readiness.NOT_READY}
    assert not_ready - spoiled == set()


# The rules whose findings stand for a criterion that is not met, apart from those that name it.
SPEAKS_TO = {
    CriterionValue.UNKNOWN: {
        "no_evidence", "no_tested_radio", "mobile_stop_untested", "coordinates_implausible",
    },
    CriterionValue.CONTRADICTED: {"radio_disputed", "claim_contradicted"},
}  # fmt: skip


def test_every_criterion_that_is_not_met_has_a_cause_that_says_so(seed):
    _, assessment = assessed(seed)
    rules_at: dict[int, set[str]] = {}
    for finding in assessment.findings:
        if finding.listing_id is not None:
            rules_at.setdefault(finding.listing_id, set()).add(finding.rule)
    obstacles = {rule.code for rule in RULES if rule.criterion} | {"no_tested_radio"}
    silent = [
        (station.code, criterion.reason)
        for station in assessment.stations
        for criterion in station.criteria
        if criterion.value is not CriterionValue.MET
        and not rules_at.get(station.listing_id, set()) & SPEAKS_TO.get(criterion.value, obstacles)
    ]
    assert silent == []


@of_the_example
def test_every_finding_names_its_rows_and_every_cause_one_owner(seed):
    _, assessment = assessed(seed)
    without = {f.rule for f in assessment.findings if not f.evidence}
    assert without <= {"no_evidence"}  # there is no row to name
    for cause in assessment.causes:
        assert {finding.owner for finding in cause.findings} == {cause.owner}


@of_the_example
def test_missing_evidence_makes_no_obstacle(seed):
    _, assessment = assessed(seed)
    for rule in ("no_evidence", "radio_disputed", "claim_contradicted"):
        found = {f.severity for f in assessment.findings if f.rule == rule}
        assert found == {Severity.UNKNOWN}


@of_the_example
def test_a_seed_gives_the_same_assessment_in_either_language(seed):
    (_, persian), (_, english) = assessed(seed, "fa"), assessed(seed, "en")
    assert persian.total == english.total
    assert persian.by_kind == english.by_kind
    assert persian.by_agency == english.by_agency
    assert persian.rehearsal == english.rehearsal
    assert persian.confidence == english.confidence
    assert persian.vulnerabilities == english.vulnerabilities
    assert persian.voters_affected == english.voters_affected
    codes = station_codes(persian) | {None: None}, station_codes(english) | {None: None}
    found = [
        Counter(
            (f.rule, f.severity, code_of[f.listing_id], f.upstream, len(f.evidence))
            for f in assessment.findings
        )
        for code_of, assessment in zip(codes, (persian, english), strict=True)
    ]
    assert found[0] == found[1]
    causes = [
        Counter((c.rule, c.severity, c.owner, c.stations, c.voters) for c in assessment.causes)
        for assessment in (persian, english)
    ]
    assert causes[0] == causes[1]
    for one, other in zip(persian.stations, english.stations, strict=True):
        assert (one.code, one.readiness, one.on_course, one.upstream, one.closed_prob) == (
            other.code, other.readiness, other.on_course, other.upstream, other.closed_prob
        )  # fmt: skip
        assert [(c.value, c.reason) for c in one.criteria] == [
            (c.value, c.reason) for c in other.criteria
        ]
