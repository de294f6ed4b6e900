"""Who asks: a session of the console, or a program with a person's token."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from pollready.api.errors import Refused
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import keep_places
from pollready.people.tokens import user_of_token


class Session(SessionAuth):
    """A browser that is signed in to the console; reading only, so no form's token is asked."""

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Give the user of the session."""
        return request.user if request.user.is_authenticated else None


class Token(HttpBearer):
    """`Authorization: Bearer <token>` of a token that the person made on his account page."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Give the user of the token, who is then the request's user."""
        user = user_of_token(token, now=datetime.now(UTC))
        if user is not None:
            request.user = user
        return user


def needs(permission: Permission) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let in only whose role has the permission; the table of access reads it off the answer."""

    def guard(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not may(user_of(request), permission):
                raise Refused("no_permission", 403)
            keep_places(user_of(request))
            return operation(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the table of access
        return guarded

    return guard


def user_of(request: HttpRequest) -> User:
    """Give who asks; only operations behind the two ways in call this."""
    assert isinstance(request.user, User)  # ninja has let nobody else through
    return request.user
