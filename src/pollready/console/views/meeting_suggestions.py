"""A suggestion's own page: what it would change, what that does in the model, and the answer."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.meetings.changes import STATIONS_MAX
from pollready.committee.meetings.errors import MeetingRefused, NoSuchThing
from pollready.committee.meetings.models import Suggestion, SuggestionState
from pollready.committee.meetings.saying import (
    answer_suggestion,
    found_suggestion,
    may_change,
    may_try,
    set_changes,
)
from pollready.committee.meetings.subjects import codes_of, find_subject
from pollready.console.access import requires
from pollready.console.meeting_forms import CHANGE_FORMS, AnswerForm, ChangeForm, SecondPathForm
from pollready.console.meeting_pages import url_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.reopening import reopened
from pollready.console.views.jobs import watched
from pollready.console.views.meetings import CONFLICT, UNPROCESSABLE, done, number_of, pages_for
from pollready.jobs.queries import last_job
from pollready.jobs.trying import start_trying, subject_of
from pollready.language import say
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, may
from pollready.people.scopes import agencies_for
from pollready.register.queries import components_for

# Whose cards a station can have: who has such a component.
MOBILE = "mobile_site"


@requires(Permission.SEE_MEETINGS)
@require_safe
def suggestion_page(request: ConsoleRequest, suggestion_id: int) -> HttpResponse:
    """Show a suggestion."""
    return _render(request, _found(request, suggestion_id))


@requires(Permission.TAKE_PART)
@require_POST
def suggestion_changes(request: ConsoleRequest, suggestion_id: int) -> HttpResponse:
    """Add a change to what a suggestion would do, or clear all of them."""
    suggestion = _found(request, suggestion_id)
    if not may_change(request.user, suggestion):
        raise PermissionDenied
    if request.POST.get("do") == "clear":
        version = number_of(request.POST.get("version", "")) or 0
        return done(
            request,
            lambda: set_changes(
                suggestion.pk, [], version=version, by=request.user, now=datetime.now(UTC)
            ),
            said="meetings.answer.saved",
            back=("meeting-suggestion", suggestion.pk),
        )
    kind = request.POST.get("kind", "")
    if kind not in CHANGE_FORMS:
        raise Http404
    form, status = _change_form(request, kind, data=request.POST), UNPROCESSABLE
    if form.is_valid():
        rows = [*suggestion.changes, form.row()]
        try:
            set_changes(
                suggestion.pk, rows, version=form.cleaned_data["version"], by=request.user,
                now=datetime.now(UTC),
            )  # fmt: skip
        except ChangedMeanwhile as changed:
            form.data = {**request.POST.dict(), f"{kind}-version": changed.fields["version"]}
            status = CONFLICT
            form.add_error(None, changed)
        except NotPermitted:
            raise PermissionDenied from None
        except MeetingRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused)
        else:
            messages.success(request, say("meetings.change.saved", request.language))
            return redirect("meeting-suggestion", suggestion.pk)
    return _render(request, suggestion, form=form, refused_kind=kind, status=status)


@requires(Permission.EXPLORE_FAILURES)
@require_POST
def suggestion_try(request: ConsoleRequest, suggestion_id: int) -> HttpResponse:
    """Have a suggestion tried in the model; the page shows how far it is."""
    suggestion = _found(request, suggestion_id)
    return done(
        request,
        lambda: start_trying(suggestion.pk, by=request.user, now=datetime.now(UTC)),
        said="meetings.effect.started",
        back=("meeting-suggestion", suggestion.pk),
    )


@requires(Permission.HOLD_MEETINGS)
@require_POST
def suggestion_answer(request: ConsoleRequest, suggestion_id: int) -> HttpResponse:
    """Accept, decline with a reason, or defer."""
    suggestion = _found(request, suggestion_id)
    form, status = AnswerForm(request.POST, language=request.language), UNPROCESSABLE
    if form.is_valid():
        try:
            answer_suggestion(
                suggestion.pk, by=request.user, now=datetime.now(UTC), **form.cleaned_data
            )
        except ChangedMeanwhile as changed:
            form, status = reopened(form, changed), CONFLICT
            form.add_error(None, changed)
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.answer.saved", request.language))
            return redirect("meeting-suggestion", suggestion.pk)
    return _render(request, suggestion, answer_form=form, form=form, status=status)


def _found(request: ConsoleRequest, suggestion_id: int) -> Suggestion:
    try:
        return found_suggestion(suggestion_id, request.user)
    except NoSuchThing:
        raise Http404 from None


def _render(
    request: ConsoleRequest, suggestion: Suggestion, *, status: int = 200, **more: Any
) -> HttpResponse:
    pages = pages_for(request, suggestion.round)
    (row,) = pages.suggestions([suggestion])
    item = suggestion.item
    title, url = "", ""
    if item is not None:
        ((item_row),) = pages.items(item.meeting, [item])
        title, url = item_row.title, ""
    elif suggestion.about:
        title, url = pages.titles(suggestion.round_id, {suggestion.about})[suggestion.about]
    is_open = suggestion.state in (SuggestionState.WAITING, SuggestionState.DEFERRED)
    in_minutes = item is not None and item.meeting.state == "closed"
    changes = is_open and not in_minutes and may_change(request.user, suggestion)
    refused = more.get("refused_kind")
    context = {
        "suggestion": suggestion,
        "row": row,
        "item": item,
        "title": title,
        "meeting_title": pages.text(item.meeting.title) if item is not None else "",
        "url": url or (url_of(suggestion.about) if title and item is None else ""),
        "job": watched(last_job(subject_of(suggestion)), request),
        "may_change": changes,
        "may_try": may_try(request.user, suggestion) and bool(suggestion.changes),
        "may_answer": may(request.user, Permission.HOLD_MEETINGS) and not in_minutes,
        "may_decide": may(request.user, Permission.HOLD_MEETINGS)
        and item is not None
        and item.meeting.state == "open"
        and suggestion.state == SuggestionState.ACCEPTED,
        "change_forms": [
            (
                kind,
                more["form"] if kind == refused else _change_form(request, kind, suggestion),
                kind == refused,
            )
            for kind in CHANGE_FORMS
        ]
        if changes
        else [],
        "answer_form": AnswerForm(
            language=request.language,
            initial={
                "version": suggestion.version,
                "reason": row.reason,
                "state": suggestion.state,
            },
        ),
    } | more
    return render(request, "meetings/suggestion.html", context, status=status)


def _codes(user: User, suggestion: Suggestion) -> str:
    """Give the codes of the stations that a suggestion speaks of, as they are typed."""
    about = suggestion.item.about if suggestion.item is not None else suggestion.about
    subject = find_subject(user, suggestion.round_id, about)
    return " ".join(codes_of(user, subject)[:STATIONS_MAX]) if subject is not None else ""


def _change_form(
    request: ConsoleRequest, kind: str, suggestion: Suggestion | None = None, data: Any = None
) -> ChangeForm:
    more: dict[str, Any] = {}
    if suggestion is not None:
        more["initial"] = {
            "version": suggestion.version, "stations": _codes(request.user, suggestion)
        }  # fmt: skip
    form = CHANGE_FORMS[kind]
    if form is SecondPathForm:
        more["operators"] = operators_for(request.user)
    # Several forms stand on one page: the fields of each have names of their own.
    return form(data, language=request.language, prefix=kind, **more)


def operators_for(user: User) -> list[tuple[str, str]]:
    """Offer the agencies whose sites carry a path; all of them where no list names any."""
    agencies = agencies_for(user).exclude(code="").order_by("name")
    sites = components_for(user).filter(kind=MOBILE).values("agency")
    named = agencies.filter(pk__in=sites) or agencies
    return [(each.code, each.name) for each in named]
