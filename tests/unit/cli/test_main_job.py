"""From an office's file to an assessment, as its clerk runs it: in a process of its own."""

import json
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

HEADINGS = "code,name,county,kind,lat,lon,expected_voters"
LIST = f"""{HEADINGS}
001,دبستان سعدی,تبریز,ثابت,38.08,46.29,900
002,مسجد جامع,تبریز,ثابت,38.07,46.30,1100
003,خانه بهداشت,اهر,سیار,,,
"""


@pytest.fixture
def station_list(tmp_path) -> Path:
    path = tmp_path / "شعب.csv"
    path.write_text(LIST)
    return path


def test_a_list_without_components_comes_out_all_unknown(pollready, station_list, tmp_path):
    done = pollready("assess", station_list, "--json", "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert {name: result[name] for name in ("stations", "ready", "not_ready", "unknown")} == {
        "stations": 3,
        "ready": 0,
        "not_ready": 0,
        "unknown": 3,
    }
    assert (result["rows_read"], result["rows_registered"], result["rows_rejected"]) == (3, 3, 0)
    assert (result["expected_voters"], result["stations_without_voters"]) == (2000, 1)
    assert result["expected_voters_affected"] is None
    assert result["worst_single"] is None
    assert {Path(name).name for name in result["files"]} >= {
        "report.pdf",
        "obstacles.xlsx",
        "assessment.json",
        "complete.xlsx",
    }
    assert all(Path(name).stat().st_size > 0 for name in result["files"])


def test_headings_that_are_not_known_lead_to_the_option_that_says_what_they_are(
    pollready, tmp_path
):
    budget = tmp_path / "budget.csv"
    budget.write_text("budget,year\n12,2024\n")
    done = pollready("assess", budget, "--language", "en", "--out", tmp_path / "out")
    assert "--map" in done.stderr


def test_a_list_of_components_alone_is_assessed_too(pollready, tmp_path):
    cells = tmp_path / "cells.csv"
    cells.write_text("radio,mcc,net,area,cell,lon,lat\nGSM,432,11,1,7,46.3,38.1\n")
    done = pollready("assess", cells, "--json", "--out", tmp_path / "out", "--reveal", "handover")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    counted = result["rows_read"], result["rows_registered"], result["stations"]
    assert counted == (1, 1, 0)
    assert result["expected_voters_affected"] is None
    assert result["worst_single"] is None


def test_people_see_progress_and_a_summary(pollready, station_list):
    done = pollready("assess", station_list, "--language", "en")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "Reading and registering the file…",
        "Assessing readiness…",
        "Writing the report…",
    ]
    assert "3 stations: 0 ready, 0 not ready, 3 unknown (of these 0 contradicted)." in done.stdout


def test_the_language_of_the_installation_is_the_default(pollready, station_list):
    done = pollready("assess", station_list, POLLREADY_LANGUAGE="en")
    assert "3 stations:" in done.stdout
    done = pollready("assess", station_list, "--language", "fa", POLLREADY_LANGUAGE="en")
    assert "۳ شعبه" in done.stdout


def test_importing_the_same_file_twice_changes_nothing(pollready, station_list, tmp_path):
    arguments = ("assess", station_list, "--json", "--data", tmp_path / "data")
    first, second = (json.loads(pollready(*arguments).stdout) for _ in range(2))
    for changing in ("seconds",):
        first.pop(changing)
        second.pop(changing)
    assert first == second
    assert pollready("audit", "verify", "--data", tmp_path / "data").returncode == 0


@pytest.mark.parametrize("kept", [True, False], ids=["copied", "migrated"])
def test_two_commands_may_make_one_register_at_once(
    pollready, station_list, tmp_path, empty_register, kept
):
    settings = {} if kept else {"XDG_CACHE_HOME": str(tmp_path / "nothing-kept")}
    (tmp_path / "other.csv").write_text(LIST.replace("001", "101"))

    def assess(name: str) -> int:
        arguments = ("--data", "data", "--out", f"out-{name}")
        return pollready("assess", name, *arguments, **settings).returncode

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(assess, (station_list.name, "other.csv"))) == [0, 0]
    done = pollready("audit", "verify", "--data", "data")
    assert (done.returncode, "4:" in done.stdout) == (0, True)
    made = tmp_path / "data" / "register.sqlite3"
    assert {path.stat().st_mode & 0o077 for path in made.parent.glob("register.*")} == {0}
    assert schema_of(made) == schema_of(empty_register)
    with closing(sqlite3.connect(made)) as register:
        assert register.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def schema_of(path: Path) -> list[tuple]:
    """Give what stands in a register's file besides rows, and which migrations it has had."""
    with closing(sqlite3.connect(path)) as register:
        tables = register.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        migrated = register.execute("SELECT app, name FROM django_migrations").fetchall()
    return sorted(tables, key=str) + sorted(migrated)


def test_a_file_whose_name_is_no_text_is_taken(pollready, tmp_path):
    name = os.fsdecode(b"list-\xff.csv")
    (tmp_path / name).write_text(LIST)
    done = pollready("assess", name, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["stations"] == 3


def test_set_up_can_be_run_again_where_an_empty_register_is_kept(pollready):
    for _ in range(2):
        done = pollready("set-up")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("assess",),
        ("assess", "no-such-file.xlsx"),
        ("assess", "{list}", "--reveal"),
        ("assess", "{list}", "--reveal", "  "),
        ("assess", "{list}", "--map", "code"),
        ("assess", "{list}", "--election", "yesterday"),
        ("assess", "{list}", "--language", "de"),
        ("assess", "{list}", "--map", "code=colour"),
        ("assess", "{list}", "--map", "no such column=name"),
        ("assess", "{list}", "--out", "{list}"),
        ("assess", "{list}", "--out", "{list}/inside"),
        ("assess", "{list}", "--out", "n" * 300),
        ("assess", "{list}", "--data", "{list}"),
        ("assess", "{list}", "--thresholds", "{list}"),
        ("assess", "n" * 300),
        ("template", "--out", "F.pdf"),
        ("nothing",),
    ],
)
def test_a_wrong_command_line_is_status_2_and_a_sentence(pollready, station_list, arguments):
    done = pollready(*(part.replace("{list}", str(station_list)) for part in arguments))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "پیش‌بینی‌نشده" not in done.stderr  # no reference number: what is wrong is said
    assert done.stderr.strip()


def test_the_report_is_never_written_over_the_file_that_is_read(pollready, station_list, tmp_path):
    out = tmp_path / "out"
    assert pollready("assess", station_list, "--out", out).returncode == 0
    filled_in = (out / "complete.xlsx").read_bytes()
    done = pollready("assess", out / "complete.xlsx", "--out", out, "--language", "en")
    assert done.returncode == 2
    assert "would be written over the file that is read" in done.stderr
    assert (out / "complete.xlsx").read_bytes() == filled_in
    assert pollready("assess", out, "--out", out).returncode == 2


def test_what_is_no_register_is_said_and_left_alone(pollready, station_list, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "register.sqlite3").write_bytes(b"something else " * 100)
    done = pollready("assess", station_list, "--data", data, "--language", "en")
    assert done.returncode == 2
    assert "no register of PollReady" in done.stderr
    assert (data / "register.sqlite3").read_bytes() == b"something else " * 100


def test_a_reader_that_stops_reading_is_no_error(pollready, station_list, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "pollready", "assess", station_list, "--json"]
    done = subprocess.run(
        [*command, "--out", tmp_path / "out"], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_missing_file_is_named_in_the_chosen_language(pollready):
    for language, said in (("fa", "پیدا نشد"), ("en", "There is no file")):
        done = pollready("assess", "no-such-file.xlsx", "--language", language)
        assert said in done.stderr


def test_a_file_with_nothing_usable_is_status_1_and_a_sentence(pollready, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    for language in ("fa", "en"):
        done = pollready("assess", empty, "--json", "--language", language)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_rows_that_all_came_back_are_given_back(pollready, tmp_path):
    rows = tmp_path / "شعب.csv"
    rows.write_text(f"{HEADINGS}\n001,دبستان,تبریز,پرنده,,,\n")
    done = pollready("assess", rows, "--out", tmp_path / "out", "--language", "en", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert str(tmp_path / "out" / "rejected.xlsx") in done.stderr
    page = openpyxl.load_workbook(tmp_path / "out" / "rejected.xlsx").worksheets[0]
    assert [cell.value for cell in page[2]][:3] == ["شعب", 2, "kind"]


def test_a_mended_file_leaves_no_rejected_rows_of_the_one_before(pollready, tmp_path):
    rows = tmp_path / "شعب.csv"
    for text, is_there in (("002,,تبریز,ثابت,,,\n", True), ("", False)):
        rows.write_text(f"{HEADINGS}\n001,دبستان,تبریز,ثابت,38.1,46.3,9\n{text}")
        assert pollready("assess", rows, "--out", tmp_path / "out").returncode == 0
        assert (tmp_path / "out" / "rejected.xlsx").exists() is is_there


def test_the_template_is_a_list_that_can_be_assessed_once_filled(pollready, tmp_path):
    assert pollready("template", "--language", "en", "--out", "t.xlsx").returncode == 0
    done = pollready("assess", tmp_path / "t.xlsx", "--json")
    assert done.returncode == 1  # nobody has written a station into it yet
