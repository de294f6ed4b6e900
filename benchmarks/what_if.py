"""Times of `what_if` at a province and at a nation of 60,154 stations.

Run as `python -m benchmarks.what_if [--profile]`. The province is the example's (3,166 stations,
2,549 components); the nation is nineteen of it with renamed codes under one national centre, made
in memory. Each row is one set of changes: wall-clock seconds of the call, the best of three (of
one where all stations are touched), beside those of a full assessment of the same rows without
reading and a probe of the machine, in the same run. Nothing fails.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROVINCES = 19


def province_rows() -> Any:
    """Import the example into a temporary register and read its rows."""
    from pollready.jobs.registers import temporary_register

    with temporary_register(), tempfile.TemporaryDirectory() as folder:
        from pollready.assessment.assessing import end_of
        from pollready.assessment.reading import read_register
        from pollready.example.province import AS_OF, write_example
        from pollready.intake.commands import import_file

        path = Path(folder) / "example.xlsx"
        write_example(path, language="en")
        imported = import_file(path, by=None, now=datetime(2028, 6, 14, tzinfo=UTC))
        return read_register(imported.round_id, end_of(AS_OF))


class Province:
    """The rows of one more province: every code, number and county with the province's own."""

    def __init__(self, rows: Any, number: int) -> None:
        self.rows, self.number = rows, number
        self.local = {code for code, row in rows.components.items() if row.tier < 4}
        self.counties = {row.county for row in rows.listings}
        self.stations = {row.code for row in rows.listings}

    def id(self, number: int) -> int:
        return number + self.number * 10_000_000

    def code(self, code: str) -> str:
        return f"{self.number:02d}~{code}" if code in self.local else code

    def county(self, name: str) -> str:
        return f"{name} {self.number}" if name in self.counties else name

    def scope(self, scope: str) -> str:
        return f"{self.number:02d}{scope}" if scope in self.stations else self.county(scope)

    def text(self, text: str) -> str:
        from pollready.engine.expression import Leaf, leaves, parse, str_of, substitute

        expression = parse(text)
        return str_of(substitute(expression, {c: Leaf(self.code(c)) for c in leaves(expression)}))

    def claims(self, claims: dict[str, Any]) -> dict[str, Any]:
        def renamed(known: Any) -> Any:
            rows = tuple(replace(row, value=self.code(row.value)) for row in known.evidence)
            value = self.code(known.value) if isinstance(known.value, str) else known.value
            return replace(known, value=value, evidence=rows)

        named = {name: renamed(claims[name]) for name in ("feeder", "generator") if name in claims}
        return claims | named

    def depot(self, depot: str) -> str:
        named = [name for name in self.counties if name and name in depot]
        return depot.replace(max(named, key=len), self.county(max(named, key=len))) if named else (
            f"{depot} {self.number}"
        )  # fmt: skip

    def register(self) -> Any:
        rows = self.rows
        return replace(
            rows,
            listings=[
                replace(row, id=self.id(row.id), code=self.scope(row.code),
                        county=self.county(row.county),
                        county_code=f"{self.number:02d}{row.county_code}")
                for row in rows.listings
            ],
            stops={
                self.id(listing): [replace(stop, id=self.id(stop.id)) for stop in stops]
                for listing, stops in rows.stops.items()
            },
            claims={self.id(n): self.claims(claims) for n, claims in rows.claims.items()},
            stop_claims={self.id(n): claims for n, claims in rows.stop_claims.items()},
            component_claims={
                self.id(n): self.claims(claims) for n, claims in rows.component_claims.items()
            },
            components={
                self.code(code): replace(row, id=self.id(row.id), code=self.code(code),
                                         county=self.county(row.county),
                                         name=self.depot(row.name) if row.name else "")
                for code, row in rows.components.items()
                if code in self.local
            },
            groups={
                f"{self.number:02d}~{code}": replace(row, code=f"{self.number:02d}~{code}")
                for code, row in rows.groups.items()
            },
            group_components={
                f"{self.number:02d}~{group}": [self.code(code) for code in codes]
                for group, codes in rows.group_components.items()
            },
            group_listings={
                f"{self.number:02d}~{group}": [self.id(n) for n in listings]
                for group, listings in rows.group_listings.items()
            },
            depends_on={self.code(c): self.text(text) for c, text in rows.depends_on.items()},
            protection={self.code(c): self.text(text) for c, text in rows.protection.items()},
            serves={self.id(n): [self.code(c) for c in codes] for n, codes in rows.serves.items()},
            requires={self.id(n): self.text(text) for n, text in rows.requires.items()},
            lots=[(*lot[:8], self.depot(lot[8]), *lot[9:]) for lot in rows.lots],
            people=[(*row[:2], self.scope(row[2]), *row[3:]) for row in rows.people],
            duties=[(row[0], self.scope(row[1]), *row[2:]) for row in rows.duties],
            incidents={self.id(n): found for n, found in rows.incidents.items()},
            needs=[(self.code(c), role, self.text(text), source)
                   for c, role, text, source in rows.needs],
        )  # fmt: skip


_DICTS = (
    "stops", "claims", "stop_claims", "component_claims", "groups", "group_components",
    "group_listings", "depends_on", "protection", "serves", "requires", "incidents",
)  # fmt: skip
_LISTS = ("listings", "lots", "people", "duties", "needs")


def nation_rows(rows: Any, provinces: int = PROVINCES) -> Any:
    """Put provinces with codes of their own under the one national centre."""
    if provinces == 1:
        return rows
    parts = [rows, *(Province(rows, number).register() for number in range(1, provinces))]
    joined: dict[str, Any] = {}
    for name in _DICTS:
        joined[name] = {key: value for part in parts for key, value in getattr(part, name).items()}
    for name in _LISTS:
        joined[name] = [row for part in parts for row in getattr(part, name)]
    components = {code: row for part in parts for code, row in part.components.items()}
    joined["components"] = dict(sorted(components.items()))
    joined["listings"].sort(key=lambda row: row.code)
    return replace(rows, **joined)


def questions(rows: Any) -> dict[str, list[Any]]:
    """Give the changes that are asked about, by name."""
    from pollready.assessment.changes import (
        AddComponent,
        GiveSecondPath,
        GiveSpare,
        RemoveComponent,
        RepairComponent,
    )
    from pollready.example.province import AS_OF

    site = next(code for code, row in rows.components.items() if row.kind == "mobile_site")
    served = [row.code for row in rows.listings if site in rows.serves.get(row.id, ())]
    above = next(code for code, row in rows.components.items() if row.kind == "aggregation")
    core = next(code for code, row in rows.components.items() if row.kind == "national_centre")
    sizes: dict[str, int] = {}
    for row in rows.listings:
        sizes[row.county_code] = sizes.get(row.county_code, 0) + 1
    county = sorted(sizes, key=lambda code: (abs(sizes[code] - 300), code))[0]
    own = [row for row in rows.listings if row.county_code == county]
    return {
        "nothing": [],
        "repair one site": [RepairComponent(site, unavailability=0.0, battery_h=8.0)],
        f"second path for a county ({len(own)})": [
            GiveSecondPath(row.code, line="fibre", tested_on=AS_OF) for row in own
        ],
        "add a site": [
            AddComponent("new", "mobile_site", depends_on=above, serves=tuple(served))
        ],
        "spares to a depot": [GiveSpare(f"{own[0].county} depot", 40, provisioned=True)],
        "remove a county's aggregation": [RemoveComponent(above)],
        "repair the national centre": [RepairComponent(core, unavailability=0.0)],
        "remove the national centre": [RemoveComponent(core)],
    }  # fmt: skip


def measure(
    provinces: tuple[int, ...] = (1, PROVINCES), *, profile: bool = False, skipped: str = ""
) -> list[dict[str, Any]]:
    """Give one row a question and size: what was asked, stations, components, seconds.

    `cpu_s` is the processor's time of all threads, which other work on the machine does not
    lengthen; questions that begin with `skipped` are left out.
    """
    own = province_rows()

    from pollready.assessment.baseline import baseline_of
    from pollready.assessment.supposing import what_if
    from pollready.engine.warm_up import warm_up
    from pollready.example.province import AS_OF

    warm_up()
    found = []
    for count in provinces:
        rows = nation_rows(own, count)
        started = time.perf_counter()
        baseline = baseline_of(rows, as_of=AS_OF)
        whole_s = time.perf_counter() - started
        for name, changes in questions(rows).items():
            if changes and skipped and name.startswith(skipped):
                continue
            seconds, cpu = [], []
            for _ in range(3):
                started, began = time.perf_counter(), time.process_time()
                result = what_if(baseline, changes)
                seconds.append(time.perf_counter() - started)
                cpu.append(time.process_time() - began)
                if seconds[-1] > 20:
                    break
            found.append({
                "question": name, "stations": len(rows.listings),
                "components": len(rows.components), "seconds": min(seconds),
                "cpu_s": min(cpu),
                "full_assessment_s": whole_s, "stations_changed": len(result.stations),
                "causes_changed": len(result.causes),
            })  # fmt: skip
            if profile:
                _print_profile(lambda b=baseline, c=changes: what_if(b, c), name)
    return found


def _print_profile(call: Any, name: str) -> None:
    with cProfile.Profile() as profile:
        call()
    print(f"\n{name}")
    pstats.Stats(profile).sort_stats("cumulative").print_stats("pollready", 30)


def probe_s() -> float:
    """Time a fixed sum of the interpreter: what the machine does today."""
    started = time.perf_counter()
    sum(number * number for number in range(2_000_000))
    return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--provinces", type=int, nargs="*", default=[1, PROVINCES])
    parser.add_argument("--skip", default="", help="leave out questions that begin so")
    given, _ = parser.parse_known_args()
    print(f"probe: two million squares {probe_s():.3f} s")
    for row in measure(tuple(given.provinces), profile=given.profile, skipped=given.skip):
        print(
            f"{row['stations']:>7,} stations  {row['question']:<36}{row['seconds']:>8.3f} s"
            f" ({row['cpu_s']:.2f} s of processor)"
            f"  (full {row['full_assessment_s']:.1f} s; {row['stations_changed']:,} stations and "
            f"{row['causes_changed']} causes change)"
        )


if __name__ == "__main__":
    main()
