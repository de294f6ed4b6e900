"""Agencies, means, people and incidents of the example."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from persiantools.jdatetime import JalaliDate

from pollready.example.counties import COUNTIES, County
from pollready.example.depots import Depot
from pollready.example.stations import Station
from pollready.example.words import Words

Row = dict[str, Any]
AGENCIES = (
    ("HQ", "headquarters", "ستاد انتخابات استان", "Provincial election headquarters"),
    ("ICT", "ict_directorate", "اداره کل ارتباطات و فناوری اطلاعات", "ICT directorate"),
    ("TELECOM", "telecom", "شرکت مخابرات منطقه", "Regional telecom company"),
    ("INFRA", "infrastructure_company", "شرکت ارتباطات زیرساخت", "Infrastructure Company"),
    ("OP1", "operator", "اپراتور یک", "Operator One"),
    ("OP2", "operator", "اپراتور دو", "Operator Two"),
    ("OP3", "operator", "اپراتور سه", "Operator Three"),
    ("POWER", "power_distribution", "شرکت توزیع نیروی برق", "Power distribution company"),
    ("CIVIL", "civil_registry", "اداره کل ثبت احوال", "Civil registry"),
    ("CRISIS", "crisis_management", "مدیریت بحران استانداری", "Crisis management"),
)
RESERVE_SHARE = 0.2
# What agencies lend for the day: kind, agency, model, pledged, delivered, tested, deployed.
LENT = (
    ("generator", "POWER", "15 kVA", 60, 52, 48, 0),
    ("terminal", "INFRA", "VSAT-75", 40, 40, 36, 12),
    ("modem", "OP1", "LTE-4", 420, 420, 402, 0),
    ("modem", "OP2", "LTE-4", 400, 372, 372, 0),
    ("technician", "TELECOM", "", 88, 88, 88, 0),
    ("vehicle", "CRISIS", "", 44, 40, 40, 0),
)


def letter_no(number: int, election: date) -> str:
    """Number a letter as offices there do: by the year, and in it."""
    jalali = JalaliDate(election)  # type: ignore[no-untyped-call]  # the package has no types
    return f"{jalali.year}/{number}"


def make_agencies(words: Words, election: date) -> list[Row]:
    """Make the agencies with their representatives, all of them ready."""
    return [
        {
            "code": code,
            "name": (fa, en)[words.column],
            "role": role,
            "representative": words.person(),
            "deputy": words.person(),
            "phone_24h": f"0413555{number:04}",
            "letter_no": letter_no(1200 + number, election),
            "letter_date": election - timedelta(days=60 - number),
            "ready_declared": "yes",
        }
        for number, (code, role, fa, en) in enumerate(AGENCIES)
    ]


def make_resources(
    words: Words, stations: list[Station], depots: dict[int, list[Depot]]
) -> list[Row]:
    """Make each county's reserve of identity devices, split over its depots, and what is lent."""
    rows = []
    for county in COUNTIES:
        devices = sum(s.row["id_devices"] or 0 for s in stations if s.county is county)
        spare = round(devices * RESERVE_SHARE) + 1
        own = depots[county.number]
        for number, depot in enumerate(own):
            part = spare // len(own) + (1 if number < spare % len(own) else 0)
            rows.append(_reserve(county, number, depot, part, words))
    capital = depots[COUNTIES[0].number][0]
    for kind, agency, model, pledged, delivered, tested, deployed in LENT:
        rows.append(
            {
                "agency": agency,
                "kind": words.text(kind),
                "model": model,
                "pledged": pledged,
                "delivered": delivered,
                "tested": tested,
                "deployed": deployed,
                "depot": capital.name,
            }
        )
    return rows


def _reserve(county: County, number: int, depot: Depot, spare: int, words: Words) -> Row:
    first = 100 * number + 1
    return {
        "agency": "HQ",
        "kind": words.text("reserve"),
        "model": "ID-7",
        "compatible": "4.2.1",
        "serials": ", ".join(f"R{county.code}{n:04}" for n in range(first, first + min(spare, 12))),
        "pledged": spare + 2,
        "delivered": spare,
        "tested": spare,
        "deployed": 0,
        "depot": depot.name,
        "provisioned": "yes",
        "custodian": words.person(),
    }


def make_people(words: Words, stations: list[Station], election: date) -> list[Row]:
    """Make two trained users with deputies per station; per county a lead, a courier, a duty."""
    rows: list[Row] = []
    for station in stations:
        for name in words.people(2):
            rows.append(
                {
                    "name": name,
                    "role": words.text("user"),
                    "scope": station.code,
                    "deputy": words.person(),
                    "trained": "yes",
                }
            )
    for county in COUNTIES:
        scope = (county.fa, county.en)[words.column]
        lead = words.person()
        rows.append({"name": lead, "role": words.text("lead"), "scope": scope, "trained": "yes",
                     "deputy": words.person(), "duty": words.text("duty_lead"),
                     "legal_basis": words.text("route_basis"), "deadline": "T-2"})  # fmt: skip
        rows.append({"name": lead, "role": words.text("lead"), "scope": scope, "trained": "yes",
                     "duty": words.text("route_duty"), "legal_basis": words.text("route_basis"),
                     "deadline": "T-14",
                     "evidence": letter_no(3000 + county.number, election)})  # fmt: skip
        rows.append({"name": words.person(), "role": words.text("courier"), "scope": scope,
                     "trained": "yes", "deputy": words.person()})  # fmt: skip
    return rows


def make_incidents(words: Words, random: Random, stations: list[Station]) -> list[Row]:
    """Make incidents of two earlier rounds, each at a different station; a few have no end."""
    kinds = ("power_out", "link_out", "device_out")
    causes = {"power_out": "storm", "link_out": "cut", "device_out": "worn"}
    owners = {"power_out": "POWER", "link_out": "TELECOM", "device_out": "HQ"}
    chosen = random.sample(stations, 140)
    rows = []
    for number, station in enumerate(chosen):
        kind = random.choice(kinds)
        election = ("1400", "1403")[number % 2]
        stop_min = random.randint(10, 150)
        rows.append(
            incident(
                words,
                station,
                election,
                kind,
                causes[kind],
                owners[kind],
                stop_min,
                hour=random.randint(8, 17),
                ended=number % 25 != 0,
            )
        )
    return rows


def incident(
    words: Words,
    station: Station,
    election: str,
    kind: str,
    cause: str,
    agency: str,
    stop_min: int,
    *,
    hour: int,
    ended: bool = True,
) -> Row:
    """Make one incident at a station."""
    day = date(2021, 6, 18) if election == "1400" else date(2024, 6, 28)
    start = datetime.combine(day, time(hour, 15))
    return {
        "election": election,
        "start": start,
        "end": start + timedelta(minutes=stop_min) if ended else None,
        "place": station.code,
        "kind": words.text(kind),
        "cause": words.text(cause),
        "agency": agency,
        "stop_min": stop_min,
        "action": words.text("moved"),
        "lesson": words.text("lesson"),
        "confirmed": "yes",
    }
