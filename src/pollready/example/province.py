"""The example province as sheets of rows, with what was planted in it."""

import json
from dataclasses import asdict, dataclass
from datetime import date, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from pollready.example.depots import make_depots
from pollready.example.faults import add_faults
from pollready.example.infrastructure import make_infrastructure
from pollready.example.ledger import make_agencies, make_incidents, make_people, make_resources
from pollready.example.planting import Garden, Planted, plant_all, spoil_reserves
from pollready.example.stations import Station, make_stations
from pollready.example.words import Words
from pollready.intake.writing import write_workbook

ELECTION = date(2028, 6, 16)  # an invented round; a Friday, as voting days are there
BEFORE_ELECTION = timedelta(days=2)
AS_OF = ELECTION - BEFORE_ELECTION

Row = dict[str, Any]
# Some cells are empty at healthy stations too: nobody has filled them in yet.
MISSING_SHARES = {"rehearsal": 0.05, "battery_h": 0.03, "forms": 0.03, "id_devices": 0.01}


@dataclass(frozen=True, slots=True)
class Province:
    """Rows per sheet, the obstacles planted, and the faults of the workbook."""

    seed: int
    sheets: dict[str, list[Row]]
    planted: list[Planted]
    faults: list[Planted]


def generate(seed: int = 0, *, language: str = "fa", election: date = ELECTION) -> Province:
    """Invent a province on the real counties: a seed gives one, in the words of a language.

    It stands as two days before its election.
    """
    random = Random(seed)
    words = Words(language, random)
    stations = make_stations(words, random, election)
    infrastructure = make_infrastructure(words, random, election, stations)
    depots = make_depots(words, stations, infrastructure)
    people = make_people(words, stations, election)
    agencies = make_agencies(words, election)
    incidents = make_incidents(words, random, stations)
    garden = Garden(words, random, election, stations, infrastructure, people, incidents, agencies)
    planted = plant_all(garden)
    resources = make_resources(words, stations, depots)
    planted += spoil_reserves(words, stations, resources, garden.taken)
    _leave_gaps(stations, random, garden.taken)
    sheets: dict[str, list[Row]] = {
        "round": [_round(words, election)],
        "stations": [station.row for station in stations] + garden.extra_rows,
        "stops": [stop for station in stations for stop in station.stops],
        "components": list(infrastructure.rows.values()),
        "agencies": agencies,
        "resources": resources,
        "incidents": incidents,
        "people_duties": people,
    }
    faults = add_faults(sheets, words, random, garden.taken)
    return Province(seed, sheets, planted, faults)


def write_example(
    path: Path,
    *,
    language: str,
    seed: int = 0,
    planted_path: Path | None = None,
    election: date = ELECTION,
) -> None:
    """Write the province's workbook and, if asked, what was planted where (JSON)."""
    province = generate(seed, language=language, election=election)
    write_workbook(path, province.sheets, language)
    if planted_path is not None:
        record = {
            "seed": province.seed,
            "election_date": election.isoformat(),
            "as_of": (election - BEFORE_ELECTION).isoformat(),
            "planted": [
                {"id": number, **asdict(one)} for number, one in enumerate(province.planted, 1)
            ],
            "faults": [asdict(one) for one in province.faults],
        }
        planted_path.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")


def _round(words: Words, election: date) -> Row:
    return {
        "name": words.text("round"),
        "election_date": election,
        "opens": time(8, 0),
        "closes": time(18, 0),
        "province": words.text("province"),
    }


def _leave_gaps(stations: list[Station], random: Random, taken: set[str]) -> None:
    """Empty some cells at stations where nothing is planted."""
    for station in stations:
        for name, share in MISSING_SHARES.items():
            if random.random() < share and station.code not in taken:
                station.row[name] = None
                if name == "battery_h":
                    station.row["generator"] = None
