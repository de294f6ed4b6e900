"""Follow-ups: the list, one with its history and effect, and the file that shows something."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from pollready.console.access import requires
from pollready.console.context import Reading, read
from pollready.console.follow_ups import FollowUpPage, in_scope, read_list
from pollready.console.handing_out import to_keep
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.duties.follow_ups.files import take_out_file
from pollready.duties.follow_ups.models import FollowUp
from pollready.duties.follow_ups.rules import FollowUpRefused
from pollready.jobs.follow_up_checks import start_check
from pollready.language import message
from pollready.people.permissions import Permission
from pollready.register.corrections.attaching import EvidenceChanged

TITLE = "follow_up.title"


@requires(Permission.SEE_REGISTER)
@require_safe
def follow_up_list(request: ConsoleRequest) -> HttpResponse:
    """List the follow-ups that the viewer reads."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    found = read_list(reading, request.user, request.GET.dict())
    template = "follow_ups/_found.html" if request.htmx else "follow_ups/list.html"
    response = render(request, template, {"found": found})
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.SEE_REGISTER)
@require_safe
def follow_up_page(request: ConsoleRequest, follow_up_id: int) -> HttpResponse:
    """Show one with its stations, what came of it, and its history."""
    return render_follow_up(request, *found_or_404(request, follow_up_id))


@requires(Permission.SEE_REGISTER)
@require_safe
def follow_up_checking(request: ConsoleRequest, follow_up_id: int) -> HttpResponse:
    """Give the part that says how far the check is, and the rest once it is there."""
    reading, follow_up = found_or_404(request, follow_up_id)
    page = FollowUpPage(follow_up, request.user, reading, None)
    context = {"page": page, "follow_up": follow_up}
    response = render(request, "follow_ups/_checking.html", context)
    if not page.is_checking:
        response["HX-Refresh"] = "true"
    return response


@requires(Permission.SEE_REGISTER)
@require_POST
def follow_up_check(request: ConsoleRequest, follow_up_id: int) -> HttpResponse:
    """Have the rules run again for what was reported done."""
    reading, follow_up = found_or_404(request, follow_up_id)
    if not FollowUpPage(follow_up, request.user, reading, None).may_check:
        raise PermissionDenied
    start_check(follow_up, by=request.user, now=datetime.now(UTC))
    return redirect("follow-up", follow_up_id)


@requires(Permission.SEE_REGISTER)
@require_safe
def follow_up_file(request: ConsoleRequest, file_id: int) -> HttpResponse:
    """Hand out a file to be kept, never to be shown: no browser runs or draws it here."""
    reading = read(request)
    if reading is None:
        raise Http404
    try:
        kept, content = take_out_file(
            file_id, round_id=reading.round.pk, by=request.user, now=datetime.now(UTC)
        )
    except FollowUpRefused:
        raise Http404 from None
    except EvidenceChanged as changed:
        messages.error(request, message(changed, request.language))
        return redirect("follow-ups")
    return to_keep(content, kept.name, kept.mime)


def found_or_404(request: ConsoleRequest, follow_up_id: int) -> tuple[Reading, FollowUp]:
    """Give a follow-up that the viewer reads; what is out of his scope is not there."""
    reading = read(request)
    follow_up = in_scope(request.user, reading.round.pk, follow_up_id) if reading else None
    if reading is None or follow_up is None:
        raise Http404
    return reading, follow_up


def render_follow_up(
    request: ConsoleRequest, reading: Reading, follow_up: FollowUp
) -> HttpResponse:
    """Write the page of one."""
    page = FollowUpPage(follow_up, request.user, reading, request.GET.get("page"))
    context = {"page": page, "follow_up": follow_up}
    return render(request, "follow_ups/follow_up.html", context)
