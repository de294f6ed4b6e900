"""`pollready stage`: from a list of stations to a table of sites, as a clerk runs it."""

import csv
import json
import re

import openpyxl
import pytest

from pollready.cli.main import main

ROWS = "\n".join(
    f"{n:03},=مدرسه {n},اهر,ثابت,{38.4 + n / 100},47.0,{500 + n},,{'ندارد' if n == 3 else 'خوب'}"
    for n in range(12)
)
LIST = f"code,name,county,kind,lat,lon,expected_voters,operator_1,signal_1\n{ROWS}\n"


@pytest.fixture
def register(pollready, tmp_path):
    """Make a register with twelve stations along a road of eleven hundredths of a degree."""
    path, data = tmp_path / "stations.csv", tmp_path / "data"
    path.write_text(LIST.replace(",,", ",همراه اول,"))
    done = pollready("assess", path, "--data", data, "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    return data


def test_sites_are_planned_and_written_in_each_kind_of_table(pollready, register, tmp_path):
    asked = ("--data", register, "--candidates", "stations", "--target-min", "6")
    done = pollready("stage", *asked, "--json", "--out", tmp_path / "t.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads(done.stdout)
    assert figures["proven"] and figures["beyond"] == 0 and figures["stations"] == 12
    assert figures["ways_by_distance"] == 144 and figures["desks"] == 1
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert len(book.sheetnames) == 5
    assert book.worksheets[0].max_row == 1 + figures["sites"]
    pollready("stage", *asked, "--out", tmp_path / "t.json")
    tables = json.loads((tmp_path / "t.json").read_text())["tables"]
    assert len(tables["stations"]) == 12 and len(tables["sites"]) == figures["sites"]
    pollready("stage", *asked, "--out", tmp_path / "t.csv")
    rows = list(csv.DictReader((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()))
    assert [row["in_time"] for row in rows] == ["1"] * 12
    assert all(row["name"].startswith("'=") for row in rows)  # no formula


def test_travel_times_of_a_table_stand_before_distance(pollready, register, tmp_path):
    table = tmp_path / "travel.csv"
    table.write_text("from,to,minutes\n000,011,۳\n")
    asked = ("--data", register, "--candidates", "stations", "--goal", "median", "--sites", "1")
    done = pollready("stage", *asked, "--json", "--travel", table)
    assert json.loads(done.stdout)["ways_by_table"] == 1
    table.write_text("from,to,minutes\n000,011,soon\n000,001\n000,002,4\n")
    done = pollready("stage", *asked, "--travel", table, "--language", "en")
    assert done.returncode == 2 and "2, 3" in done.stderr


def test_what_stays_and_what_is_ruled_out_is_told_and_written(pollready, register, tmp_path):
    asked = ("--data", register, "--candidates", "stations", "--target-min", "6")
    decided = ("--stays", "011=the road", "--stays", "010=the road", "--ruled-out", "005=flooded")
    done = pollready("stage", *asked, *decided, "--json", "--out", tmp_path / "t.json")
    assert (done.returncode, done.stderr) == (0, "")
    tables = json.loads((tmp_path / "t.json").read_text())["tables"]
    stays = {row["code"] for row in tables["sites"] if row["stays"]}
    assert stays == {"010", "011"} and json.loads(done.stdout)["sites_that_stay"] == 2
    assert "005" not in {row["code"] for row in tables["sites"]}
    assert [row["reason"] for row in tables["decided"]] == ["the road", "the road", "flooded"]


def test_fewer_sites_than_stay_and_codes_of_nothing_are_refused(pollready, register):
    asked = ("--data", register, "--goal", "median", "--sites", "1", "--language", "en")
    done = pollready("stage", *asked, "--stays", "001=a", "--stays", "002=b")
    assert done.returncode == 2 and "Allow at least 2 sites" in done.stderr
    done = pollready("stage", *asked, "--stays", "nowhere=a", "--ruled-out", "none=b")
    assert done.returncode == 2 and "nowhere, none" in done.stderr
    assert pollready("stage", *asked, "--stays", "001").returncode == 2


def test_every_wrong_number_is_named_at_once(pollready, tmp_path):
    asked = ("--target-min", "soon", "--goal", "win", "--language", "en")
    done = pollready("stage", "--data", tmp_path, *asked)
    assert done.returncode == 2
    assert "goal, target_min" in done.stderr


def test_the_help_names_the_documented_options(capsys):
    with pytest.raises(SystemExit):
        main(["stage", "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert {"--goal", "--candidates", "--sites", "--target-min", "--travel", "--out"} <= options
