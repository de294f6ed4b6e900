"""Depots of the example: so many a county that help is never far from a healthy station."""

import math
from dataclasses import dataclass

from pollready.example.counties import COUNTIES, County
from pollready.example.infrastructure import Infrastructure
from pollready.example.places import Town, distance_km, towns_by_county
from pollready.example.stations import Station
from pollready.example.words import Words

# As the crow flies; a road in the hills takes longer than the distance says.
REACH_KM = 22.0


@dataclass(frozen=True, slots=True)
class Depot:
    """Where a county keeps some of its spare devices."""

    code: str
    name: str


def make_depots(
    words: Words, stations: list[Station], infrastructure: Infrastructure
) -> dict[int, list[Depot]]:
    """Put a depot into each county's seat, and more where stations are far from it."""
    found: dict[int, list[Depot]] = {}
    for county in COUNTIES:
        towns = towns_by_county()[county.number]
        own = [station for station in stations if station.county is county]
        for number, town in enumerate(_chosen(towns, own), start=1):
            depot = Depot(f"DEP-{county.code}-{number}", _name(words, county, town, number))
            infrastructure.add(depot.code, "depot", "HQ", county, name=depot.name,
                               lat=town.lat, lon=town.lon)  # fmt: skip
            found.setdefault(county.number, []).append(depot)
    return found


def _name(words: Words, county: County, town: Town, number: int) -> str:
    """Name the county in every depot, so that its reserve is counted there."""
    name = (county.fa, county.en)[words.column]
    if number == 1:
        return words.text("depot", name)
    return words.text("depot_in", name, (town.fa, town.en)[words.column])


def _chosen(towns: tuple[Town, ...], stations: list[Station]) -> list[Town]:
    """Take the seat, then the town that most stations out of reach are near to."""
    chosen = [towns[0]]
    left = [station for station in stations if not _reaches(towns[0], station)]
    while left:
        best = max(towns, key=lambda town: sum(_reaches(town, station) for station in left))
        still = [station for station in left if not _reaches(best, station)]
        if len(still) == len(left):
            break
        chosen.append(best)
        left = still
    return chosen


def _reaches(town: Town, station: Station) -> bool:
    point = {"latitude": station.row["lat"], "longitude": station.row["lon"]}
    return math.floor(distance_km(town.lat, town.lon, point)) < REACH_KM
