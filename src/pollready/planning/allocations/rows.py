"""A plan's result as rows for a reader: within his stations, with names of the register."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from pollready.places.models import Agency, Listing, Place
from pollready.planning.allocations.effects import split_key
from pollready.planning.needs import CountyOf
from pollready.register.models import Component
from pollready.resources.models import ResourceLot


@dataclass(frozen=True, slots=True)
class Sent:
    """Units on their way from one lot; without a lot they are beyond the ledger."""

    kind: str
    agency: str
    units: int
    lot: int | None
    depot: str
    travel_h: float | None


@dataclass(frozen=True, slots=True)
class StationRow:
    """What a plan says of one station."""

    listing: int
    code: str
    name: str
    county: int | None
    voters: int | None
    lat: float | None
    lon: float | None
    before: float | None
    after: float | None
    sent: Sequence[Sent] = ()
    saves: float | None = None
    decision: int | None = None
    why: str = ""
    best: Sequence[str] = ()
    price: float | None = None

    @property
    def gets(self) -> bool:
        """Say whether it gets something."""
        return bool(self.sent)

    @property
    def affected_before(self) -> float | None:
        """Expected voters affected as it stands; None where nobody knows its voters."""
        return _times(self.voters, self.before)

    @property
    def affected_after(self) -> float | None:
        """The same with the plan in place."""
        return _times(self.voters, self.after)


def _times(voters: int | None, chance: float | None) -> float | None:
    return None if voters is None or chance is None else voters * chance


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """What a plan gives to one shared component."""

    code: str
    kind: str
    behind: int
    sent: Sequence[Sent]


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A county's figures: its stations, what they get, expected voters affected."""

    county: int | None
    name: str
    stations: int = 0
    served: int = 0
    before: float = 0.0
    after: float = 0.0
    units: Mapping[str, int] = field(default_factory=dict)

    @property
    def whole_before(self) -> int:
        """Expected voters affected before, to the voter."""
        return round(self.before)

    @property
    def whole_after(self) -> int:
        """Expected voters affected with the plan in place, to the voter."""
        return round(self.after)


@dataclass(frozen=True, eq=False)
class PlanRows:
    """The rows of one result, of the stations in `listings`."""

    result: Mapping[str, Any]
    listings: QuerySet[Listing]
    lots: QuerySet[ResourceLot]
    round_id: int

    @cached_property
    def county_names(self) -> Mapping[int, str]:
        """Give counties by key."""
        return dict(Place.objects.values_list("pk", "name"))

    @cached_property
    def agency_names(self) -> Mapping[str, str]:
        """Give agencies by code."""
        return dict(Agency.objects.values_list("code", "name"))

    @cached_property
    def lot_rows(self) -> Mapping[int, ResourceLot]:
        """Give the lots that the reader may see."""
        return {lot.pk: lot for lot in self.lots.select_related("agency", "county")}

    @cached_property
    def left_out(self) -> Sequence[Mapping[str, Any]]:
        """Give the units that count for nothing, of lots that the reader may see."""
        return [row for row in self.result["left_out"] if row["lot"] in self.lot_rows]

    def decided(self, decisions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Give the decisions about stations and lots that the reader may see."""
        mine = {row.listing for row in self.stations}
        return [
            each for each in decisions if each["station"] in mine or each["lot"] in self.lot_rows
        ]

    @cached_property
    def stations(self) -> Sequence[StationRow]:
        """Give every station, in the round's order."""
        known = self._known()
        given = {row["listing"]: row for row in self.result["given"] if row["listing"] is not None}
        columns = self.result["stations"]
        after = columns["after"] or [None] * len(columns["listings"])
        county_of = CountyOf()
        found = []
        for place, listing in enumerate(columns["listings"]):
            row = known.get(listing)
            if row is None:
                continue
            mine = given.get(listing)
            code, name, voters, at, lat, lon = row
            found.append(
                StationRow(
                    listing, code, name, county_of(at), voters, lat, lon,
                    columns["before"][place], after[place],
                    sent=self._sent(mine["from"]) if mine else (),
                    saves=mine["saves"] if mine else columns["best_saves"][place],
                    decision=mine["decision"] if mine else None,
                    why="" if mine else columns["why"][place],
                    best=columns["best"][place],
                    price=columns["price"][place],
                )
            )  # fmt: skip
        return found

    def _known(self) -> dict[int, tuple[Any, ...]]:
        rows = self.listings.filter(round=self.round_id).values_list(
            "pk", "code", "point__name", "expected_voters", "point__place_id", "point__lat",
            "point__lon",
        )  # fmt: skip
        return {pk: tuple(rest) for pk, *rest in rows}

    def _sent(self, rows: Iterable[Mapping[str, Any]]) -> tuple[Sent, ...]:
        """Tell from where units come; the store only of lots that the reader may see."""
        found = []
        for row in rows:
            kind, _ = split_key(row["kind"])
            lot = self.lot_rows.get(row["lot"] or 0)
            found.append(
                Sent(
                    kind, lot.agency.code if lot else split_key(row["kind"])[1], row["units"],
                    lot.pk if lot else None, lot.depot if lot else "", row["travel_h"],
                )
            )  # fmt: skip
        return tuple(found)

    @cached_property
    def components(self) -> Sequence[ComponentRow]:
        """Give the shared components that get something; the caller masks their codes."""
        given = [row for row in self.result["given"] if row["component"]]
        kinds = dict(
            Component.objects.filter(
                round=self.round_id, code__in=[row["component"] for row in given]
            ).values_list("code", "kind")
        )
        return [
            ComponentRow(
                row["component"], kinds.get(row["component"], ""), row["behind"],
                self._sent(row["from"]),
            )
            for row in given
        ]  # fmt: skip

    @cached_property
    def counties(self) -> Sequence[CountyRow]:
        """Add the stations up by county, in the order of their codes."""
        found: dict[int | None, dict[str, Any]] = {}
        for row in self.stations:
            mine = found.setdefault(
                row.county, {"stations": 0, "served": 0, "before": 0.0, "after": 0.0, "units": {}}
            )
            mine["stations"] += 1
            mine["served"] += row.gets
            mine["before"] += row.affected_before or 0.0
            mine["after"] += row.affected_after or 0.0
            for sent in row.sent:
                mine["units"][sent.kind] = mine["units"].get(sent.kind, 0) + sent.units
        codes = dict(
            Place.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "code")
        )
        return [
            CountyRow(county, self.county_names.get(county or 0, ""), **mine)
            for county, mine in sorted(found.items(), key=lambda each: codes.get(each[0] or 0, ""))
        ]

    @property
    def has_after(self) -> bool:
        """Say whether the whole plan was worked out again, exactly."""
        return bool(self.result["stations"]["after"])
