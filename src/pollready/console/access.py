"""Who may open a page: each view names the permission that it needs, or that it is for all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from pollready.console.middleware import ConsoleRequest
from pollready.people.permissions import Permission, may
from pollready.people.scopes import keep_places

View = Callable[..., HttpResponseBase]
ANYONE_SIGNED_IN = "signed_in"


def requires(permission: Permission | None) -> Callable[[View], View]:
    """Let in only whose role has the permission; None lets in everybody who is signed in.

    The view carries `permission`, from which the table of access is made and tested.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: ConsoleRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission is not None and not may(request.user, permission):
                raise PermissionDenied
            keep_places(request.user)
            return view(request, *args, **kwargs)

        guarded.permission = permission or ANYONE_SIGNED_IN  # type: ignore[attr-defined]  # read by the table of access
        return guarded

    return guard
