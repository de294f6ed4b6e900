"""Radio estimates as a clerk gets them: tiles in a folder, named by one setting."""

import json

import numpy as np
import pytest

STATIONS = """code,name,county,kind,lat,lon,expected_voters,operator_1
001,Near,Ahar,fixed,38.51,46.5,900,OP1
002,Far,Ahar,fixed,38.75,46.5,700,OP1
"""
SITES = """code,kind,agency,county,lat,lon,mast height,frequency
TX-77,mobile_site,OP1,Ahar,38.5,46.5,30,900
"""


@pytest.fixture
def office(tmp_path):
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "stations.csv").write_text(STATIONS)
    (tmp_path / "office" / "components.csv").write_text(SITES)
    return tmp_path / "office"


@pytest.fixture
def tiles(tmp_path):
    folder = tmp_path / "tiles"
    folder.mkdir()
    np.full((1201, 1201), 1350, ">i2").tofile(folder / "N38E046.hgt")
    return folder


def test_a_far_station_is_to_be_tested_first_and_its_site_stays_masked(
    pollready, office, tiles, tmp_path
):
    settings = {"POLLREADY_TERRAIN": str(tiles)}
    done = pollready("assess", office, "--json", "--out", tmp_path / "out", **settings)
    assert (done.returncode, done.stderr) == (0, "")
    written = (tmp_path / "out" / "assessment.json").read_text()
    found = [f for f in json.loads(written)["findings"] if f["rule"] == "radio_estimated"]
    (finding,) = found
    assert (finding["fields"]["estimate"], finding["fields"]["operator"]) == ("none", "OP1")
    assert finding["fields"]["assumed"] == ["power", "indoor"]
    assert [name[0] for name in finding["upstream"]] == ["#"]
    assert "TX-77" not in written


def test_without_tiles_nothing_is_estimated(pollready, office, tmp_path):
    done = pollready("assess", office, "--json", "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    rules = {
        finding["rule"]
        for finding in json.loads((tmp_path / "out" / "assessment.json").read_text())["findings"]
    }
    assert "radio_estimated" not in rules
    assert "no_evidence" in rules


def test_a_tile_cut_short_is_named_in_one_sentence_before_anything_is_written(
    pollready, office, tiles, tmp_path
):
    (tiles / "N39E046.hgt").write_bytes(b"\0" * 1000)
    settings = {"POLLREADY_TERRAIN": str(tiles)}
    done = pollready("assess", office, "--language", "en", "--out", tmp_path / "out", **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert "N39E046.hgt" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out" / "report.pdf").exists()
