"""Which value of a field would end an obstacle, worked out from what its rule compares with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from types import MappingProxyType

from pollready.obstacles.evidence import fields_looked_at
from pollready.obstacles.paths import PathState, oldest_test_on
from pollready.obstacles.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Day:
    """The day on which a rule looks, with what it measures ages by."""

    as_of: date
    election_date: date | None
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Needed:
    """What a value has to be: the words are `board.needed.<word>`."""

    word: str
    fields: Mapping[str, object]


def needed_value(rule: str, fields: Mapping[str, object], field: str, day: Day) -> Needed | None:
    """Say which value of a field the rule of a finding would accept; None where any may do.

    `fields` are those of the finding.
    """
    if field not in fields_looked_at(rule, fields):
        return None
    if rule == "claim_too_old":
        oldest = day.as_of - timedelta(days=day.thresholds.claim_age_max_days)
        return Needed("claim_date", {"day": oldest})
    if rule == "claim_contradicted":
        return Needed("agreed", {})
    said = _BY_FIELD.get(field)
    return said(rule, fields, day) if said else None


def _test_date(rule: str, fields: Mapping[str, object], day: Day) -> Needed:
    oldest = oldest_test_on(day.as_of, day.election_date, day.thresholds)
    return Needed("test_date", {"day": oldest})


def _signal(rule: str, fields: Mapping[str, object], day: Day) -> Needed | None:
    """A test that is only too old, or missing, says nothing against the signal."""
    if fields.get("state") in (PathState.OLD, PathState.UNTESTED):
        return None
    return Needed("signal", {})


def _hours(rule: str, fields: Mapping[str, object], day: Day) -> tuple[str, object]:
    """Give how a ride-through is compared, and with how many hours.

    At a station the arrival of a generator must be outlasted; an earlier outage, or what a site
    has to bridge, need only be matched.
    """
    if rule == "battery_short":
        return "least", fields.get("outage_h")
    if rule == "site_battery_short":
        return "least", day.thresholds.mobile_site_ride_through_h
    return "over", day.thresholds.generator_arrival_h


def _battery(rule: str, fields: Mapping[str, object], day: Day) -> Needed:
    how, hours = _hours(rule, fields, day)
    return Needed(f"battery_{how}", {"hours": hours})


def _generator(rule: str, fields: Mapping[str, object], day: Day) -> Needed:
    if rule == "generator_unready":
        return Needed("generator_ready", {})
    how, hours = _hours(rule, fields, day)
    return Needed(f"generator_{how}", {"hours": hours})


def _devices(rule: str, fields: Mapping[str, object], day: Day) -> Needed | None:
    return Needed("devices", {"devices": fields["needed"]}) if fields.get("needed") else None


def _forms(rule: str, fields: Mapping[str, object], day: Day) -> Needed | None:
    voters = fields.get("voters")
    if not isinstance(voters, int):
        return None
    return Needed("forms", {"forms": ceil(day.thresholds.forms_share_min * voters)})


def _rehearsal(rule: str, fields: Mapping[str, object], day: Day) -> Needed | None:
    return None if fields.get("state") == "software" else Needed("rehearsal", {})


_BY_FIELD: Mapping[str, Callable[[str, Mapping[str, object], Day], Needed | None]] = (
    MappingProxyType(
        {
            "test_date": _test_date,
            "signal_1": _signal,
            "signal_2": _signal,
            "battery_h": _battery,
            "generator": _generator,
            "id_devices": _devices,
            "forms": _forms,
            "cards": lambda rule, fields, day: Needed("cards", {}),
            "rehearsal": _rehearsal,
        }
    )
)
