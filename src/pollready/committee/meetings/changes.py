"""Changes that a suggestion would make, as data that is kept: read, checked, tried in the model.

A row is `{"kind": ..., ...}` of one of `CHANGE_KINDS`; stations and components stand in it by
their codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pollready.assessment.changes import (
    Change,
    GiveDevices,
    GivePower,
    GiveSecondPath,
    RepairComponent,
)
from pollready.committee.meetings.errors import MeetingRefused
from pollready.language import fold
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import agencies_for, listings_for
from pollready.register.queries import components_for

Row = Mapping[str, Any]
CHANGE_KINDS = ("second_path", "power", "devices", "repair")
STATIONS_MAX = 500
CHANGES_MAX = 20


def checked(rows: Sequence[Row], *, round_id: int, by: User) -> list[dict[str, Any]]:
    """Give changes as they are kept; raises `MeetingRefused` naming what is wrong.

    Stations and components must be within the user's scope: nobody learns by trying whether
    something is there.
    """
    if len(rows) > CHANGES_MAX:
        raise MeetingRefused("too-many-changes", "changes", most=CHANGES_MAX)
    return [_CHECKS[_kind(row)](row, round_id, by) for row in rows]


def _kind(row: Row) -> str:
    kind = str(row.get("kind", ""))
    if kind not in CHANGE_KINDS:
        raise MeetingRefused("change-unknown", "kind")
    return kind


def _second_path(row: Row, round_id: int, by: User) -> dict[str, Any]:
    operator = str(row.get("operator", "")).strip()
    known = {fold(each.code): each.code for each in agencies_for(by)}
    known |= {fold(each.name): each.code for each in agencies_for(by)}
    if fold(operator) not in known:
        raise MeetingRefused("operator-unknown", "operator")
    stations = _stations(row, round_id, by)
    tested = bool(row.get("tested"))
    return {
        "kind": "second_path", "operator": known[fold(operator)], "stations": stations,
        "tested": tested,
    }  # fmt: skip


def _power(row: Row, round_id: int, by: User) -> dict[str, Any]:
    battery = _hours(row.get("battery_h"), "battery_h")
    generator = bool(row.get("generator"))
    if battery is None and not generator:
        raise MeetingRefused("power-missing", "battery_h")
    stations = _stations(row, round_id, by)
    return {"kind": "power", "battery_h": battery, "generator": generator, "stations": stations}


def _devices(row: Row, round_id: int, by: User) -> dict[str, Any]:
    more = row.get("more")
    if not isinstance(more, int) or not 1 <= more <= 1000:
        raise MeetingRefused("devices-missing", "more")
    return {"kind": "devices", "more": more, "stations": _stations(row, round_id, by)}


def _repair(row: Row, round_id: int, by: User) -> dict[str, Any]:
    code = str(row.get("component", "")).strip()
    found = components_for(by).filter(round=round_id, code=code)
    if not code or not may(by, Permission.SEE_INFRASTRUCTURE) or not found.exists():
        raise MeetingRefused("component-unknown", "component")
    mttr = _hours(row.get("mttr_h"), "mttr_h")
    battery = _hours(row.get("battery_h"), "battery_h")
    generator = bool(row.get("generator"))
    if mttr is None and battery is None and not generator:
        raise MeetingRefused("repair-missing", "mttr_h")
    return {
        "kind": "repair", "component": code, "mttr_h": mttr, "battery_h": battery,
        "generator": generator,
    }  # fmt: skip


_CHECKS = {"second_path": _second_path, "power": _power, "devices": _devices, "repair": _repair}


def _stations(row: Row, round_id: int, by: User) -> list[str]:
    """Find the stations by their codes, in the user's scope; the unknown ones are named."""
    codes = list(dict.fromkeys(str(code).strip() for code in row.get("stations") or () if code))
    if not codes:
        raise MeetingRefused("stations-missing", "stations")
    if len(codes) > STATIONS_MAX:
        raise MeetingRefused("too-many-stations", "stations", most=STATIONS_MAX)
    here = listings_for(by).filter(round=round_id, code__in=codes)
    known = set(here.values_list("code", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise MeetingRefused("stations-unknown", "stations", codes=", ".join(unknown[:10]))
    return codes


def _hours(value: Any, field: str) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or not 0 < value <= 1000:
        raise MeetingRefused("hours-wrong", field)
    return float(value)


def model_changes(rows: Iterable[Row], *, as_of: date) -> list[Change]:
    """Give the changes that the model knows; a test supposed with a card is of the day `as_of`."""
    return [change for row in rows for change in _changes_of(row, as_of)]


def _changes_of(row: Row, as_of: date) -> list[Change]:
    kind, stations = row["kind"], row.get("stations", ())
    if kind == "second_path":
        day = as_of if row["tested"] else None
        return [GiveSecondPath(code, operator=row["operator"], tested_on=day) for code in stations]
    generator = "yes" if row.get("generator") else None
    if kind == "power":
        return [GivePower(code, row["battery_h"], generator) for code in stations]
    if kind == "devices":
        return [GiveDevices(code, row["more"]) for code in stations]
    return [
        RepairComponent(
            row["component"], mttr_h=row["mttr_h"], battery_h=row["battery_h"], generator=generator
        )
    ]
