"""The list of components, and that of common causes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.http import QueryDict

from pollready.console.lists.cells import Cell
from pollready.console.lists.columns import Column
from pollready.console.lists.description import ListOf
from pollready.console.lists.fields import FilterField
from pollready.console.lists.of_upstream import (
    ListOfUpstream,
    agency_cell,
    class_cell,
    kind_cell,
    kind_name,
    tier_cell,
)
from pollready.console.lists.station_fields import place_fields
from pollready.console.places import ABOVE, places_above
from pollready.places.models import PlaceLevel
from pollready.register.filters import ComponentFilter, GroupFilter
from pollready.register.kinds import kinds
from pollready.register.models import Component, ComponentGroup
from pollready.register.queries import components_for, groups_for

_SAVED = ("stations_behind", "voters_behind", "stations_closed", "voters_closed")


class ComponentList(ListOfUpstream):
    """Components of the round in scope, with what rests on each."""

    name = "components"
    page = "component"
    primary = frozenset(
        {"q", "kind", "agency", "place", "county", "tier", "protection", "contradiction"}
    )

    def in_scope(self) -> QuerySet[Component]:
        """Give the round's components that the viewer may know of."""
        return components_for(self.viewer).filter(round=self.reading.round)

    def filtered(self, query: QueryDict) -> ComponentFilter:
        """Filter them."""
        rows = with_record(self.in_scope(), self.reading.saved.pk)
        return ComponentFilter(query, rows, names_shown=self.names_shown, meant=self.meant)

    def for_rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Read agency and place along."""
        read: QuerySet[Any] = rows.select_related("agency", f"place__{ABOVE}")
        return read

    def all_columns(self) -> Iterable[Column]:
        """Give the columns."""
        yield self.code_column()
        yield Column("kind", kind_cell, ("kind",), 20)
        yield self.name_column()
        yield Column("agency", agency_cell, ("agency__name",), 26)
        yield Column("county", _county, width=18)
        yield Column("tier", tier_cell, ("tier",), 12)
        yield Column("class", class_cell, ("classification",), 14)
        yield from self.figure_columns()

    def fields(self, chosen: Mapping[str, Any]) -> list[FilterField]:
        """Give the filters."""
        names = [(code, kind_name(code, self.writer.language)) for code, kind in kinds().items()
                 if not kind.is_group]  # fmt: skip
        say_it = self.writer.say
        yes_no = [(v, say_it(f"lists.choice.protection.{v}")) for v in ("yes", "no")]
        return [
            *self.common_fields(chosen, names),
            *place_fields(chosen, self.viewer, self.writer.language),
            self.field("protection", chosen, yes_no),
            self.field(
                "contradiction", chosen, [("yes", say_it("lists.choice.contradiction.yes"))]
            ),
        ]


class GroupList(ListOfUpstream):
    """Common causes of the round in scope."""

    name = "groups"
    page = "group"
    primary = frozenset({"q", "kind", "agency", "tier"})

    def in_scope(self) -> QuerySet[ComponentGroup]:
        """Give the round's common causes that the viewer may know of."""
        return groups_for(self.viewer).filter(round=self.reading.round)

    def filtered(self, query: QueryDict) -> GroupFilter:
        """Filter them."""
        rows = with_record(self.in_scope(), self.reading.saved.pk)
        return GroupFilter(query, rows, names_shown=self.names_shown, meant=self.meant)

    def for_rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Read the agency along, and count the members."""
        together: QuerySet[Any] = rows.select_related("agency")
        counted: QuerySet[Any] = together.annotate(member_count=Count("members", distinct=True))
        return counted

    def all_columns(self) -> Iterable[Column]:
        """Give the columns."""
        yield self.code_column()
        yield Column("kind", kind_cell, ("kind",), 20)
        yield self.name_column()
        yield Column("agency", agency_cell, ("agency__name",), 26)
        yield Column("tier", tier_cell, ("tier",), 12)
        yield Column(
            "members", lambda record, of: of.writer.number(record.member_count), width=10,
            amount=True,
        )  # fmt: skip
        yield Column("class", class_cell, ("classification",), 14)
        yield from self.figure_columns()

    def fields(self, chosen: Mapping[str, Any]) -> list[FilterField]:
        """Give the filters."""
        names = [(code, kind_name(code, self.writer.language)) for code, kind in kinds().items()
                 if kind.is_group]  # fmt: skip
        return self.common_fields(chosen, names)


def with_record(rows: QuerySet[Any], saved_id: int) -> QuerySet[Any]:
    """Put beside each row what the assessment says of it; nulls where it says nothing."""
    joined: QuerySet[Any] = rows.annotate(
        record=FilteredRelation("records", condition=Q(records__assessment=saved_id))
    )
    beside: dict[str, F] = {name: F(f"record__{name}") for name in _SAVED}
    read: QuerySet[Any] = joined.annotate(
        record_id=F("record__pk"), below_online=F("record__stations_below_online"), **beside
    )
    return read


def _county(record: Component, of: ListOf) -> Cell:
    return of.writer.known(places_above(record.place).get(PlaceLevel.COUNTY, ""))
