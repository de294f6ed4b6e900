"""The commands of the tutorial and the guides run, in order, and write what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def run_page(tmp_path, empty_register):
    """Give a function that runs a page's blocks in an empty folder and a home of its own."""
    command = tmp_path / "bin" / "pollready"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pollready "$@"\n')
    command.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "POLLREADY_DATA": "",
        "XDG_CACHE_HOME": str(empty_register.parent.parent),
    }
    folder = tmp_path / "folder"
    folder.mkdir()

    def run(page: str) -> Path:
        blocks = re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text(), flags=re.DOTALL)
        assert blocks
        for block in blocks:
            done = subprocess.run(
                ["sh", "-e"],
                input=block,
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{block}\n{done.stderr}"
        return folder

    return run


def test_the_tutorial_runs_as_it_stands(run_page):
    folder = run_page("tutorial/first-assessment.md")
    written = {str(path.relative_to(folder)) for path in folder.glob("report*/*")}
    assert written >= {
        f"report/{name}"
        for name in ("report.pdf", "obstacles.xlsx", "rejected.xlsx", "assessment.json")
    }
    assert (folder / "report-named" / "annex").is_dir()
    assert not (folder / "report" / "annex").exists()


def test_the_guide_to_other_lists_runs_as_it_stands(run_page):
    folder = run_page("guides/lists-that-were-not-made-for-it.md")
    for out in ("first", "second", "third", "fourth"):
        assert (folder / out / "complete.xlsx").exists()
