"""The door for what is sent: a body beyond every limit is refused before it is kept anywhere.

Django keeps a body whole before a page is asked, so the limit stands before Django: by the length
that is announced, else by counting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from pollready.console.errors import too_large
from pollready.console.middleware import Next
from pollready.intake.reading.limits import FILE_MAX_BYTES

BODY_MAX_BYTES = FILE_MAX_BYTES + 1024 * 1024  # the largest file, and the fields beside it
_REFUSED = "pollready.body_refused"

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def bounded(app: App, most: int = BODY_MAX_BYTES) -> App:
    """Give an application to which no larger body comes: it is asked for its refusal instead."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if _announced(scope) > most:
            await app(_refused(scope), _nothing(), send)
            return
        counted = _Counted(receive, most)
        await app(scope, counted, send)
        if counted.too_much:  # Django reads the body before it answers: nothing was sent yet
            await app(_refused(scope), _nothing(), send)

    answer.__wrapped__ = app  # type: ignore[attr-defined]  # as functools.wraps leaves it
    return answer


def refuse_large_bodies(get_response: Next) -> Next:
    """Say on a page that a body was refused at the door."""

    def say_so(request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "scope", {}).get(_REFUSED):
            return too_large(request, limit=FILE_MAX_BYTES // (1024 * 1024))
        return get_response(request)

    return say_so


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name.lower() == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _refused(scope: Scope) -> Scope:
    """Give the same address without its body."""
    kept = [each for each in scope["headers"] if not each[0].lower().startswith(b"content-")]
    return {**scope, "method": "GET", "headers": kept, _REFUSED: True}


def _nothing() -> Receive:
    """Give an empty body, and then no word that anybody left: the answer is only a page."""
    asked = False

    async def nothing() -> Message:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return nothing


class _Counted:
    """What comes, until it is too much: from there on it is as if the sender had gone."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most
        self.too_much = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.too_much = True
            return {"type": "http.disconnect"}
        return message
