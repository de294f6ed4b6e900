"""Files of classified rows that wait for a second person: asked for, decided, taken once."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.assessment.queries import last_assessment
from pollready.console.access import requires
from pollready.console.context import Reading, wording_for
from pollready.console.forms import ConsoleForm
from pollready.console.lists.catalogue import LISTS
from pollready.console.lists.description import ListOf
from pollready.console.lists.exporting import (
    REASON_MAX,
    ExportRefused,
    begin_export,
    exported_file,
    plan_export,
)
from pollready.console.middleware import ConsoleRequest
from pollready.console.report_taking import LIST as REPORT_FILES
from pollready.console.report_taking import asked_of
from pollready.console.views.corrections import done
from pollready.language import message, say
from pollready.people.exports.commands import ExportNotDecided, decide_export
from pollready.people.exports.models import ExportRequest
from pollready.people.exports.queries import asked_by, state_of, to_decide_for
from pollready.people.permissions import NotPermitted, Permission, may


class DecisionForm(ConsoleForm):
    """A remark to a decision; a refusal needs one."""

    phrases = "lists.approval.form"

    remark = forms.CharField(
        max_length=REASON_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


@requires(Permission.EXPORT)
@require_safe
def exports(request: ConsoleRequest) -> HttpResponse:
    """List what waits for the viewer, and what he asked for himself."""
    now = timezone.now()
    context = {
        "waiting": [_line(each, now) for each in to_decide_for(request.user, now=now)],
        "mine": [_line(each, now) for each in asked_by(request.user)],
    }
    return render(request, "lists/exports.html", context)


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def export_request(request: ConsoleRequest, export_id: int) -> HttpResponse:
    """Show one request: to who asked, with the file once it is approved; to others, to decide."""
    now = timezone.now()
    if ExportRequest.objects.filter(pk=export_id, list=REPORT_FILES).exists():
        return redirect("report-request", asked_of(request.user, export_id).request.pk)
    asked, listing = _found(request, export_id, now)
    own = asked.asked_by_id == request.user.pk
    plan = plan_export(listing, QueryDict(asked.query))
    form = DecisionForm(
        request.POST if request.method == "POST" else None, language=request.language
    )
    if request.method == "POST" and form.is_valid():
        try:
            decided = decide_export(
                request_id=asked.pk,
                approves=request.POST.get("do") == "approve",
                remark=form.cleaned_data["remark"],
                sees=plan.extent,
                by=request.user,
                now=now,
            )
        except NotPermitted:
            raise PermissionDenied from None
        except ExportNotDecided as refused:
            form.add_error(refused.field or None, refused)
        else:
            key = "approved" if decided.approved else "refused"
            return done(request, reverse("exports"), say(f"lists.approval.{key}", request.language))
    context = {
        "asked": asked,
        "state": state_of(asked, now),
        "list": listing,
        "plan": plan,
        "own": own,
        "form": form,
        "reason": listing.wording.veil.text(asked.reason),
    }
    status = 422 if form.errors else 200
    return render(request, "lists/export_request.html", context, status=status)


@requires(Permission.EXPORT_CLASSIFIED)
@require_POST
def export_take(request: ConsoleRequest, export_id: int) -> HttpResponseBase:
    """Hand out an approved file, once, to who asked for it."""
    now = timezone.now()
    asked, listing = _found(request, export_id, now)
    if asked.asked_by_id != request.user.pk:
        raise Http404
    try:
        begun = begin_export(
            plan_export(listing, QueryDict(asked.query)),
            by=request.user,
            now=now,
            format=asked.format,
            reason=asked.reason,
            request_id=asked.pk,
        )
    except (ExportNotDecided, ExportRefused) as refused:
        messages.error(request, message(refused, request.language))
        back = redirect("export-request", asked.pk)
        back.status_code = 303
        return back
    return exported_file(request, begun)


def _found(request: ConsoleRequest, export_id: int, now: datetime) -> tuple[ExportRequest, ListOf]:
    """Give a request that is the viewer's own or his to decide, and its list as he sees it."""
    mine = ExportRequest.objects.filter(asked_by=request.user).values("pk")
    to_decide = to_decide_for(request.user, now=now).values("pk")
    readable = ExportRequest.objects.select_related("round", "asked_by", "decided_by")
    asked = get_object_or_404(
        readable.filter(pk__in=mine) | readable.filter(pk__in=to_decide), pk=export_id
    )
    kind = LISTS.get(asked.list)
    saved = last_assessment(asked.round_id)
    if kind is None or saved is None or not may(request.user, kind.permission):
        raise Http404
    reading = Reading(asked.round, saved, wording_for(request, asked.round))
    return asked, kind(reading, request.user)


def _line(asked: ExportRequest, now: datetime) -> dict[str, Any]:
    return {"asked": asked, "state": state_of(asked, now), "title": f"lists.title.{asked.list}"}
