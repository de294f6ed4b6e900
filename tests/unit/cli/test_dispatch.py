"""`pollready dispatch`: from a list of stations to routes, as a clerk runs it."""

import csv
import json

import openpyxl
import pytest

from pollready.cli.main import main

ROWS = "\n".join(f"{n:03},=مدرسه {n},اهر,ثابت,{38.4 + n / 100},47.0,{500 + n}" for n in range(8))
LIST = f"code,name,county,kind,lat,lon,expected_voters\n{ROWS}\n"


@pytest.fixture(scope="module")
def register(runner, tmp_path_factory):
    """Make a register with eight stations along a road."""
    folder = tmp_path_factory.mktemp("dispatch")
    run = runner(folder)
    path, data = folder / "stations.csv", folder / "data"
    path.write_text(LIST)
    done = run("assess", path, "--data", data, "--out", folder / "out", "--json")
    assert done.returncode == 0, done.stderr
    return run, data, folder


def test_routes_are_planned_and_written_in_each_kind_of_table(register):
    pytest.importorskip("pyvrp")
    run, data, folder = register
    asked = ("dispatch", "--data", data, "--work", "set_up", "--team", "000=2", "--county", "اهر",
             "--limit-s", "1", "--language", "en")  # fmt: skip
    done = run(*asked, "--json", "--out", folder / "t.xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads(done.stdout)
    assert (figures["tasks"], figures["reached"], figures["unreached"]) == (8, 8, {})
    assert 0 < figures["bound_h"] <= figures["travel_h"] and figures["routes"] == 1
    book = openpyxl.load_workbook(folder / "t.xlsx")
    assert book.sheetnames == ["Routes", "Teams", "Not reached"]
    run(*asked, "--out", folder / "t.csv")
    rows = list(csv.DictReader((folder / "t.csv").read_text("utf-8-sig").splitlines()))
    assert sorted(row["station"] for row in rows) == [f"{n:03}" for n in range(8)]
    assert all(row["name"].startswith("'=") for row in rows)  # no formula
    said = run(*asked, "--out", folder / "t.json")
    assert "1 team reaches 8 of 8 stations" in said.stdout
    assert len(json.loads((folder / "t.json").read_text())["tables"]["visits"]) == 8


def test_who_goes_now_is_told_and_nobody_to_send_ends_with_one(register):
    run, data, _ = register
    asked = ("dispatch", "--data", data, "--now", "--stations", "003 004", "--language", "en")
    done = run(*asked, "--team", "000", "--at", "09:00")
    assert done.returncode == 0 and "1 team goes now; stations that wait: 1" in done.stdout
    done = run(*asked, "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["waiting"] == 2


def test_every_wrong_value_is_named_at_once(register):
    run, data, _ = register
    done = run("dispatch", "--data", data, "--work", "win", "--team", "zzz=0", "--to", "late",
               "--county", "nowhere", "--language", "en")  # fmt: skip
    assert done.returncode == 2
    for name in ("work", "county", "base_0", "teams_0", "to_0"):
        assert name in done.stderr
    done = run("dispatch", "--data", data, "--now", "--team", "000=some", "--at", "late")
    assert done.returncode == 2 and "teams_0" in done.stderr and "at" in done.stderr


def test_a_folder_that_is_no_register_is_said(tmp_path, capsys):
    assert main(["dispatch", "--data", str(tmp_path / "none"), "--language", "en"]) == 1
    assert "--data" in capsys.readouterr().err
