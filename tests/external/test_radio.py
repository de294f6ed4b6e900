"""NTIA's published cases, and one real tile of elevations."""

import csv
from pathlib import Path

import numpy as np
import pytest
from itmlogic.lrprop import lrprop
from itmlogic.misc.qerfi import qerfi
from itmlogic.preparatory_subroutines.qlra import qlra
from itmlogic.preparatory_subroutines.qlrps import qlrps
from itmlogic.statistics.avar import avar

from pollready.assessment.terrain_folder import open_terrain
from pollready.engine.longley_rice import Climate, RadioPath, Surroundings, free_space_db
from pollready.engine.radio import Signal, Why, estimate
from pollready.engine.radio_inputs import Places, Sites
from pollready.engine.terrain import Gap, Terrain

pytestmark = pytest.mark.external
SUMMIT = (44.2706, -71.3033)  # Mount Washington, 1,917 m


def _rows(path: Path) -> list[dict[str, float]]:
    with path.open(newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def _profiles(path: Path) -> list[list[float]]:
    lines = path.read_text().splitlines()
    return [[float(cell) for cell in line.split(",") if cell.strip()] for line in lines if line]


def _path(case: dict[str, float], profile: list[float]) -> RadioPath:
    return RadioPath(
        np.array(profile[2:]),
        profile[1],
        case["h_tx__meter"],
        case["h_rx__meter"],
        case["f__mhz"],
        Surroundings(
            Climate(int(case["climate"])),
            case["N_0"],
            case["epsilon"],
            case["sigma"],
            vertical=case["pol"] == 1,
        ),
        variability=int(case["mdvar"]),
    )


@pytest.mark.parametrize("number", range(5))
def test_a_path_of_ntia_loses_what_ntia_says(real_data, number):
    case = _rows(real_data / "radio_itm" / "p2p.csv")[number]
    profile = _profiles(real_data / "radio_itm" / "pfls.csv")[number]
    shares = (case[name] / 100 for name in ("time", "location", "situation"))
    assert _path(case, profile).loss_db(*shares) == pytest.approx(case["A__db"], abs=0.0051)


@pytest.mark.parametrize("number", range(5))
def test_the_package_s_area_mode_loses_what_ntia_says(real_data, number):
    """Areas are not used here: the case checks the parts of the package that paths share."""
    case = _rows(real_data / "radio_itm" / "area.csv")[number]
    mode, climate = int(case["mdvar"]), int(case["climate"])
    prop = {
        "kwx": 0, "lvar": 5, "klim": climate, "klimx": climate, "mdvar": mode, "mdvarx": mode,
        "hg": [case["h_tx__meter"], case["h_rx__meter"]], "dh": case["delta_h__meter"],
    }  # fmt: skip
    prop["wn"], prop["gme"], prop["ens"], prop["zgnd"] = qlrps(
        case["f__mhz"], 0.0, case["N_0"], int(case["pol"]), case["epsilon"], case["sigma"]
    )
    prop = qlra([int(case["tx_siting_criteria"]), int(case["rx_siting_criteria"])], prop)
    prop = lrprop(1000 * case["d__km"], prop)
    deviates = qerfi([case[name] / 100 for name in ("time", "location", "situation")])
    loss = free_space_db(1000 * case["d__km"], case["f__mhz"]) + avar(*deviates, prop)[0]
    assert loss == pytest.approx(case["A__db"], abs=0.051)  # told to a tenth of a dB


def test_a_path_in_sight_is_ntia_s_worked_example(real_data):
    """Free space 114.5 dB, reference attenuation 0: the one published case of two in sight."""
    text = (real_data / "radio_itm" / "cmd_examples" / "pfl.txt").read_text()
    profile = [float(cell) for cell in text.split(",")]
    case = {
        "h_tx__meter": 15, "h_rx__meter": 3, "climate": 5, "N_0": 301, "f__mhz": 3500, "pol": 1,
        "epsilon": 15, "sigma": 0.005, "mdvar": 1,
    }  # fmt: skip
    path = _path(case, profile)
    assert path.free_space_db == pytest.approx(114.5, abs=0.05)
    assert path.loss_db() == pytest.approx(114.5, abs=0.051)
    assert path.cautions == 0


@pytest.fixture(scope="module")
def mountains(real_data) -> Terrain:
    terrain = open_terrain(real_data / "terrain_srtm")
    assert terrain is not None
    return terrain


def test_the_summit_of_a_real_tile_has_its_height(mountains):
    assert mountains.elevation_m(*SUMMIT) == pytest.approx(1917, abs=15)


def test_a_real_profile_over_the_summit_is_the_same_both_ways(mountains):
    there = mountains.profile(44.20, -71.3033, 44.34, -71.3033)
    back = mountains.profile(44.34, -71.3033, 44.20, -71.3033)
    assert there.gap is None
    assert there.elevation_m == pytest.approx(back.elevation_m[::-1], abs=0.01)
    assert 1850 < there.elevation_m.max() < 1930
    assert there.elevation_m.min() > 150


def test_beyond_the_real_tile_nothing_is_known(mountains):
    profile = mountains.profile(44.9, -71.5, 45.1, -71.5)
    assert (profile.gap, profile.missing) == (Gap.MISSING_TILE, ("N45W072",))


def test_a_real_mountain_hides_a_mast_from_the_valley_behind_it(mountains):
    mast = Sites(
        np.array([44.2706]), np.array([-71.2250]), ["A"], np.array([40.0]), np.array([30.0]),
        np.array([900.0]),
    )  # fmt: skip
    before, behind, outside = estimate(
        Places(np.array([44.2600, 44.2706, 45.02]), np.array([-71.2300, -71.3800, -71.2250])),
        mast,
        mountains,
    )
    assert before.signal is Signal.GOOD
    assert behind.signal is Signal.NONE
    assert (outside.signal, outside.why) == (Signal.UNKNOWN, Why.NO_SITE)
