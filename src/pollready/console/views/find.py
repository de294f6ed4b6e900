"""Find anything: the field at the head of every page, and the page of all that was found."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.find import Finder
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.people.permissions import Permission

LONGEST = 200  # what anybody types to find something is shorter


@requires(Permission.SEE_REGISTER)
@require_safe
def find(request: ConsoleRequest) -> HttpResponse:
    """Show what was found; htmx gets the list below the field, a whole code leads to its page."""
    typed = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    finder = Finder(frame_of(request), _reading(request), request.user, language=request.language)
    if not request.htmx and (only := finder.exactly(typed)):
        return HttpResponseRedirect(only)
    context = {"typed": typed, "sections": finder.find(typed)}
    response = render(request, "find/_found.html" if request.htmx else "find/page.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _reading(request: ConsoleRequest) -> Reading | None:
    """Give the round's reading; None also to who may not read it: pages are found all the same."""
    try:
        return read(request)
    except PermissionDenied:
        return None
