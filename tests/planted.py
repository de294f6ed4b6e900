"""Which rule finds which kind of planted obstacle: the generator itself knows no rule."""

# Rules that read more than a printed workbook holds: elevation tiles, capacities.
NOT_PLANTED = frozenset({"radio_estimated", "centre_over_capacity"})

KIND_TO_RULE = {
    "shared_single_point": "shared_single_point",
    "single_point": "single_point",
    "shared_duct": "shared_cause",
    "shared_batch": "shared_cause",
    "site_battery_short": "site_battery_short",
    "no_tested_radio": "no_tested_radio",
    "radio_disputed": "radio_disputed",
    "no_second_path": "no_second_path",
    "backup_power_short": "backup_power_short",
    "generator_unready": "generator_unready",
    "battery_short": "battery_short",
    "cards_not_ready": "cards_not_ready",
    "rehearsal_failed": "rehearsal_failed",
    "devices_short": "devices_short",
    "no_trained_user": "no_trained_user",
    "no_lawful_fallback": "no_lawful_fallback",
    "mobile_stop_untested": "mobile_stop_untested",
    "no_evidence": "no_evidence",
    "claim_contradicted": "claim_contradicted",
    "incident_repeated": "incident_repeated",
    "coordinates_implausible": "coordinates_implausible",
    "no_way_of_closing": "no_way_of_closing",
    "claim_too_old": "claim_too_old",
    "relocated": "no_evidence",
    "agency_unready": "agency_unready",
    "reserve_short": "reserve_short",
    "reserve_counted_twice": "reserve_counted_twice",
    "spare_unusable": "spare_unusable",
}
