"""The value that would end an obstacle is worked out from what its rule compares with."""

from datetime import date

import pytest

from pollready.language import say
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.evidence import fields_to_record, is_of_component, sheet_judged_by
from pollready.obstacles.needed import Day, needed_value
from pollready.obstacles.thresholds import Thresholds

CHANGED = Thresholds(
    test_age_max_days=20, coverage_gate_days=10, generator_arrival_h=3.0,
    mobile_site_ride_through_h=5.0, claim_age_max_days=100,
)  # fmt: skip
DAY = Day(date(2028, 6, 19), date(2028, 6, 28), CHANGED)


@pytest.mark.parametrize(
    ("rule", "fields", "field", "word", "said"),
    [
        ("no_tested_radio", {"state": "old"}, "test_date", "test_date", date(2028, 5, 29)),
        ("no_tested_radio", {"state": "dead"}, "signal_1", "signal", None),
        ("backup_power_short", {}, "battery_h", "battery_over", 3.0),
        ("backup_power_short", {}, "generator", "generator_over", 3.0),
        ("no_evidence", {"thing": "power"}, "battery_h", "battery_over", 3.0),
        ("site_battery_short", {"upstream": ["MS-1"]}, "battery_h", "battery_least", 5.0),
        ("battery_short", {"outage_h": 2.5}, "battery_h", "battery_least", 2.5),
        ("claim_too_old", {"field": "battery_h"}, "battery_h", "claim_date", date(2028, 3, 11)),
        ("claim_contradicted", {"field": "mains"}, "mains", "agreed", None),
        ("devices_short", {"needed": 3}, "id_devices", "devices", 3),
    ],
)
def test_what_is_needed_follows_the_thresholds(rule, fields, field, word, said):
    needed = needed_value(rule, fields, field, DAY)
    assert needed.word == word
    assert list(needed.fields.values()) == ([] if said is None else [said])
    for language in ("fa", "en"):
        assert say(f"board.needed.{needed.word}", language, **needed.fields)


def test_without_an_election_day_age_counts_from_the_day_itself():
    day = Day(date(2028, 6, 19), None, CHANGED)
    needed = needed_value("no_tested_radio", {"state": "old"}, "test_date", day)
    assert needed.fields == {"day": date(2028, 5, 30)}


@pytest.mark.parametrize(
    ("rule", "fields", "field"),
    [
        ("no_tested_radio", {"state": "old"}, "battery_h"),  # the rule does not look at it
        ("no_tested_radio", {"state": "old"}, "signal_1"),  # nothing is wrong with it
        ("no_tested_radio", {"state": "old"}, "operator_1"),  # any may do
        ("shared_cause", {}, "battery_h"),
    ],
)
def test_where_any_value_may_do_none_is_asked_for(rule, fields, field):
    assert needed_value(rule, fields, field, DAY) is None


def test_what_no_field_of_a_station_tells_names_its_sheet_of_the_list():
    assert sheet_judged_by("no_trained_user", {}) == "people_duties"
    assert sheet_judged_by("no_lawful_fallback", {"state": "order"}) == "people_duties"
    assert sheet_judged_by("no_lawful_fallback", {"state": "forms"}) == ""
    assert sheet_judged_by("no_second_path", {"state": "shared"}) == "components"
    assert sheet_judged_by("no_second_path", {"state": "single"}) == ""
    assert sheet_judged_by("coordinates_implausible", {}) == ""


@pytest.mark.parametrize("rule", [rule.code for rule in RULES])
def test_every_rule_says_what_it_judges_by(rule):
    fields = {"state": "single", "field": "battery_h", "thing": "power"}
    told = fields_to_record(rule, fields) or is_of_component(rule, fields)
    assert told or sheet_judged_by(rule, fields)


def test_forms_are_needed_for_their_share_of_the_voters():
    needed = needed_value("no_lawful_fallback", {"state": "forms", "voters": 1001}, "forms", DAY)
    assert (needed.word, dict(needed.fields)) == ("forms", {"forms": 501})
