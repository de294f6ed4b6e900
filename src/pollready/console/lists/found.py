"""One page of a list: rows, count, pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from pollready.console.lists.asked import Asked
from pollready.console.lists.cells import Cell
from pollready.console.lists.columns import Column
from pollready.console.lists.description import Figures, ListOf, Matching

if TYPE_CHECKING:
    _AnyPaginator = Paginator[Any]
else:
    _AnyPaginator = Paginator  # generic for the type checker only

ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the key by which it is selected, and its cells by the chosen columns."""

    key: int
    name: str
    cells: Sequence[tuple[Column, Cell]]


@dataclass(frozen=True, slots=True)
class Found:
    """What the filters leave: how many, and one page of them."""

    asked: Asked
    matching: Matching
    figures: Figures
    page: Page[Any]
    rows: list[Row]
    page_numbers: list[int | str]


class _CountedPaginator(_AnyPaginator):
    """Takes the count that was read together with the voters."""

    def __init__(self, records: QuerySet[Any], per_page: int, count: int) -> None:
        super().__init__(records, per_page)
        self.count = count


def find(listing: ListOf, query: QueryDict) -> Found:
    """Filter, count, sort and cut what the viewer may see, as the address asks."""
    asked = listing.understand(query)
    matching = listing.matching(query)
    figures = listing.figures(matching.rows)
    ordered = listing.for_rows(listing.ordered(matching.rows, asked))
    paginator = _CountedPaginator(ordered, ROWS, figures.rows)
    page = paginator.get_page(asked.page)
    return Found(
        asked=asked,
        matching=matching,
        figures=figures,
        page=page,
        rows=rows_of(listing, list(page), asked.columns),
        page_numbers=list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
    )


def rows_of(listing: ListOf, records: Sequence[Any], columns: Sequence[Column]) -> list[Row]:
    """Write the rows of some records."""
    listing.prepare(records)
    return [_row(listing, record, columns) for record in records]


def _row(listing: ListOf, record: Any, columns: Sequence[Column]) -> Row:
    cells = [(column, column.cell(record, listing)) for column in columns]
    name = next((cell.text for column, cell in cells if column.main), "")
    return Row(listing.key(record), name, cells)
