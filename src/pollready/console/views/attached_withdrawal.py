"""Withdrawing a delivery note, or a file that shows what was reported of a follow-up."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.corrections.forms import WithdrawForm
from pollready.console.follow_ups import FollowUpPage
from pollready.console.form_writing import attempt
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.follow_ups import found_or_404
from pollready.console.views.ledger import lot_or_404
from pollready.duties.follow_ups.files import may_withdraw_file, standing_file, withdraw_file
from pollready.duties.follow_ups.rules import FollowUpRefused
from pollready.language import say
from pollready.people.permissions import Permission
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.subjects import OutOfReach
from pollready.register.corrections.withdrawing import keeps_bytes
from pollready.resources.files import may_withdraw_note, standing_note, withdraw_note


@requires(Permission.REPORT_DONE)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_file_withdraw(request: ConsoleRequest, file_id: int) -> HttpResponse:
    """Ask why a file of a report is withdrawn, and say what then becomes of it."""
    reading = read(request)
    if reading is None:
        raise Http404
    round_id = reading.round.pk
    try:
        file = standing_file(file_id, round_id=round_id, by=request.user)
    except FollowUpRefused:
        raise Http404 from None
    if not may_withdraw_file(request.user, file):
        raise Http404  # as for what he does not see
    _, follow_up = found_or_404(request, file.event.follow_up_id)
    context = {
        "crumbs_of": "follow_ups/_crumbs.html", "follow_up": follow_up,
        "page": FollowUpPage(follow_up, request.user, reading, None),
        "name": reading.wording.veil.text(file.name), "keeps_bytes": keeps_bytes(file),
        "then": say("correct.withdraw.report_stays", request.language),
        "back": reverse("follow-up", args=[follow_up.pk]),
    }  # fmt: skip
    return _ask(
        request, context,
        lambda reason, now: withdraw_file(
            file.pk, round_id=round_id, reason=reason, by=request.user, now=now
        ),
    )  # fmt: skip


@requires(Permission.EDIT_LEDGER)
@require_http_methods(["GET", "HEAD", "POST"])
def lot_note_withdraw(request: ConsoleRequest, note_id: int) -> HttpResponse:
    """Ask why a delivery note is withdrawn, and say what then becomes of it."""
    reading = read(request)
    if reading is None:
        raise Http404
    round_id = reading.round.pk
    try:
        note = standing_note(note_id, round_id=round_id, by=request.user)
    except OutOfReach:
        raise Http404 from None
    if not may_withdraw_note(request.user, note):
        raise Http404
    _, page = lot_or_404(request, note.entry.lot_id)
    context = {
        "crumbs_of": "ledger/_crumbs.html", "page": page,
        "name": reading.wording.veil.text(note.name), "keeps_bytes": keeps_bytes(note),
        "then": say("correct.withdraw.entry_stays", request.language),
        "back": reverse("lot", args=[page.lot.pk]),
    }  # fmt: skip
    return _ask(
        request, context,
        lambda reason, now: withdraw_note(
            evidence_id=note.pk, round_id=round_id, reason=reason, by=request.user, now=now
        ),
    )  # fmt: skip


def _ask(
    request: ConsoleRequest, context: dict[str, Any], withdraw: Callable[[str, datetime], object]
) -> HttpResponse:
    """Show the form, or withdraw for the reason that it gives."""
    sent = request.POST if request.method == "POST" else None
    tried = attempt(
        WithdrawForm(sent, language=request.language),
        lambda values: withdraw(values["reason"], datetime.now(UTC)),
        CorrectionRefused,
    )
    if tried.is_written:
        said = say("correct.withdraw.done", request.language, name=context["name"])
        messages.success(request, said)
        return redirect(context["back"])
    context = {**context, "form": tried.form}
    return render(request, "attached/withdraw.html", context, status=tried.status)
