"""What the API says when it cannot answer: a code, and a sentence in the language asked for."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError

from pollready.language import LANGUAGES, say


class Refused(Exception):
    """A request that is not answered; `kind` is one of `api.error.<kind>`."""

    def __init__(self, kind: str, status: int) -> None:
        self.kind, self.status = kind, status
        super().__init__(kind)


class Problem(Schema):
    """Why a request was not answered."""

    code: str
    message: str
    where: tuple[str, ...] = ()


def answers(answer: Any) -> dict[int, Any]:
    """Give what an operation answers, and how it refuses.

    401: nobody is signed in. 403: not allowed, or above clearance. 404: none in scope.
    422: the request could not be read.
    """
    return {200: answer, 401: Problem, 403: Problem, 404: Problem, 422: Problem}


def language_of(request: HttpRequest) -> str:
    """Give the language of `Accept-Language`, else the installation's."""
    asked = request.headers.get("Accept-Language", "")[:2].lower()
    return asked if asked in LANGUAGES else str(getattr(request, "language", LANGUAGES[0]))


def handle_errors(api: NinjaAPI) -> None:
    """Answer each expected error as a `Problem`."""

    def answer(request: HttpRequest, kind: str, status: int, **more: Any) -> HttpResponse:
        words = say(f"api.error.{kind}", language_of(request))
        return api.create_response(request, {"code": kind, "message": words, **more}, status=status)

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, error.kind, error.status)

    def unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, "not_signed_in", 401)

    def not_found(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(request, "not_found", 404)

    def wrong(request: HttpRequest, error: Any) -> HttpResponse:
        where = tuple(".".join(map(str, each["loc"])) for each in error.errors)
        return answer(request, "wrong_request", 422, where=where)

    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(AuthenticationError, unauthenticated)
    api.add_exception_handler(Http404, not_found)
    api.add_exception_handler(ValidationError, wrong)
