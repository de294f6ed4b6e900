"""From an office's workbook to an allocation plan, as its clerk runs it: in its own process."""

import json
from pathlib import Path

import openpyxl
import pytest

SHEETS = {
    "round": [
        ("name", "election_date", "province"),
        ("A round", "2028-06-16", "East Azerbaijan"),
    ],
    "stations": [
        ("code", "name", "county", "kind", "lat", "lon", "expected_voters", "id_devices", "mains",
         "feeder", "battery_h", "generator", "operator_1", "signal_1"),
        ("001", "Saadi school", "Tabriz", "fixed", 38.08, 46.29, 900, 2, "yes", "F1", 1, "no",
         "OP1", "good"),
        ("002", "Town hall", "Tabriz", "fixed", 38.07, 46.30, 1100, 2, "yes", "F1", 1, "no",
         "OP1", "good"),
        ("003", "Health house", "Ahar", "fixed", 38.47, 47.07, 400, 1, "yes", "F1", 1, "no",
         "OP1", "good"),
    ],
    "components": [
        ("code", "kind", "agency", "unavailability", "serves"),
        ("F1", "feeder", "POWER", 0.02, ""),
        ("S1", "mobile_site", "OP1", 0.01, "001 002 003"),
    ],
    "agencies": [("code", "name", "role"), ("POWER", "Power company", "power_distribution"),
                 ("OP1", "Operator One", "operator")],
    "resources": [
        ("agency", "kind", "pledged", "delivered", "tested", "deployed", "depot"),
        ("POWER", "generator", 2, 2, 1, 0, "Tabriz depot"),
    ],
}  # fmt: skip


@pytest.fixture
def workbook(tmp_path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "province.xlsx"
    book.save(path)
    return path


def test_a_workbook_comes_out_as_a_plan_with_its_bound(pollready, workbook, tmp_path):
    out = tmp_path / "plan.csv"
    done = pollready("allocate", workbook, "--json", "--language", "en", "--out", out)
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    given = {row["station"]: row["gets"] for row in plan["stations"] if row["gets"]}
    assert set(given) == {"002"}  # the most voters, and one generator is tested
    assert plan["stopped"] == "gap"
    assert plan["left_out"][0]["why"] == "untested"
    assert "002" in out.read_text("utf-8-sig")


def test_a_list_without_components_says_what_is_missing(pollready, tmp_path):
    (tmp_path / "list.csv").write_text(
        "code,name,county,kind,expected_voters\n001,School,Tabriz,fixed,900\n", "utf-8"
    )
    done = pollready("allocate", tmp_path / "list.csv", "--language", "en")
    assert done.returncode == 1
    assert "import the lists first" in done.stderr


def test_everything_that_is_wrong_is_said_at_once(pollready, workbook):
    done = pollready(
        "allocate", workbook, "--language", "en", "--units", "boat=2", "--units", "generator=-1",
        "--travel", "900",
    )  # fmt: skip
    assert done.returncode == 2
    for words in ("boat", "write 0 or more", "72 at most"):
        assert words in done.stderr
