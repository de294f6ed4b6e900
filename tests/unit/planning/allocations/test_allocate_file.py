"""Allocation from the command line: a register, wishes, a file in each format, a few lines."""

import argparse
import csv
import json
from io import StringIO

import openpyxl
import pytest

from pollready.cli.allocate import _floor, _out, _units, add
from pollready.cli.allocation_summary import print_plan
from pollready.jobs.allocate_file import NoRound, Wishes, allocate_file
from pollready.planning.allocations.inputs import WrongInputs
from pollready.register.veil import masked
from tests.unit.planning.allocations.conftest import AS_OF, NOW


@pytest.fixture
def allocated(stocked):
    def run(**more):
        out = more.pop("out", None)
        language = more.pop("language", "en")
        return allocate_file(None, Wishes(**more), language=language, now=NOW, as_of=AS_OF, out=out)

    return run


def test_a_plan_is_made_from_the_register_as_a_new_plan_starts(allocated):
    found = allocated()
    assert found.result["stopped"] == "gap"
    assert found.result["given"]
    assert found.values["inputs"]["units"]["identity_device"] == 3


def test_wishes_stand_in_place_of_what_a_new_plan_starts_with(allocated):
    found = allocated(
        units={"identity_device": 1}, level="online", travel_max_h=9.0,
        floors=[("county", "02", "stations", "", 1.0), ("mobile", "", "saved", "", 0.5)],
    )  # fmt: skip
    inputs = found.values["inputs"]
    assert (inputs["level"], inputs["travel_max_h"]) == ("online", 9.0)
    assert [(each["group"], each["counts"]) for each in inputs["floors"]] == [
        ("county", "stations"), ("mobile", "saved"),
    ]  # fmt: skip
    assert not any(each["is_broken"] for each in found.result["floors"])


def test_what_cannot_be_asked_is_refused(allocated):
    with pytest.raises(WrongInputs, match="county-code-unknown"):
        allocated(floors=[("county", "77", "stations", "", 1.0)])
    with pytest.raises(WrongInputs, match="kind-unknown"):
        allocated(units={"boat": 1})


def test_a_register_without_a_round_says_so(db):
    with pytest.raises(NoRound):
        allocate_file(None, Wishes(), language="en", now=NOW)


def test_the_file_in_each_format_holds_every_station(allocated, tmp_path, stocked):
    for suffix in ("xlsx", "csv", "json"):
        allocated(out=tmp_path / f"p.{suffix}", quick=True)
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    assert book.sheetnames == [
        "Stations",
        "Means",
        "Shared components",
        "Floors",
        "Left out",
        "Inputs",
    ]
    codes = {each.code for each in stocked.listings}
    assert codes <= {row[0].value for row in book["Stations"].rows}
    rows = list(csv.reader(StringIO((tmp_path / "p.csv").read_bytes().decode("utf-8-sig"))))
    assert codes <= {row[0] for row in rows}
    values = json.loads((tmp_path / "p.json").read_text("utf-8"))
    assert {row["station"] for row in values["stations"]} == codes


def test_shared_components_leave_under_their_masks(allocated, tmp_path):
    found = allocated(units={"identity_device": 0}, level="online", out=tmp_path / "p.json")
    written = (tmp_path / "p.json").read_text("utf-8")
    for row in found.file.rows.components:
        assert row.code not in written
        assert masked(row.code) in written


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_few_lines_say_what_came_of_it(allocated, capsys, language):
    print_plan(allocated(language=language, floors=[("each_county", "", "stations", "", 3.0)]),
               language)  # fmt: skip
    told = capsys.readouterr().out.splitlines()
    assert len(told) > 6
    assert {"fa": "مراجع", "en": "voters affected"}[language] in told[0]


def test_options_are_read_or_refused_with_an_example():
    assert _units("modem:MCI=4") == ("modem:MCI", 4)
    assert _units("generator=-4") == ("generator", -4)  # refused later, with all the rest
    assert _floor("each_county:stations:2") == ("each_county", "", "stations", "", 2.0)
    assert _floor("county=05:units=modem:MCI:3") == ("county", "05", "units", "modem:MCI", 3.0)
    for wrong in ("all:stations:2", "rural:units:2", "rural:stations:many", "county:saved:1"):
        with pytest.raises(argparse.ArgumentTypeError, match="expected GROUP"):
            _floor(wrong)
    with pytest.raises(argparse.ArgumentTypeError, match="expected KIND"):
        _units("generator")
    with pytest.raises(argparse.ArgumentTypeError, match="ends in"):
        _out("plan.pdf")


def test_the_command_describes_itself():
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())
    chosen = parser.parse_args(
        ["allocate", "--quick", "--units", "generator=3", "--floor", "rural:stations:1"]
    )
    assert chosen.units == [("generator", 3)]
