"""What the list itself says of an object: columns that a correction writes, beside its claim."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pollready.language import fold
from pollready.places.models import Listing, ServicePoint, Stop
from pollready.register.corrections.needs import is_need, need_value, write_need
from pollready.register.corrections.subjects import Thing
from pollready.register.models import Component

POSITION = "position"  # a pair of coordinates in one value: "38.07 46.29"


@dataclass(frozen=True, slots=True)
class _Written:
    """How one field is kept: on what, in which columns, as which type."""

    owner: Callable[[Any], Any]
    columns: tuple[str, ...]
    read: Callable[[str], tuple[Any, ...]]


def _text(value: str) -> tuple[Any, ...]:
    return (value,)


def _position(value: str) -> tuple[Any, ...]:
    lat, lon = value.split(" ")
    return float(lat), float(lon)


def _whole(value: str) -> tuple[Any, ...]:
    return (int(value),)


def _float(value: str) -> tuple[Any, ...]:
    return (float(value),)


def _itself(thing: Any) -> Any:
    return thing


def _point(listing: Any) -> ServicePoint:
    point: ServicePoint = listing.point
    return point


_PLACE = ("lat", "lon")
_OF_STATIONS = {
    "name": _Written(_point, ("name", "key"), lambda value: (value, fold(value)[:300])),
    "address": _Written(_point, ("address",), _text),
    POSITION: _Written(_point, _PLACE, _position),
    "expected_voters": _Written(_itself, ("expected_voters",), _whole),
    "basis": _Written(_itself, ("voters_basis",), _text),
    "status": _Written(_itself, ("status",), _text),  # by order alone
}
_OF_STOPS = {
    "place": _Written(_itself, ("place_name",), _text),
    POSITION: _Written(_itself, _PLACE, _position),
}
_OF_COMPONENTS = {
    "name": _Written(_itself, ("name",), _text),
    POSITION: _Written(_itself, _PLACE, _position),
    "unavailability": _Written(_itself, ("unavailability",), _float),
    "mtbf_h": _Written(_itself, ("mtbf_h",), _float),
    "mttr_h": _Written(_itself, ("mttr_h",), _float),
}
_BY_TYPE: dict[type, dict[str, _Written]] = {
    Listing: _OF_STATIONS, Stop: _OF_STOPS, Component: _OF_COMPONENTS,
}  # fmt: skip


_BY_KIND = {"listing": _OF_STATIONS, "stop": _OF_STOPS, "component": _OF_COMPONENTS}


def is_column(thing: Thing, field: str) -> bool:
    """Say whether the list itself holds the field."""
    return field in _BY_TYPE[type(thing)] or is_need(thing, field)


def column_value(thing: Thing, field: str) -> str | None:
    """Give what the list says of a field, as a claim would; None where it is no column or blank."""
    if is_need(thing, field):
        return need_value(thing, field)
    written = _BY_TYPE[type(thing)].get(field)
    if written is None:
        return None
    owner = written.owner(thing)
    shown = written.columns if field == POSITION else written.columns[:1]
    values = [getattr(owner, name) for name in shown]
    if values[0] is None or values[0] == "":
        return None
    return " ".join(_plain(value) for value in values)


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def columns_of(thing: Thing, field: str) -> tuple[Any, dict[str, Any]]:
    """Give the row that holds a field, and its columns as they are."""
    written = _BY_TYPE[type(thing)][field]
    owner = written.owner(thing)
    return owner, {name: getattr(owner, name) for name in written.columns}


def put_value(thing: Thing, field: str, value: str) -> None:
    """Put a canonical value into the columns of a field; nothing is saved."""
    written = _BY_TYPE[type(thing)][field]
    for name, each in zip(written.columns, written.read(value), strict=True):
        setattr(written.owner(thing), name, each)


def fields_in(kind: str, columns: Iterable[str]) -> list[str]:
    """Name the fields of which some columns, as the log tells them, are the first."""
    told = set(columns)
    return [name for name, written in _BY_KIND[kind].items() if written.columns[0] in told]


def write_column(
    thing: Thing, field: str, value: str, *, source_id: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write a canonical value into the list; gives the columns before and after.

    The source is kept only of what an object needs: of all else the claim beside it has it.
    """
    if is_need(thing, field):
        return write_need(thing, field, value, source_id)
    written = _BY_TYPE[type(thing)][field]
    return write_columns(
        written.owner(thing), dict(zip(written.columns, written.read(value), strict=True))
    )


def write_columns(owner: Any, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write columns of one row, only where they change; gives them before and after."""
    before = {name: getattr(owner, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if changed:
        for name, value in changed.items():
            setattr(owner, name, value)
        owner.save(update_fields=list(changed))
    return {name: before[name] for name in changed}, changed
