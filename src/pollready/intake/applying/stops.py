"""Stops of mobile stations, in the order of their route."""

from collections import defaultdict
from typing import Any

from pollready.intake.applying.claims import STOP_FIELDS, Statement, Subject
from pollready.intake.applying.session import Session, plain
from pollready.intake.applying.station_codes import StationCodes
from pollready.intake.staging import Record
from pollready.places.models import Listing, Stop

_FIELDS = ("place_name", "lat", "lon", "arrive", "leave")
_ORDINAL_MAX = 32_767


def apply_stops(session: Session, codes: StationCodes) -> list[Statement]:
    """Write the stops of the file; gives their claims."""
    staged = session.staged
    records: list[tuple[Record, Listing]] = []
    for record in staged.records("stops"):
        listing, repaired = codes.find(record.values["code"])
        if listing is None:
            staged.send_back("unknown-station", record, "code", record.values["code"])
            staged.rows_merged -= len(record.merged)
            for other in record.merged:
                staged.send_back("unknown-station", other, "code", other.values["code"])
            continue
        if repaired:
            code = record.values["code"]
            staged.say("lost-zeros", record, "code", code, taken=listing.code)
        if listing.point.kind == "fixed":
            staged.say("stop-of-fixed-station", record, "code", listing.code)
        records.append((record, listing))
    return _save(session, records)


def _save(session: Session, records: list[tuple[Record, Listing]]) -> list[Statement]:
    known = {
        (stop.listing_id, stop.ordinal): stop
        for stop in Stop.objects.filter(listing__round=session.round.pk)
    }
    last: dict[int, int] = defaultdict(int)
    for _, listing in records:
        last.setdefault(listing.pk, 0)
    made: dict[tuple[int, int], Stop] = {}
    changed: list[Stop] = []
    routes: dict[str, list[Any]] = defaultdict(list)
    pairs: list[tuple[Stop, Record, Listing]] = []
    for record, listing in records:
        ordinal = min(record.get("order") or last[listing.pk] + 1, _ORDINAL_MAX)
        last[listing.pk] = max(last[listing.pk], ordinal)
        key = (listing.pk, ordinal)
        stop = known.get(key) or made.get(key) or Stop(listing_id=listing.pk, ordinal=ordinal)
        before = {name: getattr(stop, name) for name in _FIELDS}
        held = session.corrections.hold(stop)
        _fill(stop, record)
        session.corrections.put_back(stop, record, held)
        after = {name: getattr(stop, name) for name in _FIELDS}
        if stop.pk is None:
            made[key] = stop
            routes[listing.code].append(plain(record.values))
        elif before != after:
            changed.append(stop)
            session.log("stop", f"{listing.code}/{ordinal}", plain(before), plain(after))
        pairs.append((stop, record, listing))
    session.writes.insert_things(Stop, list(made.values()))
    for code, new in routes.items():
        session.log("route", code, None, {"stops": new})
    session.writes.update_things(Stop, _FIELDS, changed)
    return [
        Statement(Subject(stop=stop.pk), record, STOP_FIELDS, listing.point.classification)
        for stop, record, listing in pairs
    ]


def _fill(stop: Stop, record: Record) -> None:
    stop.place_name = record.get("place") or stop.place_name
    if record.get("lat") is not None:
        stop.lat, stop.lon = record.get("lat"), record.get("lon")
    stop.arrive = record.get("arrive") or stop.arrive
    stop.leave = record.get("leave") or stop.leave
