"""Pages for what went wrong: words and a reference number, never an exception's text."""

import logging
import secrets
import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string

from pollready.console.middleware import Next, language_of
from pollready.language import direction

logger = logging.getLogger("pollready.console")

REFERENCE_HEADER = "PollReady-Reference"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    return _page(request, "not_found", status=404)


def no_permission(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this user may not see the page, and who can change that."""
    return _page(request, "no_permission", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request could not be read."""
    return _page(request, "bad_request", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old, or came from somewhere else."""
    return _page(request, "stale_form", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Keep the traceback in the log under a number, and show the number."""
    reference = secrets.token_hex(4).upper()
    logger.error("reference %s: %s", reference, request.path, exc_info=sys.exc_info())
    response = _page(request, "server_error", status=500, reference=reference)
    response[REFERENCE_HEADER] = reference
    return response


def too_large(request: HttpRequest, *, limit: int) -> HttpResponse:
    """Say that what was sent is larger than anything that is taken; `limit` is in megabytes."""
    return _page(request, "too_large", status=413, back=request.path, limit=limit)


def forms_only(get_response: Next) -> Next:
    """Let an address that only takes forms say so in words when it is opened as a page."""

    def say_so(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return _not_allowed(request, response)
        return response

    return say_so


def _not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say that an address takes forms only, which a browser would show as a fault of its own."""
    page = _page(request, "not_allowed", status=405)
    page["Allow"] = response["Allow"]
    return page


def _page(
    request: HttpRequest,
    kind: str,
    *,
    status: int,
    reference: str = "",
    back: str = "/",
    limit: int = 0,
) -> HttpResponse:
    """Write the page, in the frame where somebody is signed in and nothing has failed.

    A fault of ours stands without it: what failed may be just what the frame reads.
    """
    language = _language(request)
    context = {
        "language": language,
        "direction": direction(language),
        "title_key": f"console.error.{kind}.title",
        "text_key": f"console.error.{kind}.text",
        "next_key": f"console.error.{kind}.next",
        "reference": reference,
        "back": back,
        "limit": limit,
    }
    if status < HTTPStatus.INTERNAL_SERVER_ERROR and _signed_in(request):
        if kind == "not_found":
            context["next_key"] = "console.error.not_found.next_in_frame"  # where the search is
        return render(request, "error_in_frame.html", context, status=status)
    return HttpResponse(render_to_string("error.html", context), status=status)


def _signed_in(request: HttpRequest) -> bool:
    """Say whether the frame has somebody to stand around."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and hasattr(request, "language")


def _language(request: HttpRequest) -> str:
    """Choose the language even where the database cannot be read."""
    chosen = getattr(request, "language", None)
    if chosen is not None:
        return str(chosen)
    try:
        return language_of(request)
    except Exception:  # the user could not be read: that may be what went wrong
        from django.conf import settings

        return settings.LANGUAGE_CODE
