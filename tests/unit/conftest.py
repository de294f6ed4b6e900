"""The command in a process of its own, as its clerk runs it; the small register of the pages."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kept_rows import made_once

ROWS = Path(__file__).resolve().parents[1] / "browser" / "register_rows.py"
Runner = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def runner(empty_register: Path) -> Callable[[Path], Runner]:
    """Make a runner of the command in a folder, with a home and a place for temporary files."""

    def make(folder: Path) -> Runner:
        environment = os.environ | {
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "POLLREADY_DATA": "",
            "XDG_CACHE_HOME": str(empty_register.parent.parent),
        }
        (folder / "tmp").mkdir()
        for name in ("XDG_DATA_HOME", "DJANGO_SETTINGS_MODULE"):
            environment.pop(name, None)

        def run(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "pollready", *map(str, arguments)]
            return subprocess.run(
                command,
                capture_output=True,
                text=True,
                env=environment | settings,
                cwd=folder,
                check=False,
            )

        return run

    return make


@pytest.fixture
def pollready(runner, tmp_path) -> Runner:
    """Run the command in a fresh process with a home of its own."""
    return runner(tmp_path)


@pytest.fixture(scope="session")
def rows():
    """Load the module that fills the register; it stands in no package."""
    spec = importlib.util.spec_from_file_location("console_register_rows", ROWS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def register(db, rows):
    return made_once("register", rows.fill_register)


@pytest.fixture
def assessed(register, rows):
    return made_once("assessed", lambda: rows.assess_register(register))
