"""A plan for a scenario: what is then out, what means save if it happens, and when it is old."""

from dataclasses import replace

import numpy as np
import pytest

from pollready.assessment.chances import chances, ground_of
from pollready.jobs.allocate_file import Wishes, allocate_file
from pollready.jobs.allocating import start_making
from pollready.people.models import Role, User
from pollready.planning.allocations.commands import ask_plan
from pollready.planning.allocations.effects import Effects
from pollready.planning.allocations.evaluating import Gift, changes_of
from pollready.planning.allocations.given import meaning_of, scenarios_to_plan
from pollready.planning.allocations.keeping import kinds_now, weigh, weighed
from pollready.planning.allocations.means import office_means
from pollready.planning.allocations.queries import is_stale
from pollready.planning.allocations.rules import AllocationRefused
from pollready.planning.costs import cost_scenarios
from pollready.planning.models import Scenario, ScenarioStation
from tests.unit.planning.allocations.conftest import AS_OF, NOW


@pytest.fixture
def dark(stocked):
    """A scenario of the round: the feeders of some stations are out for three hours."""
    feeders = sorted(
        code for code, row in ground_of(stocked.round.pk, as_of=AS_OF).rows.components.items()
        if row.kind == "feeder"
    )  # fmt: skip
    scenario = Scenario.objects.create(
        round=stocked.round, code="OWN-1", title_en="Feeders out", duration_h=3.0,
        selector="named " + ", ".join(f'"{code}"' for code in feeders), classification=1,
    )  # fmt: skip
    cost_scenarios(stocked.round.pk, now=NOW)
    return scenario


@pytest.fixture
def planner(db) -> User:
    return User.objects.create(username="head", role=Role.COMMITTEE_HEAD, clearance=2)


def _weigh(dark):
    under = meaning_of(dark.pk, dark.round_id)
    return weigh(dark.round_id, as_of=AS_OF, now=NOW, under=under), under


def test_worth_under_a_scenario_is_that_of_each_station_by_itself_under_it(dark):
    """The slow obvious way: each station with each bundle, one network after another."""
    found, under = _weigh(dark)
    worth = found.worth
    ground = ground_of(dark.round_id, as_of=AS_OF, given=under.outage)
    by_key = {kind.key: kind for kind in kinds_now(dark.round_id, office_means())}
    for station in range(0, len(worth.listings), 3):
        for number, bundle in enumerate(worth.bundles):
            told = {key: values[station, number] for key, values in worth.below.items()}
            if np.isnan(told["closed", "working"]):
                continue
            taken = [kind for kind, count in zip(worth.kinds, bundle, strict=True) if count]
            changes = changes_of(Effects(ground), by_key, [Gift(station, "", taken)])
            slow = chances(ground, changes, [station])
            assert told == pytest.approx({key: value[0] for key, value in slow.items()}, abs=1e-12)


def test_stations_that_the_scenario_costs_are_below_for_certain_before_the_plan(dark):
    found, _ = _weigh(dark)
    binding = dark.bindings.get()
    bit = 1 << [tuple(level) for level in binding.levels].index(("admit", "online"))
    rows = ScenarioStation.objects.filter(binding=binding)
    lost = set(rows.filter(lost_working__gt=0).values_list("listing", "lost_working"))
    fallen = {listing for listing, levels in lost if levels & bit}
    before = dict(
        zip(found.worth.listings.tolist(), found.worth.before("online", "working"), strict=True)
    )
    assert fallen
    assert all(before[listing] == pytest.approx(1.0) for listing in fallen)


def test_worth_is_kept_by_scenario_and_old_when_that_means_something_else(dark):
    weigh(dark.round_id, as_of=AS_OF, now=NOW)
    _, under = _weigh(dark)
    usual = weighed(dark.round_id, as_of=AS_OF)
    given = weighed(dark.round_id, as_of=AS_OF, under=under)
    assert given.is_fresh
    assert usual.is_fresh
    key = ("closed", "working")
    assert (given.worth.below[key][:, 0] > usual.worth.below[key][:, 0] + 0.5).any()
    other = replace(under, codes=(*under.codes, "EX-04"))
    assert not weighed(dark.round_id, as_of=AS_OF, under=other).is_fresh


def test_a_plan_saves_what_the_whole_network_says_under_the_scenario(
    dark, settings, planner, first
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    inputs = replace(first, scenario=dark.pk)
    plan = ask_plan(inputs, title="", round_id=dark.round_id, by=planner, now=NOW)
    start_making(plan, by=planner, now=NOW)
    plan.refresh_from_db()
    figures = {(row["measure"], row["reading"]): row for row in plan.result["figures"]}
    told = figures["closed", "working"]
    assert told["before"] - told["after"] == pytest.approx(plan.result["saved"], abs=1e-3)
    assert plan.result["scenario"]["code"] == "OWN-1"
    assert plan.classification >= dark.classification
    assert not is_stale(plan)
    dark.duration_h = 5.0
    dark.version += 1
    dark.save()
    assert is_stale(plan)  # it means something else, and was not worked out since
    with pytest.raises(AllocationRefused, match="scenario-without-meaning"):
        ask_plan(inputs, title="", round_id=dark.round_id, by=planner, now=NOW)


def test_a_scenario_above_the_planners_class_is_not_offered(dark, planner):
    assert dark in scenarios_to_plan(planner, dark.round_id)
    planner.clearance = 0
    assert dark not in scenarios_to_plan(planner, dark.round_id)


def test_the_command_takes_a_scenario_by_its_code(dark):
    found = allocate_file(
        None, Wishes(scenario="own-1"), language="en", now=NOW, as_of=AS_OF
    )  # fmt: skip
    assert "Feeders out" in found.values["under"]
    with pytest.raises(AllocationRefused, match="scenario-unknown"):
        allocate_file(None, Wishes(scenario="F99"), language="en", now=NOW, as_of=AS_OF)
