"""What a list is: its rows, filters, columns and words. Each list describes itself once."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.urls import reverse

from pollready.console.context import Reading
from pollready.console.lists.asked import Asked, understand
from pollready.console.lists.cells import Writer
from pollready.console.lists.columns import Column
from pollready.console.lists.fields import Chip, FilterField
from pollready.people.models import User
from pollready.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Figures:
    """How many rows the filters leave; with voters where rows are stations."""

    rows: int
    voters: int | None = None
    without_voters: int = 0


@dataclass(frozen=True, slots=True)
class Matching:
    """The rows that an address asks for, in scope, and what was understood of it."""

    rows: QuerySet[Any]
    chosen: Mapping[str, Any]
    understood: bool
    filters: Any = None  # the FilterSet that read it


class ListOf(ABC):
    """A list for one viewer of one assessed round; subclasses say of what."""

    name: ClassVar[str]
    permission: ClassVar[Permission] = Permission.SEE_REGISTER
    default_sort: ClassVar[str] = "code"
    primary: ClassVar[frozenset[str]] = frozenset()  # filters that stand open
    head: ClassVar[str] = ""  # a template above the rows
    foot: ClassVar[str] = ""  # and below
    of_stations: ClassVar[bool] = False
    edits_in_bulk: ClassVar[bool] = False

    def __init__(self, reading: Reading, viewer: User) -> None:
        self.reading, self.viewer = reading, viewer
        self.wording = reading.wording
        self.writer = Writer(reading.wording.language, reading.wording.veil)
        self.columns = tuple(self.all_columns())

    # What each list says of itself.

    @abstractmethod
    def all_columns(self) -> Iterable[Column]:
        """Give the columns in their order."""

    @abstractmethod
    def matching(self, query: QueryDict) -> Matching:
        """Filter as an address asks; what it says that cannot be read is left out."""

    def figures(self, rows: QuerySet[Any]) -> Figures:
        """Count what the filters leave."""
        return Figures(rows.order_by().count())

    def for_rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Read along what the cells of a row need."""
        return rows

    def prepare(self, records: Sequence[Any]) -> None:  # noqa: B027  # most lists need nothing
        """Read for some rows together what their cells need."""

    @abstractmethod
    def fields(self, chosen: Mapping[str, Any]) -> list[FilterField]:
        """Give the filters of the form."""

    @abstractmethod
    def chips(self, chosen: Mapping[str, Any]) -> list[Chip]:
        """Say the filters that are on."""

    @abstractmethod
    def highest_class(self, rows: QuerySet[Any]) -> int:
        """Give the highest class among rows."""

    def shows_names(self, rows: QuerySet[Any]) -> bool:
        """Say whether any name of what lies upstream stands in the list unmasked."""
        return False

    def key(self, record: Any) -> int:
        """Give the key by which a row is selected."""
        return int(record.pk)

    @abstractmethod
    def selected(self, rows: QuerySet[Any], keys: Sequence[int] | None) -> QuerySet[Any]:
        """Give the objects behind rows: all of them, or those with the keys."""

    def in_head(self, rows: QuerySet[Any], figures: Figures) -> Mapping[str, Any]:
        """Give what the template above the rows shows."""
        return {}

    # What all lists do alike.

    @property
    def url(self) -> str:
        """Give the address of the list."""
        return reverse(self.name)

    @property
    def title(self) -> str:
        """Name the list."""
        return self.writer.say(f"lists.title.{self.name}")

    def understand(self, query: QueryDict) -> Asked:
        """Read sorting and columns out of an address."""
        return understand(query, self.columns, self.default_sort)

    def ordered(self, rows: QuerySet[Any], by: Asked) -> QuerySet[Any]:
        """Sort by a column; what is unknown comes last either way."""
        column = next(column for column in self.columns if column.name == by.sort)
        first, *rest = column.sort
        leading = F(first).desc(nulls_last=True) if by.descending else (
            F(first).asc(nulls_last=True)
        )  # fmt: skip
        return rows.order_by(leading, *rest, "pk")


class FilteredList(ListOf):
    """A list whose rows a FilterSet finds."""

    @abstractmethod
    def filtered(self, query: QueryDict) -> Any:
        """Give the FilterSet over all rows in scope."""

    def read(self, keys: Sequence[int]) -> list[Any]:
        """Read rows by their keys, in that order, with all that their cells need."""
        rows = self.for_rows(self.filtered(QueryDict()).queryset.filter(pk__in=keys))
        by_key = {row.pk: row for row in rows.order_by()}
        return [by_key[key] for key in keys if key in by_key]

    def matching(self, query: QueryDict) -> Matching:
        """Filter as an address asks; what it says that cannot be read is left out."""
        filters = self.filtered(query)
        understood = filters.is_valid()
        chosen = {
            name: value
            for name, value in filters.form.cleaned_data.items()
            if value not in (None, "")
        }
        rows = filters.qs if understood else filters.queryset
        return Matching(rows, chosen, understood, filters)
