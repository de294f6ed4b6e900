"""Long answers come in pages: so many from an offset, with the count of all."""

from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema
from pydantic import Field

Row = TypeVar("Row")
MOST = 500
LAST_KEY = 2**63 - 1  # what a database takes as a key or an offset

Key = Annotated[int, Field(ge=0, le=LAST_KEY)]


class Window(Schema):
    """Which part of a list is asked for."""

    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100


class Page(Schema, Generic[Row]):
    """A part of a list, and how long it is."""

    count: int
    offset: int
    rows: list[Row]


Part = Annotated[Window, Query()]


def cut(rows: QuerySet[Any], window: Window) -> tuple[int, list[Any]]:
    """Count a list and give the part asked for."""
    found: list[Model] = list(rows[window.offset : window.offset + window.limit])
    return rows.count(), found
