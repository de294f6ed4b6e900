"""The rules in the order in which the reference lists them; one file each in `rules/`."""

from pollready.obstacles.facts import Facts
from pollready.obstacles.finding import Finding, Rule
from pollready.obstacles.rules import (
    agency_unready,
    backup_power_short,
    battery_short,
    cards_not_ready,
    centre_over_capacity,
    claim_contradicted,
    claim_too_old,
    coordinates_implausible,
    devices_short,
    generator_unready,
    incident_repeated,
    mobile_stop_untested,
    no_evidence,
    no_lawful_fallback,
    no_second_path,
    no_tested_radio,
    no_trained_user,
    no_way_of_closing,
    radio_disputed,
    radio_estimated,
    rehearsal_failed,
    reserve_counted_twice,
    reserve_short,
    shared_cause,
    shared_single_point,
    single_point,
    site_battery_short,
    spare_unusable,
)
from pollready.obstacles.thresholds import Thresholds

RULES: tuple[Rule, ...] = (
    no_tested_radio.RULE,
    no_second_path.RULE,
    backup_power_short.RULE,
    cards_not_ready.RULE,
    rehearsal_failed.RULE,
    shared_single_point.RULE,
    devices_short.RULE,
    reserve_short.RULE,
    mobile_stop_untested.RULE,
    no_trained_user.RULE,
    no_lawful_fallback.RULE,
    shared_cause.RULE,
    single_point.RULE,
    battery_short.RULE,
    site_battery_short.RULE,
    generator_unready.RULE,
    radio_disputed.RULE,
    radio_estimated.RULE,
    claim_contradicted.RULE,
    claim_too_old.RULE,
    no_evidence.RULE,
    incident_repeated.RULE,
    coordinates_implausible.RULE,
    no_way_of_closing.RULE,
    agency_unready.RULE,
    reserve_counted_twice.RULE,
    spare_unusable.RULE,
    centre_over_capacity.RULE,
)


def run_rules(facts: Facts, thresholds: Thresholds) -> tuple[Finding, ...]:
    """Run every rule; findings come in the catalogue's order, then in the stations'."""
    return tuple(finding for rule in RULES for finding in rule.check(facts, thresholds))
