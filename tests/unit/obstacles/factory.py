"""Stations and rounds for the tests of rules: healthy unless a test says otherwise."""

from dataclasses import replace
from datetime import date, timedelta

from pollready.obstacles.facts import (
    Evidence,
    Facts,
    Known,
    LotFacts,
    PathFacts,
    StationFacts,
    StopFacts,
)

ELECTION = date(2028, 6, 16)
TESTED = ELECTION - timedelta(days=40)


def evidence(field: str = "field", value: object = "value", as_of: date | None = None) -> Evidence:
    return Evidence(field, str(value), "office.xlsx", "stations", 7, as_of, 1)


def known(value: object, field: str = "field", as_of: date | None = None) -> Known:
    return Known(value, (evidence(field, value, as_of),))


CONTRADICTED = Known(None, (evidence(), evidence(value="other")), contradicted=True)


def path(label: str = "OP1", signal: object = "good", tested: date | None = TESTED, **more):
    return PathFacts(
        label=label,
        medium=more.pop("medium", "mobile"),
        signal=signal if isinstance(signal, Known) else known(signal, "signal_1"),
        test_date=known(tested, "test_date") if tested else Known(),
        upstream_recorded=more.pop("upstream_recorded", True),
        upstream=frozenset(more.pop("upstream", {label})),
        **more,
    )


def stop(ordinal: int, *paths: PathFacts) -> StopFacts:
    return StopFacts(ordinal, f"stop {ordinal}", 38.0, 46.0, paths)


def station(number: int = 1, **changes) -> StationFacts:
    claims = {
        "battery_h": known(4.0, "battery_h"),
        "generator": known(False, "generator"),
        "mains": known(True, "mains"),
        "id_devices": known(3, "id_devices"),
        "cards": known("ready", "cards"),
        "software": known("4.2", "software"),
        "rehearsal": known("passed", "rehearsal"),
        "forms": known(600, "forms"),
    } | changes.pop("claims", {})
    healthy = StationFacts(
        listing_id=number,
        code=f"{number:03}",
        name=f"station {number}",
        kind="fixed",
        status="active",
        county="Ahar",
        county_code="06",
        district="Central",
        lat=38.5,
        lon=47.0,
        voters=900,
        claims=claims,
        paths=(path("OP1"), path("OP2")),
        stops=(),
        trained_users=known(2),
        deputies=known(2),
        single_points=frozenset(),
        groups=frozenset(),
        incidents=(),
        order_route=known(True),
        couriers=known(1),
    )
    return replace(healthy, **changes)


def lot(delivered: int = 100, **changes) -> LotFacts:
    whole = {
        "agency": "HQ",
        "kind": "identity device (reserve)",
        "model": "ID-7",
        "compatible": "",
        "pledged": delivered,
        "delivered": delivered,
        "tested": delivered,
        "deployed": 0,
        "depot": "Ahar depot",
        "provisioned": True,
        "serials": "",
        "evidence": evidence(),
    }
    return LotFacts(**(whole | changes))


def round_of(*stations: StationFacts, days_before: int = 2, **changes) -> Facts:
    voters: dict[str, int] = {}
    for one in stations:
        voters[one.county_code] = voters.get(one.county_code, 0) + (one.voters or 0)
    return Facts(
        **{
            "as_of": ELECTION - timedelta(days=days_before),
            "election_date": ELECTION,
            "service_starts": None,
            "service_ends": None,
            "stations": stations,
            "lots": (lot(),),
            "depots": {"ahar depot": (38.48, 47.07)},
            "county_voters": voters,
        }
        | changes
    )
