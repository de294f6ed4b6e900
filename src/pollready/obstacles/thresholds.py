"""Every number that a rule compares with, its unit in its name, its default from the method."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import inf
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds of the rules; an office changes them in its settings file."""

    test_age_max_days: int = 30
    generator_arrival_h: float = 2.0
    mobile_site_ride_through_h: float = 4.0
    shared_stations_min: int = 10
    shared_voters_share_min: float = 0.02
    voters_per_device_max: int = 1000
    reserve_share_min: float = 0.15
    reserve_travel_max_min: float = 45.0
    road_speed_km_h: float = 50.0
    road_detour_ratio: float = 1.3
    trained_users_min: int = 2
    forms_share_min: float = 0.50
    wait_target_min: float = 30.0
    wait_over_share_max: float = 0.05
    wait_mean_max_min: float = 15.0
    check_in_service_min: float = 1.5
    polling_h: float = 10.0
    # Voters by equal slices of polling time, in any unit; none: as seen elsewhere (method/queues).
    arrival_shares: tuple[float, ...] = ()
    at_doors_share: float = 0.0128
    check_in_messages: float = 1.0
    power_on_messages: float = 1.0
    power_on_starts_min: float = 60.0
    power_on_ends_min: float = 30.0
    surge_capacity_share_max: float = 0.8
    rehearsal_due_days: int = 3
    cards_due_days: int = 1
    people_due_days: int = 3
    list_gate_days: int = 45
    coverage_gate_days: int = 30
    rehearsal_gate_days: int = 14
    delivery_gate_days: int = 2
    setup_gate_days: int = 1
    service_starts_h: float = 6.0
    service_h: float = 20.0
    claim_age_max_days: int = 180
    coordinate_outlier_km: float = 60.0


_POSITIVE = frozenset({"check_in_service_min", "polling_h", "voters_per_device_max"})  # divided by


class WrongThresholds(Exception):
    """A settings file names thresholds that do not exist, or gives values that cannot be."""

    code = "obstacles.wrong-thresholds"

    def __init__(self, wrong: tuple[str, ...]) -> None:
        self.fields: dict[str, object] = {"wrong": wrong}
        super().__init__("; ".join(wrong))


def load(path: Path) -> Thresholds:
    """Read thresholds from a TOML file; what it does not name keeps its default.

    Raises `WrongThresholds` with everything that is wrong at once.
    """
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:  # no TOML, or no text
        raise WrongThresholds((f"{path.name} ({error})",)) from error
    known: dict[str, Any] = {field.name: type(field.default) for field in fields(Thresholds)}
    wrong = tuple(
        f"{name} = {value!r}"
        for name, value in given.items()
        if name not in known or not _fits(name, value, known[name])
    )
    if wrong:
        raise WrongThresholds(wrong)
    values: dict[str, Any] = {name: known[name](value) for name, value in given.items()}
    return Thresholds(**values)


def as_data(thresholds: Thresholds) -> dict[str, Any]:
    """Write thresholds as data, to be `recorded` again."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(thresholds).items()
    }


def recorded(values: Mapping[str, Any]) -> Thresholds:
    """Give thresholds that were kept as data; what this version no longer has is left out."""
    names = {field.name for field in fields(Thresholds)}
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name in names
    }
    return Thresholds(**known)


def _fits(name: str, value: object, kind: Any) -> bool:
    """Tell whether a value can be this threshold: a number, not negative, a share at most 1.

    Of several numbers each must be one, not negative, and some must not be 0.
    """
    if kind is tuple:
        rows = value if isinstance(value, list) else [None]
        return all(_fits("", each, float) for each in rows) and (not rows or any(rows))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if kind is int and not float(value).is_integer():
        return False
    if name in _POSITIVE and value == 0:
        return False
    return 0 <= value < inf and ("share" not in name or value <= 1)
