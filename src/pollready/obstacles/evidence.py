"""What a rule looks at: the fields whose new claims can show that its obstacle is gone."""

from collections.abc import Mapping

_RADIO = ("operator_1", "operator_2", "signal_1", "signal_2", "test_date")
_PATHS = (*_RADIO, "fixed_line")
_POWER = ("mains", "battery_h", "generator")
_OF_THING = {
    "radio": _RADIO, "line_test": ("fixed_line", "test_date"), "second_path": _PATHS,
    "power": _POWER, "devices": ("id_devices",), "cards": ("cards",), "software": ("software",),
    "rehearsal": ("rehearsal",), "forms": ("forms",),
}  # fmt: skip
# What the list holds, beside no claim: nothing of it counts as fresh evidence of a fix.
_HELD_BY_LIST = {"voters": ("expected_voters",), "coordinates": ("position",)}
# Rules that judge by other rows (agencies, ledger, people, infrastructure) have no entry: what was
# changed there is seen by running them again.
_OF_RULE = {
    "no_tested_radio": _RADIO,
    "radio_disputed": _RADIO,
    "radio_estimated": _RADIO,
    "mobile_stop_untested": _RADIO,
    "backup_power_short": _POWER,
    "battery_short": ("battery_h", "generator"),
    "site_battery_short": ("battery_h", "generator"),
    "generator_unready": ("generator",),
    "cards_not_ready": ("cards",),
    "rehearsal_failed": ("rehearsal", "software"),
    "devices_short": ("id_devices",),
}


def fields_looked_at(rule: str, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Name the fields of claims that the rule judges by; nothing where it judges by other rows.

    `fields` are those of its findings: they tell which thing is missing, or which field is
    disputed or too old.
    """
    if rule == "no_evidence":
        return _OF_THING.get(str(fields.get("thing", "")), ())
    if rule in ("claim_contradicted", "claim_too_old"):
        name = fields.get("field")
        return (str(name),) if name else ()
    if rule == "no_second_path":
        # Paths that hang on one component are parted in the infrastructure, not at the station.
        return _PATHS if fields.get("state") == "single" else ()
    if rule == "no_lawful_fallback":  # who may order paper stands among the duties
        return ("forms",) if fields.get("state") == "forms" else ()
    return _OF_RULE.get(rule, ())


def is_of_component(rule: str, fields: Mapping[str, object]) -> bool:
    """Say whether the rule judges by claims on a component, upstream of its stations."""
    if rule == "site_battery_short":
        return True
    return rule in ("claim_contradicted", "claim_too_old") and bool(fields.get("upstream"))


def fields_to_record(rule: str, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Name the fields of a station that can be recorded so that the rule judges anew.

    Those that it looks at, and what the list itself holds.
    """
    if is_of_component(rule, fields):
        return ()
    held = _HELD_BY_LIST.get(str(fields.get("thing", ""))) if rule == "no_evidence" else None
    if rule == "coordinates_implausible":
        held = _HELD_BY_LIST["coordinates"]
    return held or fields_looked_at(rule, fields)


# The sheet of a list whose rows a rule judges by, where no field of a station tells of them.
_SHEETS = {
    "no_trained_user": "people_duties", "no_lawful_fallback": "people_duties",
    "no_way_of_closing": "people_duties", "reserve_short": "resources",
    "reserve_counted_twice": "resources", "spare_unusable": "resources",
    "centre_over_capacity": "components", "agency_unready": "agencies",
    "incident_repeated": "incidents", "no_second_path": "components", "shared_cause": "components",
    "shared_single_point": "components", "single_point": "components",
}  # fmt: skip
_SHEET_OF_THING = {
    "people": "people_duties", "training": "people_duties", "deputies": "people_duties",
    "closing": "people_duties", "fallback": "people_duties", "upstream": "components",
    "stops": "stops", "reserve": "resources",
}  # fmt: skip


def sheet_judged_by(rule: str, fields: Mapping[str, object]) -> str:
    """Name the sheet by which a rule judges where no field of a station tells; else nothing."""
    if fields_to_record(rule, fields) or is_of_component(rule, fields):
        return ""
    if rule == "no_evidence":
        return _SHEET_OF_THING.get(str(fields.get("thing", "")), "")
    return _SHEETS.get(rule, "")
