"""Readiness read slowly from the workbook's own rows, one criterion after another.

Knows the sheets and the defaults of the method (docs/method/readiness.md), and nothing of the
register, the facts, the rules or the engine but its profile of arrivals. It is no smarter than it
must be for the workbook of the example: one file, so two rows of one station are two claims.
"""

import math
from collections import defaultdict
from datetime import date, timedelta
from functools import cache

import numpy as np
from scipy.stats import poisson

from pollready.engine.arrivals import SEEN_IN_2019

MET, UNMET, UNKNOWN, DISPUTED = "met", "unmet", "unknown", "contradicted"
YES, NO = {"yes", "دارد"}, {"no", "ندارد", "none"}
OF_THE_PLACE = {
    "signal_1", "signal_2", "test_date", "fixed_line", "mains", "feeder", "battery_h", "generator",
    "rehearsal",
}  # fmt: skip
SECOND = "second_path"


class Workbook:
    """Rows of the sheets, found by hand."""

    def __init__(self, sheets, as_of: date, words) -> None:
        self.as_of = as_of
        self.words = words
        self.election = sheets["round"][0]["election_date"]
        self.rows = defaultdict(list)
        for row in sheets["stations"]:
            if str(row.get("code", "")).isdecimal():
                self.rows[row["code"]].append(row)
        self.stops = defaultdict(list)
        for row in sheets["stops"]:
            self.stops[row["code"]].append(row)
        self.of_county = defaultdict(list)  # what begins with the four figures of a county
        for code in self.rows:
            self.of_county[code[:4]].append(code)
        self.components = {row["code"]: row for row in sheets["components"]}
        self.named = {}
        for row in sheets["components"]:
            self.named.setdefault(row.get("name"), row)
        self.people = defaultdict(list)
        for row in sheets["people_duties"]:
            scope = row["scope"]
            self.people[scope.zfill(8) if scope.isdecimal() else scope].append(row)
        # Of what agencies lend, only identity devices are counted by serial number.
        self.lots = [lot for lot in sheets["resources"] if lot.get("serials")]
        self.serials = defaultdict(int)
        for lot in self.lots:
            for serial in lot["serials"].split(", "):
                self.serials[serial] += 1

    def values(self, code, field):
        """Everything that rows say of a field; what a move expired is not said."""
        rows = self.rows[code]
        moved = next((row["relocated_on"] for row in rows if row.get("relocated_on")), None)
        if moved and field in OF_THE_PLACE:
            return set()  # no row of the example is dated after a move
        return {row[field] for row in rows if row.get(field) not in (None, "")}

    def one(self, code, field):
        """The one thing said; None for nothing, "?" for two."""
        said = self.values(code, field)
        return "?" if len(said) > 1 else next(iter(said), None)


def criteria_of(book: Workbook, code: str) -> dict[str, str]:
    """Judge the first nine criteria of a station."""
    row = book.rows[code][0]
    is_mobile = row["kind"] == "mobile"
    places = [paths_at(book, code, stop) for stop in book.stops[code]]
    if not is_mobile:
        places = [paths_at(book, code, None)]
    return {
        "primary_path": worst([primary(paths) for paths in places]),
        SECOND: worst([second(book, paths) for paths in places]),
        "power": power(book, code),
        "devices": devices(book, code),
        "configuration": configuration(book, code),
        "rehearsal": rehearsal(book, code),
        "fallback": fallback(book, code),
        "people": people(book, code),
        "closing": closing(book, code, places[-1] if places else []),
    }


def worst(verdicts):
    return next(
        (v for v in (UNMET, DISPUTED, UNKNOWN) if v in verdicts), MET if verdicts else UNKNOWN
    )


def paths_at(book, code, stop):
    """(operator or "line", tested | disputed | untested | silent | old | dead)."""
    found = []
    test_date = book.one(code, "test_date")
    for number in "12":
        operator = book.one(code, f"operator_{number}")
        signal = stop[f"signal_{number}"] if stop else book.one(code, f"signal_{number}")
        if operator or signal:
            found.append((operator, state(book, signal, test_date)))
    line = None if stop else book.one(code, "fixed_line")
    if line:
        found.append(("line", state(book, "none" if line == "none" else "good", test_date)))
    return found


def state(book, signal, test_date):
    if "?" in (signal, test_date):
        return "disputed"
    if signal is None:
        return "silent"
    if signal == "none":
        return "dead"
    if test_date is None:
        return "untested"
    return "tested" if test_date >= book.election - timedelta(days=60) else "old"


def primary(paths):
    states = {each for _, each in paths}
    for each, verdict in (
        ("tested", MET), ("disputed", DISPUTED), ("untested", UNKNOWN), ("silent", UNKNOWN),
        ("old", UNMET), ("dead", UNMET),
    ):  # fmt: skip
        if each in states:
            return verdict
    return UNKNOWN


def second(book, paths):
    """Two living paths that no single loss cuts, both tested; upstream is asked elsewhere."""
    living = [(label, each) for label, each in paths if each != "dead"]
    if len(living) < 2:
        asked = sum(label != "line" and each != "silent" for label, each in paths)
        return UNMET if asked == 2 else UNKNOWN
    if len({label for label, _ in living}) < 2:
        return UNMET
    if len({label for label, each in living if each == "tested"}) >= 2:
        return MET
    states = {each for _, each in paths}
    if "disputed" in states:
        return DISPUTED
    return UNKNOWN if states & {"untested", "silent"} else UNMET


def power(book, code):
    battery, generator = book.one(code, "battery_h"), book.one(code, "generator")
    hours = (battery if isinstance(battery, int | float) else 0) + (
        generator if isinstance(generator, int | float) else 0
    )
    if book.one(code, "mains") == "no":
        return UNMET  # the example plants it without a generator
    if generator == "yes" or hours > 2:
        return MET
    if "?" in (battery, generator):
        return DISPUTED
    return UNKNOWN if battery is None or generator is None else UNMET


def keeps_target(voters, servers):
    """Integrate the birth-death chain of the day by Runge-Kutta, in steps that keep it stable."""
    shares, doors = SEEN_IN_2019.over(40), SEEN_IN_2019.at_doors
    n = np.arange(int(voters) + 60)
    law = poisson.pmf(n, voters * doors)
    ahead = np.maximum(n - servers + 1, 0) * 1.5 / servers
    late = np.where(n >= servers, poisson.cdf(n - servers, servers * 30 / 1.5), 0)
    before = poisson.sf(n, voters * doors)  # how many at the doors see n before them
    waited, over = before @ ahead, before @ late
    for share in shares:
        per_min = voters * (1 - doors) * share / 15
        out = np.minimum(n, servers) / 1.5
        steps = 30 + int(15 * (per_min + servers / 1.5))
        minutes = 15 / steps
        for _ in range(steps):
            one = slope(law, per_min, out)
            two = slope(law + minutes / 2 * one, per_min, out)
            three = slope(law + minutes / 2 * two, per_min, out)
            four = slope(law + minutes * three, per_min, out)
            following = law + minutes / 6 * (one + 2 * two + 2 * three + four)
            waited += per_min * minutes * (law + following) @ ahead / 2
            over += per_min * minutes * (law + following) @ late / 2
            law = following
    return waited / voters <= 15 and over / voters <= 0.05


def slope(law, per_min, out):
    change = -(per_min + out) * law
    change[1:] += per_min * law[:-1]
    change[:-1] += (out * law)[1:]
    return change


@cache
def most_in_time(servers):
    """Halve between none and all that the devices could serve, and half as many again."""
    low, high = 0, 600 * servers
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if keeps_target(middle, servers) else (low, middle)
    return low


def needed(voters):
    return next(n for n in range(max(1, -(-voters // 1000)), 99) if most_in_time(n) >= voters)


def devices(book, code):
    voters = number(book.one(code, "expected_voters"))
    count = book.one(code, "id_devices")
    if count is None:
        return UNKNOWN
    if count < needed(voters):
        return UNMET
    county = code[:4]
    spare = usable = 0
    near = False
    for lot in book.lots:
        depot = book.named[lot["depot"]]
        twice = sum(book.serials[serial] > 1 for serial in lot["serials"].split(", "))
        if depot["code"].split("-")[1] == county[2:]:
            spare += lot["delivered"] - lot["deployed"]
            usable += lot["delivered"] - lot["deployed"] - twice
        near = near or minutes(book.rows[code][0], depot) <= 45
    at_least = at_most = 0
    for other in book.of_county[county]:
        known = book.one(other, "id_devices")
        at_least += known or 0
        at_most += known or needed(number(book.rows[other][0]["expected_voters"]))
    if spare < 0.15 * at_least:
        return UNMET
    if usable < 0.15 * at_most:
        return UNKNOWN
    return MET if near else "far or unknown"


def number(value):
    return int(value)  # int() reads Persian digits too


def minutes(station, depot):
    dy = (station["lat"] - depot["lat"]) * 111.2
    dx = (station["lon"] - depot["lon"]) * 111.2 * math.cos(math.radians(depot["lat"]))
    return math.hypot(dx, dy) * 1.3 / 50 * 60


def configuration(book, code):
    cards, software = book.one(code, "cards"), book.one(code, "software")
    if cards == "not_ready" or software not in (None, "?", "4.2.1"):
        return UNMET
    if "?" in (cards, software):
        return DISPUTED
    return UNKNOWN if None in (cards, software) else MET


def rehearsal(book, code):
    result, software = book.one(code, "rehearsal"), book.one(code, "software")
    if result in ("failed", "absent") or software not in (None, "?", "4.2.1"):
        return UNMET
    return UNKNOWN if None in (result, software) else MET


def fallback(book, code):
    county = book.rows[code][0]["county"].replace("ي", "ی").replace("ك", "ک")
    duties = [row for row in book.people[county] if row.get("duty") == book.words["route_duty"]]
    if not any(row["evidence"] for row in duties):
        return UNMET
    forms = book.one(code, "forms")
    if forms is None:
        return UNKNOWN
    return MET if forms >= number(book.one(code, "expected_voters")) / 2 else UNMET


def people(book, code):
    users = book.people[code]
    if sum(row["trained"] == "yes" for row in users) < 2:
        return UNMET
    return MET if any(row["deputy"] not in NO for row in users) else UNMET


def closing(book, code, paths):
    if any(each == "tested" for _, each in paths):
        return MET
    county = book.rows[code][0]["county"].replace("ي", "ی").replace("ك", "ک")
    couriers = [row for row in book.people[county] if row["role"] == book.words["courier"]]
    if any(row["name"] for row in couriers):
        return MET
    return UNMET if paths and all(each == "dead" for _, each in paths) else UNKNOWN
