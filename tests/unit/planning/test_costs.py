"""What scenarios cost: as the assessment's own contingencies say, in each reader's scope."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pollready.assessment import prepare
from pollready.audit.models import AuditBatch
from pollready.engine.contingency import evaluate_contingency
from pollready.engine.network import Unknowns
from pollready.places.models import ElectionRound
from pollready.planning.commands import Draft, save_scenario, take_in_catalogue
from pollready.planning.costs import NothingAssessed, cost_scenarios
from pollready.planning.models import Scenario, ScenarioBinding, ScenarioStation
from pollready.planning.queries import bindings_for, costs_for, scenarios_for, stations_losing
from tests.kept_rows import made_once

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)


def bound(code: str) -> ScenarioBinding:
    return ScenarioBinding.objects.get(scenario__code=code)


@pytest.fixture
def costed(assessed):
    made_once("costs", lambda: cost_scenarios(assessed.round.pk, now=NOW))
    return assessed


def test_every_scenario_is_bound_once_and_the_log_says_so(costed):
    assert ScenarioBinding.objects.count() == 19
    batch = AuditBatch.objects.latest("number")
    assert batch.command == "cost_scenarios"
    assert cost_scenarios(costed.round.pk, now=NOW) == 19
    assert ScenarioBinding.objects.count() == 19


def test_the_cost_is_that_of_the_assessments_own_contingency(costed, rows, secretary):
    network = prepare(costed.round.pk, as_of=rows.AS_OF).network
    draft = Draft(title_en="two", selector='named "EX-04", "FD-17"', duration_h=5)
    made = save_scenario(draft, round_id=costed.round.pk, by=secretary, now=NOW)
    cost_scenarios(costed.round.pk, now=NOW, only=[made.pk])
    binding = bound(made.code)
    assert binding.costs.exists()
    for reading in Unknowns:
        found = evaluate_contingency(network, ["EX-04", "FD-17"], 5, reading)
        for row in binding.costs.filter(reading=reading.value, agency=None):
            cost = found.cost(row.service, row.level)
            assert (row.stations, row.voters) == (cost.points, round(cost.voters))
            bit = binding.levels.index([row.service, row.level])
            stations = stations_losing(secretary, binding, bit, reading.value)
            assert set(stations.values_list("listing__code", flat=True)) == set(
                found.fallen(row.service, row.level)
            )


def test_each_agency_gets_what_its_own_components_cost(costed, rows, secretary, power):
    network = prepare(costed.round.pk, as_of=rows.AS_OF).network
    draft = Draft(title_en="two", selector='named "EX-04", "FD-17"', duration_h=5)
    made = save_scenario(draft, round_id=costed.round.pk, by=secretary, now=NOW)
    cost_scenarios(costed.round.pk, now=NOW, only=[made.pk])
    own = evaluate_contingency(network, ["FD-17"], 5)
    bindings = bindings_for(power, costed.saved, [made])
    (found,) = costs_for(power, bindings.values()).values()
    assert {(row.service, row.level): row.stations[0] for row in found} == {
        (row.service, row.level): own.cost(row.service, row.level).points for row in found
    }
    assert not stations_losing(power, bound(made.code), 0, "working").exists()


def test_who_serves_a_place_gets_its_own_stations_counted(costed, secretary, governor):
    made = save_scenario(
        Draft(title_en="feeder", selector="every feeder", duration_h=20),
        round_id=costed.round.pk, by=secretary, now=NOW,
    )  # fmt: skip
    cost_scenarios(costed.round.pk, now=NOW, only=[made.pk])
    bindings = bindings_for(governor, costed.saved, [made])
    (found,) = costs_for(governor, bindings.values()).values()
    whole = costs_for(secretary, bindings.values())[bound(made.code).pk]
    for mine, every in zip(found, whole, strict=True):
        bit = bound(made.code).levels.index([mine.service, mine.level])
        lost = [
            listing for listing in costed.listings
            if listing.point.place.parent.code == "01"
            and ScenarioStation.objects.filter(
                binding=bound(made.code), listing=listing, lost_working__in=[
                    n for n in range(64) if n & 1 << bit
                ],
            ).exists()
        ]  # fmt: skip
        assert mine.stations[0] == len(lost)
        assert mine.stations[0] <= every.stations[0]
        assert mine.already_below is None


def test_a_scenario_of_what_is_not_recorded_has_no_cost(costed):
    binding = bound("F10")  # the small register has no national centre
    assert not binding.assessable
    assert binding.missing == [{"code": "no_kind", "kinds": ["national_centre"]}]
    assert not binding.costs.exists()


def test_stations_in_a_state_are_counted_with_their_voters(costed, rows):
    binding = bound("F14")
    cost = binding.costs.get()
    codes = set(binding.stations.values_list("listing__code", flat=True))
    assert codes == {"0002", "0009"}
    assert (cost.service, cost.level, cost.stations) == ("stations", "matched", 2)
    assert cost.voters == sum(
        each.expected_voters for each in costed.listings if each.code in codes
    )


def test_a_round_that_nobody_assessed_has_no_costs(db):
    other = ElectionRound.objects.create(code="none", name="none")
    with pytest.raises(NothingAssessed):
        cost_scenarios(other.pk, now=NOW)


def test_the_catalogue_is_taken_in_once_and_leaves_what_people_changed(assessed, secretary):
    assert take_in_catalogue(now=NOW) == 0
    mine = Scenario.objects.get(code="F12")
    draft = Draft(title_en="Cut here", selector=mine.selector, duration_h=9, classification=0)
    save_scenario(
        draft, round_id=assessed.round.pk, by=secretary, now=NOW, scenario_id=mine.pk, version=1
    )
    Scenario.objects.filter(code="F11").update(title_en="old wording")
    assert take_in_catalogue(now=NOW) == 1
    assert Scenario.objects.get(code="F12").title_en == "Cut here"
    assert Scenario.objects.get(code="F11").title_en == "Stations dark over a wide area"


def test_an_agency_sees_the_scenarios_that_concern_it(costed, power):
    codes = {each.code for each in scenarios_for(power, costed.round.pk)}
    assert "F11" in codes  # its feeder fails
    assert "F12" not in codes


def test_a_scenario_above_the_class_is_not_found(costed, secretary):
    secretary.clearance = 3
    made = save_scenario(
        replace(Draft(title_en="secret", selector="every feeder"), classification=2),
        round_id=costed.round.pk, by=secretary, now=NOW,
    )  # fmt: skip
    secretary.clearance = 1
    assert made not in scenarios_for(secretary, costed.round.pk)
