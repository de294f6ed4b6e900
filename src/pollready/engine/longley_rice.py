"""Loss of a radio path over a known profile: the ITS Irregular Terrain Model 1.2.2."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from math import exp, log10, sqrt
from typing import Any, ClassVar

import numpy as np
from itmlogic.lrprop import lrprop
from itmlogic.misc.qerfi import qerfi
from itmlogic.preparatory_subroutines.dlthx import dlthx
from itmlogic.preparatory_subroutines.hzns import hzns
from itmlogic.preparatory_subroutines.qlrps import qlrps
from itmlogic.preparatory_subroutines.zlsq1 import zlsq1
from itmlogic.statistics.avar import avar
from numpy.typing import NDArray

from pollready.engine.errors import EngineError

FREQUENCY_MHZ = (20.0, 20_000.0)
HEIGHT_M = (0.5, 3000.0)
SINGLE_MESSAGE = 0  # the model's mode of variability for a message at an unspecified moment


class FrequencyOutOfRange(EngineError):
    """A frequency outside 20 to 20,000 MHz, for which the model says nothing."""

    code: ClassVar[str] = "engine.frequency-out-of-range"

    def __init__(self, frequency_mhz: float) -> None:
        self.frequency_mhz = frequency_mhz
        super().__init__(frequency_mhz)


class HeightOutOfRange(EngineError):
    """An antenna lower than 0.5 m or higher than 3,000 m above the ground."""

    code: ClassVar[str] = "engine.height-out-of-range"

    def __init__(self, height_m: float) -> None:
        self.height_m = height_m
        super().__init__(height_m)


class Climate(IntEnum):
    """Climates by which the model knows how signals vary in time."""

    EQUATORIAL = 1
    CONTINENTAL_SUBTROPICAL = 2
    MARITIME_SUBTROPICAL = 3
    DESERT = 4
    CONTINENTAL_TEMPERATE = 5
    MARITIME_TEMPERATE_OVER_LAND = 6
    MARITIME_TEMPERATE_OVER_SEA = 7


class Caution(IntFlag):
    """What the model itself says against a result; values and names are those of NTIA's ITM."""

    TX_TERMINAL_HEIGHT = 0x0001
    RX_TERMINAL_HEIGHT = 0x0002
    FREQUENCY = 0x0004
    PATH_DISTANCE_TOO_BIG_1 = 0x0008
    PATH_DISTANCE_TOO_BIG_2 = 0x0010
    PATH_DISTANCE_TOO_SMALL_1 = 0x0020
    PATH_DISTANCE_TOO_SMALL_2 = 0x0040
    TX_HORIZON_ANGLE = 0x0080
    RX_HORIZON_ANGLE = 0x0100
    TX_HORIZON_DISTANCE_1 = 0x0200
    RX_HORIZON_DISTANCE_1 = 0x0400
    TX_HORIZON_DISTANCE_2 = 0x0800
    RX_HORIZON_DISTANCE_2 = 0x1000
    EXTREME_VARIABILITIES = 0x2000
    SURFACE_REFRACTIVITY = 0x4000


class Refusal(IntEnum):
    """Why the model gives no result for a path; values are NTIA's return codes.

    A curvature out of range (1016) cannot come about: within these bounds of the refractivity
    it lies between 88 and 141 parts in a thousand million.
    """

    GROUND_IMPEDANCE = 1013
    PATH_DISTANCE = 1017
    SURFACE_REFRACTIVITY_SMALL = 1021
    SURFACE_REFRACTIVITY_LARGE = 1022


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Ground and air between the antennas; the defaults are average ground and air."""

    climate: Climate = Climate.CONTINENTAL_TEMPERATE
    refractivity_n: float = 301.0  # N-units, reduced to sea level
    permittivity: float = 15.0
    conductivity_s_m: float = 0.005
    vertical: bool = True  # polarisation


AVERAGE = Surroundings()
NO_CAUTION = Caution(0)


class RadioPath:
    """The loss between two antennas, as the model distributes it.

    Parameters
    ----------
    elevation_m
        float64[n + 1], n at least 10: the ground at equal steps, both ends included.
    step_m
        Distance of neighbours, positive.
    sender_m, receiver_m
        Height of the antennas above the ground, 0.5 to 3,000 m.
    frequency_mhz
        20 to 20,000.
    surroundings
        Ground and air.
    variability
        The model's mode of variability; `SINGLE_MESSAGE` takes time, location and situation
        together.

    Raises
    ------
    FrequencyOutOfRange, HeightOutOfRange
        Before anything is computed.

    Notes
    -----
    docs/method/radio.md. `refusal` says why there is no result, `cautions` what speaks against
    one; `loss_db` of a refused path is NaN.

    Examples
    --------
    Level ground, 5 km, from a mast: more than free space.

    >>> path = RadioPath(np.full(57, 100.0), 90.0, 30.0, 1.5, 900.0)
    >>> round(path.free_space_db, 2), path.loss_db() > path.free_space_db
    (105.58, True)
    """

    __slots__ = ("_prop", "_quantiles", "cautions", "distance_m", "free_space_db", "refusal")

    def __init__(
        self,
        elevation_m: NDArray[np.float64],
        step_m: float,
        sender_m: float,
        receiver_m: float,
        frequency_mhz: float,
        surroundings: Surroundings = AVERAGE,
        *,
        variability: int = SINGLE_MESSAGE,
    ) -> None:
        check_for_wrong_frequency(frequency_mhz)
        check_for_wrong_height(sender_m)
        check_for_wrong_height(receiver_m)
        intervals = len(elevation_m) - 1
        self.distance_m = intervals * step_m
        self.free_space_db = free_space_db(self.distance_m, frequency_mhz)
        self._prop = _begun(frequency_mhz, surroundings, variability)
        self._prop["hg"] = [sender_m, receiver_m]
        self._prop["pfl"] = [intervals, step_m, *map(float, elevation_m)]
        _set_surroundings(self._prop, elevation_m, frequency_mhz, surroundings)
        self.refusal = _refusal(self._prop)
        self.cautions = NO_CAUTION
        if self.refusal is None:
            _set_geometry(self._prop)
            self._prop = lrprop(0, self._prop)
            self.cautions = _cautions(self._prop, frequency_mhz)

    def loss_db(self, time: float = 0.5, location: float = 0.5, situation: float = 0.5) -> float:
        """Give the loss in dB that is not exceeded in these shares of time, places and cases.

        Parameters
        ----------
        time, location, situation
            In (0, 1). A path made for single messages reads `situation` alone: with
            probability `situation` a message suffers at most this loss.

        Returns
        -------
        float
            Free-space loss and the model's attenuation; NaN where the model refuses.
        """
        if self.refusal is not None:
            return float("nan")
        deviates = qerfi([time, location, situation])
        attenuation, _ = avar(*deviates, self._prop)
        return float(self.free_space_db + attenuation)


def free_space_db(distance_m: float, frequency_mhz: float) -> float:
    """Give the loss between two antennas with nothing around them.

    Parameters
    ----------
    distance_m
        Positive.
    frequency_mhz
        Positive.

    Returns
    -------
    float
        ``32.45 + 20 log10(MHz) + 20 log10(km)`` dB.

    Examples
    --------
    >>> round(free_space_db(1000.0, 1.0), 2)
    32.45
    """
    return 32.45 + 20 * log10(frequency_mhz) + 20 * log10(distance_m / 1000)


def median_gain_bound_db(climate: Climate) -> float:
    """Bound by how much a path's median can be better than free space, in dB, not negative.

    Notes
    -----
    The reference attenuation is at least 0 and the median is it minus V(d), where V is
    ``(c1 + c2 / (1 + ...)) s`` with c2 > 0 and 0 <= s < 1: that is at most ``max(c1 + c2, 0)``. The
    model maps an attenuation a < 0 to ``a (29 - a) / (29 - 10 a)``, which rises with a.

    Examples
    --------
    >>> round(median_gain_bound_db(Climate.CONTINENTAL_TEMPERATE), 2)
    2.81
    """
    most = max(_V_FIRST[climate - 1] + _V_SECOND[climate - 1], 0.0)
    return most * (29 + most) / (29 + 10 * most)


# Long-term medians of the seven climates: c1 and c2 of Hufford, The ITS Irregular Terrain Model,
# version 1.2.2: The Algorithm, section 5.
_V_FIRST = (-9.67, -0.62, 1.26, -9.21, -0.62, -0.39, 3.15)
_V_SECOND = (12.7, 9.19, 15.5, 9.05, 9.19, 2.86, 857.9)


def check_for_wrong_frequency(frequency_mhz: float) -> None:
    """Raise `FrequencyOutOfRange` where the model says nothing of a frequency."""
    if not FREQUENCY_MHZ[0] <= frequency_mhz <= FREQUENCY_MHZ[1]:
        raise FrequencyOutOfRange(float(frequency_mhz))


def check_for_wrong_height(height_m: float) -> None:
    """Raise `HeightOutOfRange` where the model says nothing of an antenna's height."""
    if not HEIGHT_M[0] <= height_m <= HEIGHT_M[1]:
        raise HeightOutOfRange(float(height_m))


def _begun(frequency_mhz: float, surroundings: Surroundings, variability: int) -> dict[str, Any]:
    """Begin the library's record of a path: its statistics are all still to be set (5)."""
    return {
        "kwx": 0, "mdp": -1, "lvar": 5, "klim": int(surroundings.climate), "mdvar": variability,
    }  # fmt: skip


def _set_surroundings(
    prop: dict[str, Any],
    elevation_m: NDArray[np.float64],
    frequency_mhz: float,
    surroundings: Surroundings,
) -> None:
    """Set what follows from ground and air; the ends of the profile do not count for the air."""
    intervals = len(elevation_m) - 1
    ends = intervals // 10
    height = float(np.mean(elevation_m[ends : intervals - ends + 1]))
    prop["wn"], prop["gme"], prop["ens"], prop["zgnd"] = qlrps(
        frequency_mhz,
        height,
        surroundings.refractivity_n,
        int(surroundings.vertical),
        surroundings.permittivity,
        surroundings.conductivity_s_m,
    )


def _refusal(prop: dict[str, Any]) -> Refusal | None:
    """Find what puts a path outside the model, before its geometry is looked at."""
    distance = prop["pfl"][0] * prop["pfl"][1]
    impedance = prop["zgnd"]
    refusals = (
        (not 0 < distance <= 2_000e3, Refusal.PATH_DISTANCE),
        (prop["ens"] < 150, Refusal.SURFACE_REFRACTIVITY_SMALL),
        (prop["ens"] > 400, Refusal.SURFACE_REFRACTIVITY_LARGE),
        (impedance.real <= abs(impedance.imag), Refusal.GROUND_IMPEDANCE),
    )
    return next((refusal for holds, refusal in refusals if holds), None)


def _set_geometry(prop: dict[str, Any]) -> None:
    """Set horizons, effective heights and roughness of a profile (the algorithm's section 3).

    Ours, because the library's takes the receiver's ground one step short of the receiver where
    the antennas see each other, so that there and back are two different paths.
    """
    profile, heights = prop["pfl"], prop["hg"]
    prop["dist"] = distance = profile[0] * profile[1]
    angles, horizons = hzns(profile, distance, heights, prop["gme"])
    the, dl = [angles[0], angles[1]], [horizons[0], horizons[1]]
    near = [min(15 * height, 0.1 * horizon) for height, horizon in zip(heights, dl, strict=True)]
    begin, end = near[0], distance - near[1]
    prop["dh"] = dlthx(profile, begin, end)
    sees = dl[0] + dl[1] >= 1.5 * distance
    if sees:
        grounds = zlsq1(profile, begin, end)
    else:
        grounds = (
            zlsq1(profile, begin, 0.9 * dl[0])[0],
            zlsq1(profile, distance - 0.9 * dl[1], end)[1],
        )
    prop["he"] = [
        heights[0] + max(profile[2] - grounds[0], 0.0),
        heights[1] + max(profile[-1] - grounds[1], 0.0),
    ]
    prop["the"], prop["dl"] = the, dl
    if sees:
        _set_smooth_horizons(prop)


def _set_smooth_horizons(prop: dict[str, Any]) -> None:
    """Take the horizons of antennas that see each other from heights and roughness."""
    distance, roughness, curvature = prop["dist"], prop["dh"], prop["gme"]

    def horizon(height: float) -> float:
        return sqrt(2 * height / curvature) * exp(-0.07 * sqrt(roughness / max(height, 5.0)))

    heights = prop["he"]
    reached = sum(map(horizon, heights))
    if reached <= distance:
        heights = prop["he"] = [height * (distance / reached) ** 2 for height in heights]
    prop["dl"] = [horizon(height) for height in heights]
    smooth = [sqrt(2 * height / curvature) for height in heights]
    prop["the"] = [
        (0.65 * roughness * (level / seen - 1) - 2 * height) / level
        for height, level, seen in zip(heights, smooth, prop["dl"], strict=True)
    ]


def _cautions(prop: dict[str, Any], frequency_mhz: float) -> Caution:
    """Gather what the model says against its own result."""
    distance = prop["dist"]
    found = [
        (not 40 <= frequency_mhz <= 10_000, Caution.FREQUENCY),
        (distance > 1_000e3, Caution.PATH_DISTANCE_TOO_BIG_1),
        (distance < abs(prop["he"][0] - prop["he"][1]) / 0.2, Caution.PATH_DISTANCE_TOO_SMALL_1),
        (distance < 1e3, Caution.PATH_DISTANCE_TOO_SMALL_2),
        (prop["ens"] < 250, Caution.SURFACE_REFRACTIVITY),
    ]
    for end, height, angle, reached, near, far in (
        (0, Caution.TX_TERMINAL_HEIGHT, Caution.TX_HORIZON_ANGLE, prop["dl"][0],
         Caution.TX_HORIZON_DISTANCE_1, Caution.TX_HORIZON_DISTANCE_2),
        (1, Caution.RX_TERMINAL_HEIGHT, Caution.RX_HORIZON_ANGLE, prop["dl"][1],
         Caution.RX_HORIZON_DISTANCE_1, Caution.RX_HORIZON_DISTANCE_2),
    ):  # fmt: skip
        smooth = prop["dls"][end]
        found += [
            (not 1 <= prop["hg"][end] <= 1000, height),
            (abs(prop["the"][end]) > 0.2, angle),
            (reached < 0.1 * smooth, near),
            (reached > 3 * smooth, far),
        ]
    cautions = NO_CAUTION
    for holds, caution in found:
        if holds:
            cautions |= caution
    return cautions
