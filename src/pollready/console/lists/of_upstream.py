"""What the lists of components and of common causes have in common: masks, figures, filters."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.urls import reverse

from pollready.assessment.filters import county_called
from pollready.assessment.models import Alone, DependenceRecord
from pollready.audit.classification import Classification
from pollready.console.lists.cells import Cell
from pollready.console.lists.columns import Column
from pollready.console.lists.description import FilteredList, ListOf
from pollready.console.lists.fields import Chip, FilterField, Options
from pollready.console.places import in_order, place_named
from pollready.language import UnknownPhrase, say
from pollready.people.permissions import Permission
from pollready.people.scopes import agencies_for, is_of_agency, listings_for, places_of
from pollready.register.filters import TIERS
from pollready.register.veil import masked

_FIGURES = ("stations_behind", "voters_behind", "stations_closed", "voters_closed", "below_online")


class ListOfUpstream(FilteredList):
    """A list of what stations rest on.

    Whoever may not see names sorts and searches by nothing that would tell them. Whoever serves
    a place gets the figures of his own stations.
    """

    permission = Permission.SEE_INFRASTRUCTURE
    page: str  # the url name of one row's page

    @property
    def default_sort(self) -> str:  # type: ignore[override]  # depends on who looks
        """Sort by code, or by kind where codes are masked."""
        return "code" if self.names_known else "kind"

    @cached_property
    def names_known(self) -> bool:
        """Say whether the viewer sees the names of all that he has in scope."""
        return self.viewer.may_see_names or is_of_agency(self.viewer)

    @cached_property
    def is_bounded(self) -> bool:
        """Say whether figures are counted within the viewer's places."""
        return places_of(self.viewer) is not None

    @property
    def names_shown(self) -> Q:
        """Give the rows whose names may be searched."""
        return Q() if self.names_known else Q(pk__in=())

    def meant(self, typed: str) -> int | None:
        """Find the row in scope whose masked code was typed."""
        if not typed.startswith("#"):
            return None
        rows = self.in_scope().values_list("pk", "code")
        return next((pk for pk, code in rows if masked(code) == typed), None)

    @abstractmethod
    def in_scope(self) -> QuerySet[Any]:
        """Give every row that the viewer may know of."""

    def prepare(self, records: Sequence[Any]) -> None:
        """Count within the viewer's places, for some rows at once."""
        self._mine: Mapping[int, dict[str, Any]] = {}
        if not self.is_bounded:
            return
        rows = (
            DependenceRecord.objects.filter(
                record__in=[record.record_id for record in records if record.record_id],
                listing__in=listings_for(self.viewer),
            )
            .values("record")
            .annotate(
                stations_behind=Count("pk"),
                voters_behind=Sum("listing__expected_voters"),
                stations_closed=Count("pk", filter=Q(alone=Alone.CLOSED)),
                voters_closed=Sum("listing__expected_voters", filter=Q(alone=Alone.CLOSED)),
                below_online=Count("pk", filter=Q(alone__gte=Alone.BELOW_ONLINE)),
            )
        )
        self._mine = {row["record"]: dict(row) for row in rows}

    def figure(self, record: Any, name: str) -> int | None:
        """Give a figure of a row: of the whole round, or of the viewer's places."""
        if record.record_id is None:
            return None
        figures = self._mine.get(record.record_id) if self.is_bounded else vars(record)
        stations = name.replace("voters", "stations")
        if figures is None or not figures[stations]:
            return 0  # no station, so no voters either
        found: int | None = figures[name]
        return found

    def highest_class(self, rows: QuerySet[Any]) -> int:
        """Give the highest class among the rows."""
        return rows.order_by().aggregate(top=Max("classification"))["top"] or 0

    def shows_names(self, rows: QuerySet[Any]) -> bool:
        """Names stand in the list where the viewer sees them."""
        return self.names_known

    def selected(self, rows: QuerySet[Any], keys: Sequence[int] | None) -> QuerySet[Any]:
        """Give the rows themselves."""
        chosen = rows if keys is None else rows.filter(pk__in=keys)
        return self.in_scope().filter(pk__in=chosen.order_by().values("pk"))

    def code_column(self) -> Column:
        """Give the column that heads the row: the code, or its mask."""
        return Column("code", self._code, ("code",) if self.names_known else (), 18, main=True)

    @cached_property
    def _any_page(self) -> tuple[str, str]:
        before, _, after = reverse(self.page, args=[0]).rpartition("0")
        return before, after

    def _page_of(self, pk: int) -> str:
        before, after = self._any_page
        return f"{before}{pk}{after}"

    def _code(self, record: Any, _: ListOf) -> Cell:
        return self.writer.code(self.wording.veil.code(record.code), url=self._page_of(record.pk))

    def name_column(self) -> Column:
        """Give the column of names, empty where a name is not shown."""

        def cell(record: Any, of: ListOf) -> Cell:
            shown = record.name if of.wording.veil.shows(record.code) else ""
            return of.writer.text(shown)

        return Column("name", cell, ("name", "code") if self.names_known else (), 30,
                      heading="lists.column.its_name", chosen=self.names_known)  # fmt: skip

    def figure_columns(self) -> list[Column]:
        """Give the columns of what rests on a row, and of what falls with it alone."""

        def cell_of(name: str) -> Any:
            return lambda record, of: of.writer.number(of.figure(record, name))

        return [
            Column(
                name, cell_of(name), () if self.is_bounded else (name,), 16, amount=True,
                chosen=name != "voters_closed",
            )
            for name in _FIGURES
        ]  # fmt: skip

    def common_fields(self, chosen: Mapping[str, Any], kinds: Options) -> list[FilterField]:
        """Give search, kind, agency and tier."""
        say_it = self.writer.say
        agencies = in_order((str(a.pk), a.name) for a in agencies_for(self.viewer))
        tiers = [(tier, say_it(f"lists.tier.{tier}")) for tier in TIERS]
        search = "search_upstream" if self.names_known else "search_masked"
        return [
            FilterField("q", say_it(f"lists.filter.{search}"), str(chosen.get("q", "")),
                        search=True),
            self.field("kind", chosen, kinds),
            self.field("agency", chosen, agencies),
            self.field("tier", chosen, tiers),
        ]  # fmt: skip

    def field(self, name: str, chosen: Mapping[str, Any], options: Options) -> FilterField:
        """Make a field of choices."""
        label = self.writer.say(f"lists.filter.{name}")
        return FilterField(name, label, str(chosen.get(name, "")), options=options)

    def chips(self, chosen: Mapping[str, Any]) -> list[Chip]:
        """Say the filters that are on."""
        say_it = self.writer.say
        writers: dict[str, Any] = {
            "kind": lambda value: kind_name(value, self.writer.language),
            "agency": lambda value: say_it("lists.chip.of_agency", value=self._agency(value)),
            "place": lambda value: say_it(
                "console.chip.place", value=place_named(Q(pk=value), self.viewer)
            ),
            "county": lambda value: say_it("console.chip.county", value=self._county(value)),
            "tier": lambda value: say_it("lists.chip.tier", value=say_it(f"lists.tier.{value}")),
            "protection": lambda value: say_it(f"lists.chip.protection.{value}"),
            "contradiction": lambda value: say_it("lists.chip.contradiction.yes"),
            "q": lambda value: say_it("console.chip.search", value=value),
        }
        return [Chip(name, write(chosen[name])) for name, write in writers.items()
                if chosen.get(name)]  # fmt: skip

    def _agency(self, value: Any) -> str:
        names = agencies_for(self.viewer).filter(pk=value).values_list("name", flat=True)
        return names.first() or "?"

    def _county(self, value: str) -> str:
        return place_named(county_called(value), self.viewer)


def kind_name(kind: str, language: str) -> str:
    """Name a kind of component."""
    try:
        return say(f"kind.{kind}", language)
    except UnknownPhrase:
        return kind


def class_cell(record: Any, of: ListOf) -> Cell:
    """Name the class of secrecy."""
    label = Classification(record.classification).label
    return of.writer.text(of.writer.say(f"console.class.{label}"))


def tier_cell(record: Any, of: ListOf) -> Cell:
    """Say how wide it reaches."""
    return of.writer.text(of.writer.say(f"lists.tier.{TIERS[record.tier]}"))


def kind_cell(record: Any, of: ListOf) -> Cell:
    """Name its kind."""
    return of.writer.text(kind_name(record.kind, of.writer.language))


def agency_cell(record: Any, of: ListOf) -> Cell:
    """Name its agency."""
    return of.writer.known(record.agency.name if record.agency else "")
