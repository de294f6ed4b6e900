"""Every number that a rule compares with, its unit in its name, its default from the method."""

import tomllib
from dataclasses import dataclass, fields
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
    check_in_service_min: float = 1.5
    peak_hour_share: float = 0.12
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
    known: dict[str, type[int] | type[float]] = {
        field.name: int if isinstance(field.default, int) else float for field in fields(Thresholds)
    }
    wrong = tuple(
        f"{name} = {value!r}"
        for name, value in given.items()
        if name not in known or not _fits(name, value, known[name])
    )
    if wrong:
        raise WrongThresholds(wrong)
    values: dict[str, Any] = {name: known[name](value) for name, value in given.items()}
    return Thresholds(**values)


def _fits(name: str, value: object, kind: type[int] | type[float]) -> bool:
    """Tell whether a value can be this threshold: a number, not negative, a share at most 1."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if kind is int and not float(value).is_integer():
        return False
    return value >= 0 and ("share" not in name or value <= 1)
