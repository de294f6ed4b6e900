"""The map in a real Chromium without a graphics card: until its first paint, and what it asks for.

At a province (3,166 stations) and a nation (60,154), whose other provinces are moved to places of
their own, each station by some metres more, so that nothing packs better than real positions do.
What is told is the time from asking for the page until first paint: every station stands on the
map, by itself or counted in its ring, the legend says its counts, and the browser has drawn the
frame (the mark `map-shown`, set once MapLibre has nothing left to draw); names of counties follow.
An empty browser each time, at a desk, on a phone's width, and without WebGL. For each layer its
size on the wire and how long the console took; and the stations' layer as the first asks for it
after a write about a component, and after one about a station.
"""

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = "benchmarks.map"
VISITS = 5
PROVINCES = 19
FLAGS = ["--disable-gpu", "--enable-unsafe-swiftshader", "--no-first-run", "--no-sandbox"]
WAYS = (
    ("first paint", 1280, True),
    ("first paint at 390 px", 390, True),
    ("first paint without WebGL", 1280, False),
)
LAYERS = ("stations", "stations&by=rule.no_second_path", "stops", "components", "borders")


def measure() -> list[dict[str, Any]]:
    """Make the register in a process of its own, serve it, and look at it at both sizes."""
    from pollready.console.build import build

    build()
    rows = []
    with tempfile.TemporaryDirectory(prefix="pollready-map-") as folder:
        for size in ("province", "nation"):
            made = in_process(Path(folder), size)
            with _served(Path(folder)) as base:
                rows += _layers(base, made) + _visits(base, made)
                rows += _after_writes(Path(folder), base, made)
    return rows


def in_process(data: Path, size: str) -> dict[str, Any]:
    """Fill, enlarge or write into the register of a folder, in a process with its settings."""
    environment = os.environ | {"POLLREADY_DATA": str(data)}
    command = [sys.executable, "-m", HERE, size]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def prepare(size: str) -> dict[str, Any]:
    """Fill or enlarge the register of this process's settings; give a session to look with."""
    from pollready.jobs.registers import open_register

    open_register()
    from django.test import Client

    from pollready.people.models import Role, User
    from pollready.places.models import ElectionRound, Listing

    now = datetime.now(UTC)
    if size == "province":
        from pollready.jobs.prepare import load_example

        load_example(language="en", now=now, progress=lambda step: None)
    else:
        from benchmarks.reference.nation_register import enlarge

        enlarge(ElectionRound.objects.get().pk, now=now)
        _move_apart()
    user, _ = User.objects.get_or_create(
        username="head", role=Role.COMMITTEE_HEAD, language="fa", may_see_names=True
    )
    client = Client()
    client.force_login(user)
    return {"stations": Listing.objects.count(), "session": client.session.session_key}


def _move_apart() -> None:
    """Give each province a place of its own, and each station some metres more."""
    from django.db import transaction

    from pollready.places.models import ServicePoint

    chance = random.Random(1)
    points = list(ServicePoint.objects.filter(lat__isnull=False).order_by("pk"))
    each = -(-len(points) // PROVINCES)
    moves = [(0.0, 0.0)] + [
        (chance.uniform(-11, -1), chance.uniform(0, 13)) for _ in range(PROVINCES - 1)
    ]
    for number, point in enumerate(points):
        south, east = moves[number // each]
        point.lat = (point.lat or 0) + south + chance.gauss(0, 0.003)
        point.lon = (point.lon or 0) + east + chance.gauss(0, 0.003)
    with transaction.atomic():
        ServicePoint.objects.bulk_update(points, ["lat", "lon"], batch_size=400)


@contextmanager
def _served(data: Path) -> Iterator[str]:
    """Serve the register while the block runs; give its address."""
    command = [sys.executable, "-m", "pollready", "serve", "--data", str(data), "--language", "en"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        for line in server.stdout:
            if "/sign-in/" in line:
                break
        yield line.split("/sign-in/")[0][line.index("http") :]
    finally:
        server.terminate()
        server.wait()


def _layers(base: str, made: dict[str, Any]) -> list[dict[str, Any]]:
    """Ask for each layer twice: as the first after a write, and as anybody after him."""
    rows = []
    _ask(f"{base}/map/card/?station=1", made)  # what any first request loads is not the layers'
    for layer in LAYERS:
        first, packed = _ask(f"{base}/map/data/?layer={layer}", made)
        times = [_ask(f"{base}/map/data/?layer={layer}", made)[0] for _ in range(9)]
        rows.append(
            {
                "stations": made["stations"],
                "what": f"layer {layer}",
                "first_ms": round(first * 1000, 1),
                "kept_ms": round(sorted(times)[4] * 1000, 1),
                "kb_on_the_wire": round(len(packed) / 1024, 1),
                "kb_unpacked": round(len(gzip.decompress(packed)) / 1024, 1) if packed else 0,
            }
        )
    return rows


def _after_writes(data: Path, base: str, made: dict[str, Any]) -> list[dict[str, Any]]:
    """Write about a component, then about a station, and ask for the stations each time."""
    rows = []
    for about in ("component", "station"):
        times = []
        for _ in range(3):
            in_process(data, f"write-{about}")
            times.append(_ask(f"{base}/map/data/?layer=stations", made)[0])
        rows.append(
            {
                "stations": made["stations"],
                "what": f"stations after a write about a {about}",
                "median_ms": round(sorted(times)[1] * 1000, 1),
            }
        )
    return rows


def write(about: str) -> dict[str, Any]:
    """Write a correction into the log, as commands do."""
    from pollready.jobs.registers import open_register

    open_register()
    from django.db import transaction

    from pollready.audit.commands import Entry, record

    with transaction.atomic():
        entries = [Entry(about, "1", {"name": "a"}, {"name": "b"})]
        record(actor="benchmark", command="correct", now=datetime.now(UTC), entries=entries)
    return {"about": about}


def _ask(address: str, made: dict[str, Any]) -> tuple[float, bytes]:
    headers = {"Cookie": f"sessionid={made['session']}", "Accept-Encoding": "gzip"}
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            content = answer.read()
    except urllib.error.HTTPError:
        content = b""
    return time.perf_counter() - began, content


def _visits(base: str, made: dict[str, Any]) -> list[dict[str, Any]]:
    """Open the map in a browser that has never seen it, some times."""
    from playwright.sync_api import sync_playwright

    rows = []
    with sync_playwright() as playwright:
        path = os.environ.get("POLLREADY_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for what, width, webgl in WAYS:
            times = sorted(
                _visit(browser, base, made, width=width, webgl=webgl) for _ in range(VISITS)
            )
            rows.append(
                {
                    "stations": made["stations"],
                    "what": what,
                    "least_ms": round(times[0]),
                    "median_ms": round(times[VISITS // 2]),
                    "most_ms": round(times[-1]),
                }
            )
        browser.close()
    return rows


def _visit(browser: Any, base: str, made: dict[str, Any], *, width: int, webgl: bool) -> float:
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "sessionid", "value": made["session"], "url": base}])
    if not webgl:
        context.add_init_script(
            "const get = HTMLCanvasElement.prototype.getContext;"
            "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
            "return kind.startsWith('webgl') ? null : get.call(this, kind, ...more); };"
        )
    page = context.new_page()
    page.goto(f"{base}/map/")
    page.wait_for_selector("#map-page[data-shown]", timeout=120_000)
    taken: float = page.evaluate("performance.getEntriesByName('map-shown')[0].startTime")
    context.close()
    return taken


if __name__ == "__main__":
    what, _, about = sys.argv[1].partition("-")
    print(json.dumps(write(about) if what == "write" else prepare(what)))
