"""Keeping and removing views of lists."""

from datetime import datetime

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.people.saved_views.models import COLUMNS_MAX, NAME_MAX, QUERY_MAX, SavedView


class ViewRefused(Exception):
    """A view cannot be kept or removed; `code` says why."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = f"people.{code}"
        self.fields = fields
        super().__init__(code)


@transaction.atomic
def save_view(
    *, by: User, now: datetime, list_name: str, name: str, query: str, columns: str, shared: bool
) -> SavedView:
    """Keep a view under a name; a view of one's own with that name is replaced.

    Raises `ViewRefused` where the name is missing or anything is too long, and `NotPermitted`.
    """
    check(by, Permission.SEE_REGISTER)
    name = " ".join(name.split())
    if not name:
        raise ViewRefused("view-without-name")
    if len(name) > NAME_MAX:
        raise ViewRefused("view-name-too-long", most=NAME_MAX)
    if len(query) > QUERY_MAX or len(columns) > COLUMNS_MAX:
        raise ViewRefused("view-too-long")
    before = SavedView.objects.filter(owner=by, list=list_name, name=name).first()
    earlier = _written(before) if before else None
    view = before or SavedView(owner=by, list=list_name, name=name)
    view.query, view.columns, view.shared = query, columns, shared
    view.save()
    record(
        actor=by.username,
        command="save_view",
        now=now,
        entries=[Entry("saved_view", str(view.pk), earlier, _written(view))],
    )
    return view


@transaction.atomic
def delete_view(*, by: User, now: datetime, view_id: int) -> SavedView:
    """Remove a view of one's own; raises `ViewRefused` where there is none."""
    check(by, Permission.SEE_REGISTER)
    view = SavedView.objects.filter(owner=by, pk=view_id).first()
    if view is None:
        raise ViewRefused("view-not-yours")
    before = _written(view)
    view.delete()
    record(
        actor=by.username,
        command="delete_view",
        now=now,
        entries=[Entry("saved_view", str(view_id), before, None)],
    )
    return view


def _written(view: SavedView) -> dict[str, object]:
    return {
        "list": view.list,
        "name": view.name,
        "query": view.query,
        "columns": view.columns,
        "shared": view.shared,
    }
