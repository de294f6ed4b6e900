"""Every number that a rule compares with, its unit in its name, its default from the method."""

from dataclasses import dataclass


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
    trained_users_min: int = 2
    forms_share_min: float = 0.50
    wait_target_min: float = 30.0
    check_in_service_min: float = 1.5
    peak_hour_share: float = 0.12
    rehearsal_due_days: int = 3
    cards_due_days: int = 1
    claim_age_max_days: int = 180
    coordinate_outlier_km: float = 60.0
