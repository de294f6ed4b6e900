"""An item in the room: its live evidence, and what is said of it; what is said of any object."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.assessment.queries import last_assessment
from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.meetings.commands import DOWN, UP, change_item, move_item, remove_item
from pollready.committee.meetings.errors import MeetingRefused, NoSuchThing
from pollready.committee.meetings.models import AgendaItem, MeetingState
from pollready.committee.meetings.queries import (
    decisions_of,
    items_for,
    suggestions_of,
    views_of,
)
from pollready.committee.meetings.rules import may_lead
from pollready.committee.meetings.saying import give_view, suggest
from pollready.committee.meetings.subjects import find_subject
from pollready.console.access import requires
from pollready.console.context import Reading, read, wording_for
from pollready.console.meeting_forms import ItemForm, SuggestForm, ViewForm
from pollready.console.meeting_pages import case_evidence
from pollready.console.middleware import ConsoleRequest
from pollready.console.reopening import reopened
from pollready.console.views.meetings import CONFLICT, UNPROCESSABLE, done, pages_for
from pollready.language import say
from pollready.people.permissions import Permission, may


@requires(Permission.SEE_MEETINGS)
@require_safe
def item_page(request: ConsoleRequest, item_id: int) -> HttpResponse:
    """Show one item to the room: large, with its evidence, the next and the previous."""
    return render_item(request, item_or_404(request, item_id))


@requires(Permission.HOLD_MEETINGS)
@require_POST
def item_edit(request: ConsoleRequest, item_id: int) -> HttpResponse:
    """Keep the title of an item, and what minutes say of it."""
    item = item_or_404(request, item_id)
    if not pages_for(request, item.meeting.round).shows(item.title, item.record):
        raise PermissionDenied
    form, status = ItemForm(request.POST, language=request.language), UNPROCESSABLE
    if form.is_valid():
        try:
            change_item(
                item.pk,
                title=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                version=form.cleaned_data["version"],
                by=request.user,
                now=datetime.now(UTC),
            )
        except ChangedMeanwhile as changed:
            form, status = reopened(form, changed), CONFLICT
            form.add_error(None, changed)
            item.refresh_from_db()
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.item.saved", request.language))
            return redirect("meeting-item", item.pk)
    return render_item(request, item, item_form=form, form=form, status=status)


@requires(Permission.HOLD_MEETINGS)
@require_POST
def item_order(request: ConsoleRequest, item_id: int) -> HttpResponse:
    """Move an item up or down the agenda, or take it off."""
    item = item_or_404(request, item_id)
    what, now = request.POST.get("do", ""), datetime.now(UTC)
    back = ("meeting", item.meeting_id)
    if what in (UP, DOWN):
        move_said = "meetings.item.saved"
        return done(
            request, lambda: move_item(item.pk, what, by=request.user, now=now), said=move_said,
            back=back,
        )  # fmt: skip
    if what != "remove":
        raise Http404
    return done(
        request, lambda: remove_item(item.pk, by=request.user, now=now),
        said="meetings.agenda.removed", back=back,
    )  # fmt: skip


@requires(Permission.TAKE_PART)
@require_POST
def item_view(request: ConsoleRequest, item_id: int) -> HttpResponse:
    """Give a view on an item."""
    item = item_or_404(request, item_id)
    form = ViewForm(request.POST, language=request.language)
    if form.is_valid():
        try:
            give_view(
                round_id=item.meeting.round_id, text=form.cleaned_data["view_text"],
                item_id=item.pk, by=request.user, now=datetime.now(UTC),
            )  # fmt: skip
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.item.view_given", request.language))
            return redirect("meeting-item", item.pk)
    return render_item(request, item, view_form=form, form=form, status=UNPROCESSABLE)


@requires(Permission.TAKE_PART)
@require_POST
def item_suggest(request: ConsoleRequest, item_id: int) -> HttpResponse:
    """Make a suggestion on an item; what it changes is said on its own page."""
    item = item_or_404(request, item_id)
    form = SuggestForm(request.POST, language=request.language)
    if form.is_valid():
        try:
            made = suggest(
                round_id=item.meeting.round_id, text=form.cleaned_data["suggestion_text"],
                item_id=item.pk, by=request.user, now=datetime.now(UTC),
            )  # fmt: skip
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.item.suggested", request.language))
            return redirect("meeting-suggestion", made.pk)
    return render_item(request, item, suggest_form=form, form=form, status=UNPROCESSABLE)


@requires(Permission.SEE_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def object_page(request: ConsoleRequest, subject: str) -> HttpResponse:
    """Show what is said of an object, in meetings and outside of them; a POST says more."""
    reading = read(request)
    if reading is None or find_subject(request.user, reading.round.pk, subject) is None:
        raise Http404
    if request.method != "POST":
        return _render_object(request, reading, subject)
    if not may(request.user, Permission.TAKE_PART):
        raise PermissionDenied
    is_view = request.POST.get("do") == "view"
    form: Any = (ViewForm if is_view else SuggestForm)(request.POST, language=request.language)
    if form.is_valid():
        say_it = give_view if is_view else suggest
        text = form.cleaned_data["view_text" if is_view else "suggestion_text"]
        try:
            made = say_it(
                round_id=reading.round.pk, text=text, about=subject, by=request.user,
                now=datetime.now(UTC),
            )  # fmt: skip
        except NoSuchThing:
            raise Http404 from None
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            said = "view_given" if is_view else "suggested"
            messages.success(request, say(f"meetings.item.{said}", request.language))
            if is_view:
                return redirect("meeting-object", subject)
            return redirect("meeting-suggestion", made.pk)
    name = "view_form" if is_view else "suggest_form"
    return _render_object(
        request, reading, subject, status=UNPROCESSABLE, form=form, **{name: form}
    )


def _render_object(
    request: ConsoleRequest, reading: Reading, subject: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    pages = pages_for(request, reading.round)
    title, url = pages.titles(reading.round.pk, {subject})[subject]
    context = {
        "subject": subject,
        "title": title,
        "url": url,
        "views": pages.said(views_of(request.user, about=subject)),
        "suggestions": pages.suggestions(suggestions_of(request.user, about=subject)),
        "may_say": may(request.user, Permission.TAKE_PART),
        "view_form": ViewForm(language=request.language),
        "suggest_form": SuggestForm(language=request.language),
    } | more
    return render(request, "meetings/object.html", context, status=status)


def render_item(
    request: ConsoleRequest, item: AgendaItem, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Show an item's page, with a form as it was sent where one was refused."""
    meeting, now = item.meeting, datetime.now(UTC)
    pages = pages_for(request, meeting.round)
    order = list(meeting.items.filter(removed_at=None).values_list("pk", flat=True))
    place = order.index(item.pk)
    saved = last_assessment(meeting.round_id)
    (row,) = pages.items(meeting, [item])
    facts, is_live = pages.evidence(item, saved, now=now)
    wording = wording_for(request, meeting.round)
    leads = may_lead(request.user, meeting)
    about = item.about
    context = {
        "item": item,
        "meeting": meeting,
        "meeting_title": pages.text(meeting.title),
        "row": row,
        "number": place + 1,
        "count": len(order),
        "previous": order[place - 1] if place else None,
        "next": order[place + 1] if place + 1 < len(order) else None,
        "facts": facts,
        "is_live": is_live,
        "saved": saved,
        "cause": case_evidence(request.user, meeting.round_id, about, wording) if is_live else None,
        "views": pages.said(views_of(request.user, item=item, about=_open(row, about))),
        "suggestions": pages.suggestions(
            suggestions_of(request.user, item=item, about=_open(row, about))
        ),
        "decisions": pages.decisions(decisions_of([item])),
        "record": pages.text(item.record),
        "may_write": leads and pages.shows(item.title, item.record),
        "may_decide": leads and meeting.state == MeetingState.OPEN,
        "may_say": may(request.user, Permission.TAKE_PART) and meeting.state != MeetingState.SIGNED,
        "view_form": ViewForm(language=request.language),
        "suggest_form": SuggestForm(language=request.language),
        "item_form": ItemForm(
            language=request.language,
            initial={"title": item.title, "text": item.record, "version": item.version},
        ),
    } | more
    return render(request, "meetings/item.html", context, status=status)


def _open(row: Any, about: str) -> str:
    """Give the object whose other views belong here: only where the viewer finds it."""
    return about if row.url else ""


def item_or_404(request: ConsoleRequest, item_id: int) -> AgendaItem:
    """Find an item of a meeting that the viewer may see."""
    item = items_for(request.user).prefetch_related("decisions").filter(pk=item_id).first()
    if item is None:
        raise Http404
    return item
