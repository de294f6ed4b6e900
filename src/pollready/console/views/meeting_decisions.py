"""Decisions of a meeting: written as drafts, made binding with an owner and a day."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.meetings.deciding import (
    change_decision,
    close_decision,
    draft_decision,
    withdraw_decision,
)
from pollready.committee.meetings.errors import DecisionIncomplete, MeetingRefused
from pollready.committee.meetings.models import AgendaItem, Decision, DecisionState
from pollready.committee.meetings.queries import decisions_for, suggestions_of
from pollready.committee.meetings.rules import may_lead
from pollready.console.access import requires
from pollready.console.decision_reach import reach_of
from pollready.console.meeting_forms import DecisionForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.reopening import reopened
from pollready.console.views.meeting_items import item_or_404
from pollready.console.views.meetings import (
    CONFLICT,
    UNPROCESSABLE,
    done,
    number_of,
    pages_for,
)
from pollready.duties.follow_ups.rules import FollowUpRefused
from pollready.language import date_short, say
from pollready.people.permissions import NotPermitted, Permission

MISSING = {"owner": "owner-missing", "due_date": "due-date-missing"}


@requires(Permission.HOLD_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request: ConsoleRequest, item_id: int) -> HttpResponse:
    """Write a decision on an item, from an accepted suggestion where the address names one."""
    item = item_or_404(request, item_id)
    wanted = number_of(request.GET.get("suggestion", ""))
    suggestion = suggestions_of(request.user, item=item).filter(pk=wanted or 0).first()
    if request.method != "POST":
        text = pages_for(request, item.meeting.round).text(suggestion.text) if suggestion else ""
        begin = {"text": text, "version": 0}
        form = DecisionForm(language=request.language, user=request.user, initial=begin)
        return _form_page(request, form, item, None)
    form = DecisionForm(request.POST, language=request.language, user=request.user)
    if form.is_valid():
        now = datetime.now(UTC)
        try:
            decision = draft_decision(
                item.pk,
                form.draft(suggestion_id=suggestion.pk if suggestion else None),
                by=request.user,
                now=now,
            )
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            if request.POST.get("do") == "close":
                return _close(request, decision, form, now)
            messages.success(request, say("meetings.decision.saved", request.language))
            return redirect("meeting-item", item.pk)
    return _form_page(request, form, item, None, status=UNPROCESSABLE)


@requires(Permission.SEE_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def decision_page(request: ConsoleRequest, decision_id: int) -> HttpResponse:
    """Show a decision; who leads the meeting changes a draft, makes it binding, or gives it up."""
    decision = decisions_for(request.user).filter(pk=decision_id).first()
    if decision is None:
        raise Http404
    item = decision.item
    texts = decision.text, decision.legal_ground, decision.figure
    is_open = pages_for(request, item.meeting.round).shows(*texts)
    edits = may_lead(request.user, item.meeting) and decision.state == DecisionState.DRAFT
    if request.method != "POST":
        form = DecisionForm(
            language=request.language, user=request.user,
            initial=_begin(decision, request.language),
        )  # fmt: skip
        return _form_page(request, form if edits and is_open else None, item, decision)
    if not may_lead(request.user, item.meeting) or not is_open:
        raise PermissionDenied
    now = datetime.now(UTC)
    if request.POST.get("do") == "withdraw":
        version = number_of(request.POST.get("version", "")) or 0
        return done(
            request,
            lambda: withdraw_decision(decision.pk, version=version, by=request.user, now=now),
            said="meetings.decision.withdrawn_now",
            back=("meeting-item", item.pk),
        )
    return _changed(request, decision, now)


def _changed(request: ConsoleRequest, decision: Decision, now: datetime) -> HttpResponse:
    form = DecisionForm(request.POST, language=request.language, user=request.user)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            decision = change_decision(
                decision.pk,
                form.draft(),
                version=form.cleaned_data["version"] or 0,
                by=request.user,
                now=now,
            )
        except ChangedMeanwhile as changed:
            form, status = reopened(form, changed), CONFLICT
            form.add_error(None, changed)
        except NotPermitted:
            raise PermissionDenied from None
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            if request.POST.get("do") == "close":
                return _close(request, decision, form, now)
            messages.success(request, say("meetings.decision.saved", request.language))
            return redirect("meeting-item", decision.item_id)
    return _form_page(request, form, decision.item, decision, status=status)


def _close(
    request: ConsoleRequest, decision: Decision, form: DecisionForm, now: datetime
) -> HttpResponse:
    """Make a decision binding; what it lacks is said beside its field, and the draft stays."""
    try:
        close_decision(decision.pk, version=decision.version, by=request.user, now=now)
    except (DecisionIncomplete, FollowUpRefused) as refused:
        for name in getattr(refused, "missing", ()):
            form.add_error(name, MeetingRefused(MISSING[name]))
        if isinstance(refused, FollowUpRefused):
            form.add_error(None, refused)
        form.data = {**form.data.dict(), "version": decision.version}  # type: ignore[attr-defined]  # bound to a request's QueryDict
        return _form_page(request, form, decision.item, decision, status=UNPROCESSABLE)
    messages.success(request, say("meetings.decision.closed_now", request.language))
    return redirect("meeting-item", decision.item_id)


def _begin(decision: Decision, language: str) -> dict[str, Any]:
    owner = f"agency-{decision.agency_id}" if decision.agency_id else ""
    if decision.office:
        owner = f"office-{decision.office}"
    return {
        "text": decision.text, "legal_ground": decision.legal_ground, "owner": owner,
        "due_date": date_short(decision.due_date, language) if decision.due_date else "",
        "figure": decision.figure, "version": decision.version,
    }  # fmt: skip


def _form_page(
    request: ConsoleRequest,
    form: DecisionForm | None,
    item: AgendaItem,
    decision: Decision | None,
    *,
    status: int = 200,
) -> HttpResponse:
    pages = pages_for(request, item.meeting.round)
    (row,) = pages.items(item.meeting, [item])
    abouts = decision.abouts if decision else [item.about] if item.about else []
    context = {
        "form": form,
        "reach": reach_of(
            abouts,
            round_id=item.meeting.round_id,
            words=decision.figure if decision else "",
            viewer=request.user,
            language=request.language,
        )
        if form is not None
        else None,
        "item": item,
        "item_title": row.title,
        "meeting": item.meeting,
        "meeting_title": pages.text(item.meeting.title),
        "decision": decision,
        "row": pages.decisions([decision])[0] if decision else None,
        "address": request.get_full_path() if decision is None else "",
    }
    return render(request, "meetings/decision.html", context, status=status)
