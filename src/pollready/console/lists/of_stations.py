"""What all lists of stations have in common: scope, filters, count with voters, places."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from pollready.assessment.filters import Records, StationFilter
from pollready.assessment.models import StationRecord
from pollready.assessment.queries import stations_for
from pollready.console.lists.asked import Asked
from pollready.console.lists.cells import Cell
from pollready.console.lists.columns import Column
from pollready.console.lists.description import Figures, FilteredList, ListOf
from pollready.console.lists.fields import Chip, FilterField
from pollready.console.lists.station_fields import station_chips, station_fields
from pollready.console.map_answers import Kept, key_of
from pollready.console.places import ABOVE, places_above
from pollready.people.scopes import listings_for
from pollready.places.models import PlaceLevel

POINT = "listing__point"
FIGURES: Kept[Figures] = Kept(200)


class ListOfStations(FilteredList):
    """A list whose rows are stations of the round's last assessment."""

    of_stations = True
    edits_in_bulk = True
    # Filters that the form of this list offers, and those of them that stand open.
    offered: tuple[str, ...] = ()

    def filtered(self, query: QueryDict) -> StationFilter:
        """Filter the stations in scope."""
        return StationFilter(
            query,
            stations_for(self.viewer, self.reading.saved),
            viewer=self.viewer,
            saved=self.reading.saved,
            now=timezone.now(),
        )

    def figures(self, rows: Records) -> Figures:
        """Count stations and add up their voters; kept until one of them changes."""
        counted = rows.order_by()
        return FIGURES.get(key_of(counted), lambda: _figures(counted))

    def ordered(self, rows: QuerySet[Any], by: Asked) -> QuerySet[Any]:
        """Sort by a column; said of the round, an index gives the order of its codes."""
        return super().ordered(rows.filter(listing__round=self.reading.round), by)

    def for_rows(self, rows: Records) -> Records:
        """Read the place along, and leave the long detail."""
        return rows.select_related(f"{POINT}__place__{ABOVE}").defer("detail")

    def fields(self, chosen: Mapping[str, Any]) -> list[FilterField]:
        """Give the offered filters."""
        return station_fields(self.reading, chosen, self.viewer, self.offered)

    def chips(self, chosen: Mapping[str, Any]) -> list[Chip]:
        """Say the filters that are on."""
        return station_chips(self.reading, chosen, self.viewer)

    def highest_class(self, rows: Records) -> int:
        """Give the highest class among the stations."""
        return rows.order_by().aggregate(top=Max(f"{POINT}__classification"))["top"] or 0

    @cached_property
    def _any_page(self) -> tuple[str, str]:
        """Give what stands before and after the number in the address of a station's page."""
        before, _, after = reverse("station", args=[0]).rpartition("0")
        return before, after

    def page_of(self, listing_id: int) -> str:
        """Give the address of a station's page, thousands of times for a file."""
        before, after = self._any_page
        return f"{before}{listing_id}{after}"

    def key(self, record: StationRecord) -> int:
        """A station is selected by its listing."""
        return record.listing_id

    def selected(self, rows: Records, keys: Sequence[int] | None) -> QuerySet[Any]:
        """Give the listings of rows."""
        chosen = rows if keys is None else rows.filter(listing__in=keys)
        return listings_for(self.viewer).filter(pk__in=chosen.order_by().values("listing"))


def _figures(rows: Records) -> Figures:
    found = rows.aggregate(
        rows=Count("pk"),
        voters=Sum("listing__expected_voters"),
        without=Count("pk", filter=Q(listing__expected_voters__isnull=True)),
    )
    return Figures(found["rows"], found["voters"], found["without"])


def code_cell(record: StationRecord, of: ListOf) -> Cell:
    """Write a station's code."""
    return of.writer.code(record.listing.code)


def name_cell(record: StationRecord, of: ListOfStations) -> Cell:
    """Write a station's name, which leads to its page."""
    return of.writer.text(record.listing.point.name, url=of.page_of(record.listing_id))


def _at(level: PlaceLevel) -> Any:
    def cell(record: StationRecord, of: ListOf) -> Cell:
        return of.writer.text(places_above(record.listing.point.place).get(level, ""))

    return cell


CODE = Column("code", code_cell, ("listing__code",), 12)
NAME = Column(
    "name", name_cell, (f"{POINT}__key", "listing__code"), 34, main=True,
    heading="console.column.station",
)  # fmt: skip
COUNTY = Column("county", _at(PlaceLevel.COUNTY), width=18)
DISTRICT = Column("district", _at(PlaceLevel.DISTRICT), width=18)
KIND = Column(
    "kind",
    lambda record, of: of.writer.text(
        of.writer.say(f"console.kind_of_one.{record.listing.point.kind}")
    ),
    width=10,
)
VOTERS = Column(
    "voters",
    lambda record, of: of.writer.number(record.listing.expected_voters),
    ("listing__expected_voters", "listing__code"),
    14,
    amount=True,
)
CHANGED = Column(
    "changed",
    lambda record, of: of.writer.moment(record.changed_at),
    ("changed_at", "listing__code"),
    chosen=False,
)
