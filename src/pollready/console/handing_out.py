"""Handing out a file that somebody sent or that was made: to be kept, never to be shown."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def to_keep(content: bytes, name: str, mime: str) -> HttpResponse:
    """Answer with a file to be kept: no browser runs or draws it here."""
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_replace = {"default-src": "'none'", "sandbox": ""}  # type: ignore[attr-defined]  # read by the middleware of the policy
    return response
