"""From an office's file to an assessment, as its clerk runs it: in a process of its own."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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


def test_people_see_progress_and_a_summary(pollready, station_list):
    done = pollready("assess", station_list, "--language", "en")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "Reading and registering the file…",
        "Assessing readiness…",
        "Writing the report…",
    ]
    assert "3 stations: 0 ready, 0 not ready, 3 unknown (of these 0 contradicted)." in done.stdout


def test_importing_the_same_file_twice_changes_nothing(pollready, station_list, tmp_path):
    arguments = ("assess", station_list, "--json", "--data", tmp_path / "data")
    first, second = (json.loads(pollready(*arguments).stdout) for _ in range(2))
    for changing in ("seconds",):
        first.pop(changing)
        second.pop(changing)
    assert first == second
    assert pollready("audit", "verify", "--data", tmp_path / "data").returncode == 0


def test_two_commands_may_make_one_register_at_once(pollready, station_list, tmp_path):
    (tmp_path / "other.csv").write_text(LIST.replace("001", "101"))

    def assess(name: str) -> int:
        return pollready("assess", name, "--data", "data", "--out", f"out-{name}").returncode

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(assess, (station_list.name, "other.csv"))) == [0, 0]
    done = pollready("audit", "verify", "--data", "data")
    assert (done.returncode, "4:" in done.stdout) == (0, True)


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
        ("template", "--out", "F.pdf"),
        ("nothing",),
    ],
)
def test_a_wrong_command_line_is_status_2_and_a_sentence(pollready, station_list, arguments):
    done = pollready(*(part.replace("{list}", str(station_list)) for part in arguments))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_file_with_nothing_usable_is_status_1_and_a_sentence(pollready, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    for language in ("fa", "en"):
        done = pollready("assess", empty, "--json", "--language", language)
        assert done.returncode == 1
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_the_template_is_a_list_that_can_be_assessed_once_filled(pollready, tmp_path):
    assert pollready("template", "--language", "en", "--out", "t.xlsx").returncode == 0
    done = pollready("assess", tmp_path / "t.xlsx", "--json")
    assert done.returncode == 1  # nobody has written a station into it yet
