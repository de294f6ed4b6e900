"""One page of a list: rows, count, pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from pollready.console.lists.asked import Asked
from pollready.console.lists.cells import Cell
from pollready.console.lists.columns import Column
from pollready.console.lists.description import Figures, FilteredList, ListOf, Matching

if TYPE_CHECKING:
    _NumberPaginator = Paginator[int]
else:
    _NumberPaginator = Paginator  # generic for the type checker only

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
    page: Page[int]
    rows: list[Row]


def find(listing: FilteredList, query: QueryDict) -> Found:
    """Filter, count, sort and cut what the viewer may see, as the address asks.

    The rows of one page are read by themselves: sorting all of them carries their keys alone.
    """
    asked = listing.understand(query)
    matching = listing.matching(query)
    figures = listing.figures(matching.rows)
    paginator = _NumberPaginator(range(figures.rows), ROWS)
    page = paginator.get_page(asked.page)
    ordered = listing.ordered(matching.rows, asked).values_list("pk", flat=True)
    keys = ordered[max(page.start_index() - 1, 0) : page.end_index()]
    return Found(
        asked=asked,
        matching=matching,
        figures=figures,
        page=page,
        rows=rows_of(listing, listing.read(list(keys)), asked.columns),
    )


def rows_of(listing: ListOf, records: Sequence[Any], columns: Sequence[Column]) -> list[Row]:
    """Write the rows of some records."""
    listing.prepare(records)
    return [_row(listing, record, columns) for record in records]


def _row(listing: ListOf, record: Any, columns: Sequence[Column]) -> Row:
    cells = [(column, column.cell(record, listing)) for column in columns]
    name = next((cell.text for column, cell in cells if column.main), "")
    return Row(listing.key(record), name, cells)
