"""What an address asks of a list: sorting, columns, page, and the filters as they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from pollready.console.lists.columns import Column

# What is no filter of an address.
NOT_FILTERS = ("sort", "columns", "page")


@dataclass(frozen=True, slots=True)
class Asked:
    """An address as a list understands it."""

    query: QueryDict
    sort: str
    descending: bool
    columns: tuple[Column, ...]  # the chosen ones, in the list's order
    chooses: bool  # the address says which columns
    page: str

    @property
    def filters(self) -> str:
        """Give filters and sorting as a query string, without columns and page."""
        pairs = [
            (name, value)
            for name, values in self.query.lists()
            if name not in ("columns", "page")
            for value in values
            if value
        ]
        return urlencode(pairs)

    @property
    def column_names(self) -> str:
        """Name the chosen columns behind commas, where the address says which."""
        return ",".join(column.name for column in self.columns) if self.chooses else ""

    @property
    def whole(self) -> str:
        """Give everything but the page as a query string."""
        chosen = urlencode({"columns": self.column_names}) if self.chooses else ""
        return "&".join(part for part in (self.filters, chosen) if part)


def understand(query: QueryDict, columns: Sequence[Column], default_sort: str) -> Asked:
    """Read sorting and columns; what is no column of the list is left out."""
    text = query.get("sort", "") or default_sort
    sorts = {column.name for column in columns if column.sort}
    name = text.removeprefix("-")
    if name not in sorts:
        text = name = default_sort.removeprefix("-")
    named = {one for value in query.getlist("columns") for one in value.split(",") if one}
    known = named & {column.name for column in columns}
    chosen = tuple(
        column
        for column in columns
        if column.main or (column.name in known if known else column.chosen)
    )
    return Asked(
        query=query,
        sort=name,
        descending=text.startswith("-"),
        columns=chosen,
        chooses=bool(known),
        page=query.get("page", ""),
    )
