"""What a radio estimate is made from: sites, places, and what is assumed where nobody says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pollready.engine.errors import EngineError
from pollready.engine.longley_rice import (
    AVERAGE,
    Surroundings,
    check_for_wrong_frequency,
    check_for_wrong_height,
)
from pollready.engine.terrain import check_for_wrong_position

Floats = NDArray[np.float64]
POWER_DBM = (-60.0, 120.0)


class PowerOutOfRange(EngineError):
    """A radiated power below -60 or above 120 dBm: most likely in another unit."""

    code: ClassVar[str] = "engine.power-out-of-range"

    def __init__(self, power_dbm: float) -> None:
        self.power_dbm = power_dbm
        super().__init__(power_dbm)


class LengthsDiffer(EngineError):
    """Columns that describe the same sites or places have different lengths."""

    code: ClassVar[str] = "engine.lengths-differ"

    def __init__(self, column: str, length: int, expected: int) -> None:
        self.column, self.length, self.expected = column, length, expected
        super().__init__(column, length, expected)


class WrongRadioSetting(EngineError):
    """A setting of the estimate that cannot be."""

    code: ClassVar[str] = "engine.wrong-radio-setting"

    def __init__(self, name: str, value: float) -> None:
        self.name, self.value = name, value
        super().__init__(name, value)


@dataclass(frozen=True, eq=False)
class Sites:
    """Mobile sites, one row each; NaN stands where nobody says.

    Parameters
    ----------
    lat, lon
        Degrees, known.
    operator
        Whose site it is.
    height_m
        Of the antenna above the ground, 0.5 to 3,000 m.
    power_dbm
        Of the carrier or reference signal that the thresholds speak of, -60 to 120 dBm.
    frequency_mhz
        20 to 20,000 MHz.
    gain_dbi
        Added to the power; none: the power is radiated (EIRP).

    Raises
    ------
    LengthsDiffer, PowerOutOfRange
        Or `WrongPosition`, `HeightOutOfRange`, `FrequencyOutOfRange`.
    """

    lat: Floats
    lon: Floats
    operator: Sequence[str]
    height_m: Floats
    power_dbm: Floats
    frequency_mhz: Floats
    gain_dbi: Floats | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        _check_for_lengths(self)
        _each(check_for_wrong_position, zip(self.lat, self.lon, strict=True))
        _each(check_for_wrong_height, _known(self.height_m))
        _each(check_for_wrong_frequency, _known(self.frequency_mhz))
        _each(_check_for_wrong_power, _known(self.power_dbm))

    @property
    def eirp_dbm(self) -> Floats:
        """Give the radiated powers, NaN where nobody says."""
        return self.power_dbm if self.gain_dbi is None else self.power_dbm + self.gain_dbi


@dataclass(frozen=True, eq=False)
class Places:
    """Stations or stops, one row each; NaN positions are not known.

    Parameters
    ----------
    lat, lon
        Degrees.
    height_m
        Of the antenna above the ground, 0.5 to 3,000 m; none: 1.5 m.

    Raises
    ------
    LengthsDiffer
        Or `WrongPosition`, `HeightOutOfRange`.
    """

    lat: Floats
    lon: Floats
    height_m: Floats | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        _check_for_lengths(self)
        known = ~(np.isnan(self.lat) | np.isnan(self.lon))
        _each(check_for_wrong_position, zip(self.lat[known], self.lon[known], strict=True))
        if self.height_m is not None:
            _each(check_for_wrong_height, ((height,) for height in self.height_m))


@dataclass(frozen=True, slots=True)
class RadioSettings:
    """Reach, thresholds, and what is assumed, with the standard deviation that it adds.

    Thresholds are compared with the power of a reference signal (RSRP of LTE). The assumed
    30 dBm are 20 W and 17 dBi, less 2 dB of cable, spread over 600 subcarriers. The figures are
    orders of magnitude for planning; an office with better ones sets its own.

    Raises
    ------
    WrongRadioSetting
        If a reach is not positive, a deviation is negative, or `weak_dbm` is above `good_dbm`.
    """

    max_range_km: float = 35.0
    sites_per_operator: int = 5
    good_dbm: float = -95.0
    weak_dbm: float = -110.0
    indoor_loss_db: float = 12.0
    indoor_sd_db: float = 6.0
    assumed_height_m: float = 30.0
    assumed_power_dbm: float = 30.0
    assumed_frequency_mhz: float = 1800.0
    height_sd_db: float = 4.0
    power_sd_db: float = 6.0
    frequency_sd_db: float = 5.0
    surroundings: Surroundings = AVERAGE

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for field in fields(self):
            value = getattr(self, field.name)
            must_be_positive = field.name in ("max_range_km", "sites_per_operator")
            if (must_be_positive and value <= 0) or (field.name.endswith("_sd_db") and value < 0):
                raise WrongRadioSetting(field.name, value)
        if self.weak_dbm > self.good_dbm:
            raise WrongRadioSetting("weak_dbm", self.weak_dbm)
        check_for_wrong_height(self.assumed_height_m)
        check_for_wrong_frequency(self.assumed_frequency_mhz)
        _check_for_wrong_power(self.assumed_power_dbm)


def _check_for_wrong_power(power_dbm: float) -> None:
    if not POWER_DBM[0] <= power_dbm <= POWER_DBM[1]:
        raise PowerOutOfRange(float(power_dbm))


def _check_for_lengths(table: Any) -> None:
    expected = len(table.lat)
    for field in fields(table):
        column = getattr(table, field.name)
        if column is not None and len(column) != expected:
            raise LengthsDiffer(field.name, len(column), expected)


def _known(column: Floats) -> Iterable[tuple[float]]:
    return ((float(value),) for value in column[~np.isnan(column)])


def _each(check: Callable[..., None], rows: Iterable[Iterable[float]]) -> None:
    for row in rows:
        check(*row)


DEFAULTS = RadioSettings()
