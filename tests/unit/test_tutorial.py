"""Every command of the tutorial runs, in order, and writes what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "first-assessment.md"


def test_the_tutorial_runs_as_it_stands(tmp_path):
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) >= 8
    environment = os.environ | {"HOME": str(tmp_path / "home"), "POLLREADY_DATA": ""}
    for command in commands:
        done = subprocess.run(
            re.sub(r"^pollready ", f"{sys.executable} -m pollready ", command),
            shell=True,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (command, done.returncode, done.stderr if done.returncode else "") == (
            command,
            0,
            "",
        )
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.glob("report*/*")}
    assert written >= {
        f"report/{name}"
        for name in ("report.pdf", "obstacles.xlsx", "rejected.xlsx", "assessment.json")
    }
    assert (tmp_path / "report-named" / "annex").is_dir()
    assert not (tmp_path / "report" / "annex").exists()
