"""Stations of the example: real towns, invented buildings, healthy rows."""

import math
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Any

from pollready.example.counties import COUNTIES, EXPECTED_VOTERS, County, mobile_by_county
from pollready.example.places import Town, towns_by_county
from pollready.example.words import Words

Row = dict[str, Any]
# A cluster of stations shares its mobile sites and its feeder.
CLUSTER_STATIONS = 9
# One device serves so many in time over ten hours, and each device more somewhat more.
DEVICE_VOTERS_MAX = 270


@dataclass(slots=True)
class Station:
    """A station with its row, its stops, and the cluster whose network it uses."""

    county: County
    row: Row
    town: int = 0  # its rank among the county's towns, the same in either language
    cluster: str = ""
    stops: list[Row] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The station's code."""
        return str(self.row["code"])

    @property
    def is_mobile(self) -> bool:
        """Whether it travels."""
        return bool(self.row["kind"] == "mobile")


def make_stations(words: Words, random: Random, election: date) -> list[Station]:
    """Make every station of every county, healthy."""
    mobile = mobile_by_county()
    weights = {
        county.number: _weights(county, mobile[county.number], random) for county in COUNTIES
    }
    whole = sum(sum(values) for values in weights.values())
    stations = []
    for county in COUNTIES:
        towns = towns_by_county()[county.number]
        made = [
            _station(county, number, towns, words, random, weight / whole * EXPECTED_VOTERS)
            for number, weight in enumerate(weights[county.number], start=1)
        ]
        for station in made[len(made) - mobile[county.number] :]:
            _make_mobile(station, words, random)
        for station in made:
            _equip(station, words, random, election)
        _cluster(county, made)
        stations += made
    return stations


def _weights(county: County, mobile: int, random: Random) -> list[float]:
    """Draw how many voters each station expects: the last ones travel and expect fewer."""
    fixed = county.stations - mobile
    drawn = [
        random.uniform(0.55, 1.45) / (1 if number < fixed else 3)
        for number in range(county.stations)
    ]
    return [value * county.population / sum(drawn) for value in drawn]


def _station(
    county: County,
    number: int,
    towns: tuple[Town, ...],
    words: Words,
    random: Random,
    voters: float,
) -> Station:
    weights = [math.sqrt(town.population + 100) for town in towns]
    rank = random.choices(range(len(towns)), weights)[0]
    town, is_seat = towns[rank], rank == 0
    name = (town.fa, town.en)[words.column]
    row: Row = {
        "code": f"03{county.number:02}{number:04}",
        "name": f"{words.building()} {name}",
        "county": (county.fa, county.en)[words.column],
        "district": words.text("central") if is_seat else words.text("outer", name),
        "locality": name,
        "kind": "fixed",
        "lat": round(town.lat + random.gauss(0, 0.008), 5),
        "lon": round(town.lon + random.gauss(0, 0.010), 5),
        "expected_voters": max(60, round(voters)),
        "basis": words.text("basis"),
        "status": "active",
    }
    return Station(county, row, rank)


def _make_mobile(station: Station, words: Words, random: Random) -> None:
    """Turn a station into a route of stops around its town."""
    row = station.row
    row["kind"] = "mobile"
    hours = 10 / (count := random.randint(2, 5))
    for order in range(1, count + 1):
        arrive = 8 + (order - 1) * hours
        station.stops.append(
            {
                "code": row["code"],
                "order": order,
                "place": f"{words.building()} {row['locality']}",
                "lat": round(row["lat"] + random.gauss(0, 0.02), 5),
                "lon": round(row["lon"] + random.gauss(0, 0.025), 5),
                "arrive": _clock(arrive),
                "leave": _clock(arrive + hours - 0.5),
                "signal_1": "good",
                "signal_2": random.choice(("good", "weak")),
            }
        )


def _clock(hours: float) -> time:
    minutes = round(hours * 60)
    return time(minutes // 60, minutes % 60)


def _equip(station: Station, words: Words, random: Random, election: date) -> None:
    """Give the station everything that a ready one has."""
    row = station.row
    voters = row["expected_voters"]
    row |= {
        "id_devices": max(1, -(-voters // DEVICE_VOTERS_MAX)),
        "boxes": 1 + voters // 1200,
        "operator_1": "OP1",
        "operator_2": "OP2",
        "test_date": election - timedelta(days=random.randint(32, 55)),
        "mains": "yes",
        "battery_h": random.choice((3, 3, 4, 6)),
        "generator": "yes" if random.random() < 0.12 else "no",
        "rehearsal": "passed",
        "software": "4.2.1",
        "cards": "ready",
        "forms": round(voters * random.uniform(0.6, 0.9)),
        "keyholder": words.person(),
    }
    if not station.is_mobile:
        row |= {"signal_1": "good", "signal_2": random.choice(("good", "weak"))}
        if random.random() < 0.35:
            row["fixed_line"] = random.choice(("fibre", "copper"))


def _cluster(county: County, stations: list[Station]) -> None:
    """Put neighbours into clusters: sorted by town (by no name), cut every few stations."""
    ordered = sorted(stations, key=lambda s: (s.town, s.code))
    for position, station in enumerate(ordered):
        station.cluster = f"{county.code}-{position // CLUSTER_STATIONS + 1:02}"
