"""Large lists, and imports that are killed half-way."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from pollready.intake.writing import write_workbook

_IMPORT = """
    import os, resource, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path

    import django

    django.setup()
    import pollready.intake.commands as commands
    from pollready.intake.commands import import_file

    def die(*arguments, **named):  # in the transaction, with all written but its record
        os.kill(os.getpid(), signal.SIGKILL)

    if sys.argv[2] == "killed":
        commands.record = die
    result = import_file(sys.argv[1], by=None, now=datetime(2024, 6, 1, tzinfo=UTC))
    # Where there is /proc: ru_maxrss would count what the process that began this one held.
    status = Path("/proc/self/status")
    if status.is_file():
        kilobytes = int(status.read_text().partition("VmHWM:")[2].split()[0])
    else:
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(result.rows_registered, kilobytes // 1024)
"""


@pytest.fixture
def register(tmp_path, empty_register):
    """Give a register in a folder of its own: run(arguments) runs a process on it."""
    environment = os.environ | {
        "POLLREADY_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "pollready.project.settings",
    }

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, check=False
        )

    (tmp_path / "data").mkdir()
    shutil.copyfile(empty_register, tmp_path / "data" / "register.sqlite3")
    return run


def test_sixty_thousand_stations_fit_into_memory(register, tmp_path, write_list):
    head = "code,name,county,kind,lat,lon,mains\n"
    lines = (
        f"{n:06},Hall {n},County {n % 300},fixed,{38 + n % 97 / 100},{46 + n % 89 / 100},yes"
        for n in range(60_000)
    )
    path = write_list(head + "\n".join(lines))
    done = register(_script(tmp_path), str(path), "whole")
    assert done.returncode == 0, done.stderr
    registered, peak_mib = map(int, done.stdout.split())
    assert registered == 60_000
    assert peak_mib < 700


def test_a_killed_import_leaves_the_register_as_it_was(register, tmp_path):
    rows = [
        {"code": str(n), "name": f"محل {n}", "county": "اهر", "kind": "fixed", "mains": True}
        for n in range(500)
    ]
    write_workbook(tmp_path / "office.xlsx", {"stations": rows}, "fa")
    script = _script(tmp_path)
    (database,) = (tmp_path / "data").glob("*.sqlite3")
    killed = register(script, str(tmp_path / "office.xlsx"), "killed")
    assert killed.returncode == -signal.SIGKILL
    assert _counts(database) == (0, 0, 0, 0)
    whole = register(script, str(tmp_path / "office.xlsx"), "whole")
    assert whole.returncode == 0, whole.stderr
    assert _counts(database) == (1, 500, 500, 1)


def _script(folder):
    path = folder / "import.py"
    path.write_text(textwrap.dedent(_IMPORT))
    return str(path)


def _counts(database):
    tables = ("electionround", "listing", "claim", "auditbatch")
    with sqlite3.connect(database) as connection:
        counts = tuple(
            connection.execute(f"SELECT count(*) FROM pollready_{table}").fetchone()[0]
            for table in tables
        )
    connection.close()
    return counts
