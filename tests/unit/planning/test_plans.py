"""Writing plans and scenarios: who may, what stands, what is refused, what the log keeps."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.versions import ChangedMeanwhile
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency
from pollready.planning.commands import Draft, judge_likelihood, save_scenario
from pollready.planning.costs import cost_scenarios
from pollready.planning.likelihood import likely
from pollready.planning.models import ContingencyPlan, Scenario
from pollready.planning.plans import StepDraft, approve_plan, record_test, save_plan
from pollready.planning.rules import ScenarioRefused
from pollready.planning.selectors import SelectorError

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
STEP = StepDraft("Send generators", who="power desk", within_min=60)


def dark(assessed) -> Scenario:
    return Scenario.objects.get(code="F11")


def write(assessed, by, *steps, version=0, owner=None) -> ContingencyPlan:
    return save_plan(
        dark(assessed).pk, steps or (STEP,), round_id=assessed.round.pk, owner_id=owner,
        version=version, by=by, now=NOW,
    )  # fmt: skip


def test_steps_keep_their_order_and_the_log_keeps_them(assessed, secretary):
    plan = write(assessed, secretary, STEP, replace(STEP, text="Merge stations"))
    assert [step.text for step in plan.steps.all()] == ["Send generators", "Merge stations"]
    entry = AuditEntry.objects.get(object_type="contingency_plan", object_id=str(plan.pk))
    assert entry.before is None
    assert [step["text"] for step in entry.after["steps"]] == ["Send generators", "Merge stations"]


def test_a_later_change_is_told_and_nothing_is_overwritten(assessed, secretary):
    plan = write(assessed, secretary)
    write(assessed, secretary, replace(STEP, text="second"), version=1)
    with pytest.raises(ChangedMeanwhile):
        write(assessed, secretary, replace(STEP, text="third"), version=1)
    assert [step.text for step in plan.steps.all()] == ["second"]


def test_a_changed_plan_is_a_draft_again_and_its_test_no_longer_counts(assessed, secretary):
    plan = write(assessed, secretary)
    round_id = assessed.round.pk
    record_test(
        plan.pk, round_id=round_id, tested_on=date(2028, 6, 1), kind="drill", evidence="report 4",
        version=1, by=secretary, now=NOW,
    )  # fmt: skip
    approve_plan(plan.pk, round_id=round_id, version=2, by=secretary, now=NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.tested_version) == ("approved", plan.version)
    write(assessed, secretary, replace(STEP, text="other"), version=3)
    plan.refresh_from_db()
    assert plan.state == "draft"
    assert plan.approved_by is None
    assert plan.tested_version != plan.version


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tested_on": date(2028, 6, 20)}, "test-to-come"),
        ({"evidence": " "}, "test-evidence"),
        ({"kind": "wish"}, "test-evidence"),
    ],
)
def test_a_test_needs_a_day_that_was_and_evidence(assessed, secretary, changes, code):
    plan = write(assessed, secretary)
    fields = {"tested_on": date(2028, 6, 1), "kind": "drill", "evidence": "report"} | changes
    with pytest.raises(ScenarioRefused) as refused:
        record_test(plan.pk, round_id=assessed.round.pk, version=1, by=secretary, now=NOW, **fields)
    assert refused.value.code == f"planning.{code}"


def test_an_agency_writes_its_own_plan_and_nobody_elses(assessed, secretary, power):
    cost_scenarios(assessed.round.pk, now=NOW)
    plan = write(assessed, power, owner=Agency.objects.get(code="TCI").pk)
    assert plan.owner == power.agency
    plan.owner = Agency.objects.get(code="TCI")
    plan.save()
    with pytest.raises(NotPermitted):
        write(assessed, power, version=1)
    with pytest.raises(NotPermitted):
        approve_plan(plan.pk, round_id=assessed.round.pk, version=1, by=power, now=NOW)


@pytest.mark.parametrize("role", [Role.SUPERVISION, Role.GOVERNOR, Role.TECHNICIAN, Role.NATIONAL])
def test_who_may_not_edit_scenarios_writes_no_plan(assessed, role):
    user = User.objects.create(username="x", role=role)
    before = AuditBatch.objects.count()
    with pytest.raises(NotPermitted):
        write(assessed, user)
    assert AuditBatch.objects.count() == before


def test_steps_must_say_something(assessed, secretary):
    with pytest.raises(ScenarioRefused):
        write(assessed, secretary, replace(STEP, text=" "))
    with pytest.raises(ScenarioRefused):
        write(assessed, secretary, *([STEP] * 41))


def make(assessed, by, **changes) -> Scenario:
    draft = replace(Draft(title_en="mine", selector='named "FD-17"'), **changes)
    return save_scenario(draft, round_id=assessed.round.pk, by=by, now=NOW)


def test_scenarios_that_people_make_are_numbered(assessed, secretary):
    assert [make(assessed, secretary).code for _ in range(2)] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title_en": " "}, "no-title"),
        ({"duration_h": 0.0}, "duration"),
        ({"duration_h": float("nan")}, "duration"),
        ({"level": "sky"}, "level"),
        ({"state": "lost"}, "state"),
        ({"classification": 3}, "class-too-high"),
        ({"classification": 0}, "class-too-low"),  # what it names is confidential
        ({"selector": "named NOBODY"}, "names-not-found"),
    ],
)
def test_a_scenario_that_cannot_stand_is_refused(assessed, secretary, changes, code):
    with pytest.raises(ScenarioRefused) as refused:
        make(assessed, secretary, **changes)
    assert refused.value.code == f"planning.{code}"


def test_a_selector_that_cannot_be_read_is_refused(assessed, secretary):
    with pytest.raises(SelectorError):
        make(assessed, secretary, selector="every dragon")


def test_an_agency_names_its_own_components_alone(assessed, power):
    assert make(assessed, power).made_by_agency == power.agency
    for selector, code in (
        ('named "EX-04"', "names-not-found"),
        ("every feeder", "only-own-names"),
    ):
        with pytest.raises(ScenarioRefused) as refused:
            make(assessed, power, selector=selector)
        assert refused.value.code == f"planning.{code}"


def test_a_likelihood_is_a_named_persons_with_a_reason(assessed, secretary):
    scenario = dark(assessed)
    judge = {"round_id": assessed.round.pk, "by": secretary, "now": NOW}
    with pytest.raises(ScenarioRefused):
        judge_likelihood(scenario.pk, word="high", reason=" ", version=1, **judge)
    judge_likelihood(scenario.pk, word="high", reason="storms in June", version=1, **judge)
    scenario.refresh_from_db()
    assert (likely(scenario, ()).word, likely(scenario, ()).basis) == ("high", "judgement")
    assert scenario.likelihood_by == secretary


def test_earlier_rounds_speak_before_anybody_judges(assessed):
    scenario = dark(assessed)
    scenario.likelihood = "high"
    rows = [
        {"kind": "قطع برق", "component_kind": None, "county": "", "word": "low", "incidents": 3,
         "rounds": 2},
        {"kind": "feeder", "component_kind": "feeder", "county": "", "word": "medium",
         "incidents": 2, "rounds": 2},
        {"kind": "feeder", "component_kind": "feeder", "county": "01", "word": "high",
         "incidents": 1, "rounds": 2},
    ]  # fmt: skip
    found = likely(scenario, rows)
    assert (found.word, found.basis, found.incidents) == ("medium", "history", 5)
    scenario.likelihood = ""
    assert likely(scenario, ()).word == ""
