"""What somebody selected in a list, within his scope: for whatever acts on many at once."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from pollready.console.lists.catalogue import list_for
from pollready.console.middleware import ConsoleRequest
from pollready.people.models import User

EVERYTHING = "all"


class NothingSelected(Exception):
    """A form selects no row of a list, or names a list that there is not."""

    code = "console.nothing-selected"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__("nothing selected")


def selection(user: User, request: ConsoleRequest) -> QuerySet[Any]:
    """Give what a form selects: listings of lists of stations, else components or groups.

    The form holds `list`, `query` (the list's address as it stood) and `selected`: keys of rows,
    or `all` for everything that the address finds. Scope and class are applied anew; keys outside
    of them select nothing. Raises `NothingSelected`.
    """
    listing = list_for(request, request.POST.get("list", ""), viewer=user)
    keys = request.POST.getlist("selected")
    if listing is None or not keys:
        raise NothingSelected
    rows = listing.matching(QueryDict(request.POST.get("query", ""))).rows
    if EVERYTHING in keys:
        return listing.selected(rows, None)
    return listing.selected(rows, [int(key) for key in keys if key.isascii() and key.isdigit()])
