"""The history of an object, undoing one's own change, and the audit log."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from pollready.audit.queries import last_batch, verify_seal
from pollready.audit.seal import is_sealed
from pollready.console.access import requires
from pollready.console.context import wording_for
from pollready.console.corrections.audit_log import read_log
from pollready.console.corrections.histories import read_history
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.corrections import done, found, on_the_way
from pollready.console.views.overview import nothing_assessed
from pollready.language import message, say
from pollready.people.permissions import NotPermitted, Permission
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.subjects import OutOfReach
from pollready.register.corrections.undoing import undo


@requires(Permission.SEE_REGISTER)
@require_safe
def history(request: ConsoleRequest, about: str) -> HttpResponse:
    """Tell who changed what of an object, when and why."""
    _, thing, wording = found(request, about)
    context = {
        **on_the_way(thing, wording),
        "moments": read_history(thing, wording, request.user),
    }
    return render(request, "register/history.html", context)


@requires(Permission.SEE_REGISTER)
@require_POST
def undo_change(request: ConsoleRequest, number: int) -> HttpResponse:
    """Take back one's own change; the command asks for what making it needed."""
    back = _back(request)
    try:
        undo(number=number, by=request.user, now=datetime.now(UTC))
    except OutOfReach:
        raise Http404 from None
    except (CorrectionRefused, NotPermitted) as refused:
        messages.error(request, message(refused, request.language))
        response = HttpResponse(status=303)
        response["Location"] = back
        return response
    return done(request, back, say("correct.done.undo", request.language))


def _back(request: ConsoleRequest) -> str:
    """Give the page from which somebody came, if it is one of ours."""
    asked = request.POST.get("back", "")
    own = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if asked.startswith("/") and own else reverse("overview")


@requires(Permission.SEE_AUDIT)
@require_safe
def audit(request: ConsoleRequest) -> HttpResponse:
    """Show the log, filtered, with the state of its seal."""
    round_ = frame_of(request).round
    if round_ is None:
        return nothing_assessed(request, "correct.audit.title")
    log = read_log(request.GET.dict(), wording_for(request, round_), request.user, round_.pk)
    context = {
        "log": log,
        "last": last_batch(),
        "sealed": is_sealed(),
        "seal_fault": verify_seal() if is_sealed() else None,
    }
    return render(request, "register/audit.html", context)
