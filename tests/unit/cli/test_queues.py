"""`pollready queues` as a clerk runs it: a list in, waits and devices out."""

import json

import pytest

STATIONS = """code,name,county,kind,expected_voters,id_devices
001,School,Ahar,fixed,900,2
002,Mosque,Ahar,fixed,900,3
003,Hall,Ahar,fixed,,3
"""


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "stations.csv"
    path.write_text(STATIONS)
    return path


def test_a_list_gives_waits_and_the_devices_that_are_lacking(pollready, listed):
    done = pollready("queues", listed, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["shortage"] == {"stations": 3, "over": 1, "lacking": 1, "unknown": 1}
    assert [row["code"] for row in found["stations"]] == ["001", "002", "003"]
    assert found["stations"][0]["mean_wait_min"] > 15 > found["stations"][1]["mean_wait_min"] > 1
    assert [row["devices_needed"] for row in found["stations"]] == [3, 3, None]
    assert found["stations"][2]["mean_wait_min"] is None


def test_an_office_s_thresholds_count(pollready, listed, tmp_path):
    own = tmp_path / "office.toml"
    own.write_text("check_in_service_min = 0.5\narrival_shares = [1]\npolling_h = 12\n")
    found = json.loads(pollready("queues", listed, "--json", "--thresholds", own).stdout)
    assert (found["polling_h"], found["shortage"]["over"]) == (12, 0)
    own.write_text("arrival_shares = [-1]\n")
    done = pollready("queues", listed, "--thresholds", own, "--language", "en")
    assert done.returncode == 2
    assert "arrival_shares = [-1]" in done.stderr


def test_a_second_stage_is_asked_of_every_station(pollready, listed):
    found = json.loads(pollready("queues", listed, "--json", "--second-min", "3").stdout)
    assert found["second_stage"] == {"service_min": 3.0, "desks": None}
    short, enough, unknown = (row["second_stage"] for row in found["stations"])
    assert unknown is None
    assert short["desks_needed"] is None  # its devices miss the target alone
    assert enough["desks_needed"] == enough["desks"] > 3
    wait = enough["mean_wait_min"]
    assert 0 < wait["low"] <= wait["estimate"] <= wait["high"]
    asked = ("--second-min", "3", "--second-desks", "4", "--language", "en")
    assert "Desks" in pollready("queues", listed, *asked).stdout


@pytest.mark.parametrize(("asked", "said"), [
    (("--second-desks", "4"), "minutes per voter at the second stage"),
    (("--second-min", "none"), "expected minutes from 0.1 to 60"),
    (("--second-min", "3", "--second-desks", "0"), "expected a number from 1 to 256"),
])  # fmt: skip
def test_a_second_stage_that_cannot_be_is_refused_in_a_sentence(pollready, listed, asked, said):
    done = pollready("queues", listed, *asked, "--language", "en")
    assert done.returncode == 2
    assert said in done.stderr


def test_a_person_reads_a_table_and_one_sentence(pollready, listed):
    done = pollready("queues", listed, "--language", "en")
    assert done.returncode == 0
    assert "Stations: 3; over the target: 1; devices lacking: 1; unknown: 1." in done.stdout


def test_a_file_that_is_not_there_is_said_in_a_sentence(pollready, tmp_path):
    done = pollready("queues", tmp_path / "no.csv", "--language", "en")
    assert done.returncode == 2
    assert "no.csv" in done.stderr
