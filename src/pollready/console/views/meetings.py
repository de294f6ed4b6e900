"""Meetings: the list, planning one, its page with members and agenda, and the agenda proposed."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.assessment.queries import last_assessment
from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.meetings.agenda import GROUP_OF, last_meeting_day, proposals_for
from pollready.committee.meetings.commands import (
    add_item,
    attendance,
    close_meeting,
    invite,
    open_meeting,
    record_attendance,
    take_on,
    uninvite,
)
from pollready.committee.meetings.errors import MeetingRefused, NoSuchThing
from pollready.committee.meetings.models import Decision, Meeting, MeetingState
from pollready.committee.meetings.queries import decisions_of, meetings_for, minutes_for
from pollready.committee.meetings.rules import is_after_election, may_lead
from pollready.console.access import requires
from pollready.console.context import wording_for
from pollready.console.frame import frame_of
from pollready.console.meeting_forms import InviteForm, NewItemForm
from pollready.console.meeting_pages import MeetingPages
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.overview import nothing_assessed
from pollready.language import message, say
from pollready.people.models import User
from pollready.people.permissions import PERMISSIONS, NotPermitted, Permission, may

TITLE = "meetings.title"
SHOWN = 50
CONFLICT, UNPROCESSABLE = 409, 422
_PRESENCE = {"yes": True, "no": False, "": None}


@requires(Permission.SEE_MEETINGS)
@require_safe
def meeting_list(request: ConsoleRequest) -> HttpResponse:
    """List the meetings that the viewer may see."""
    frame = frame_of(request)
    if frame.round is None:
        return nothing_assessed(request, TITLE)
    items = Count("items", filter=Q(items__removed_at=None))
    found = (
        meetings_for(request.user)
        .filter(round=frame.round)
        .annotate(number_of_items=items)
        .order_by("-starts_at", "-pk")
    )
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    pages = pages_for(request, frame.round)
    rows = [(meeting, pages.text(meeting.title)) for meeting in page]
    context = {
        "rows": rows, "page": page, "may_plan": may(request.user, Permission.HOLD_MEETINGS),
    }  # fmt: skip
    return render(request, "meetings/list.html", context)


@requires(Permission.SEE_MEETINGS)
@require_safe
def meeting_page(request: ConsoleRequest, meeting_id: int) -> HttpResponse:
    """Show a meeting: who is invited, its agenda, what was decided, its minutes."""
    return render_meeting(request, meeting_or_404(request, meeting_id))


@requires(Permission.HOLD_MEETINGS)
@require_POST
def meeting_state(request: ConsoleRequest, meeting_id: int) -> HttpResponse:
    """Open or close a meeting."""
    meeting = meeting_or_404(request, meeting_id)
    version, what = number_of(request.POST.get("version", "")), request.POST.get("do", "")
    turns: dict[str, tuple[Callable[..., Meeting], str]] = {
        "open": (open_meeting, "opened"), "close": (close_meeting, "closed"),
    }  # fmt: skip
    if what not in turns:
        raise Http404
    turn, said = turns[what]

    def do() -> None:
        now = datetime.now(UTC)
        if presence := _presence(request, meeting):  # chosen, and not saved by itself before
            record_attendance(meeting.pk, presence, by=request.user, now=now)
        turn(meeting.pk, version=version or 0, by=request.user, now=now)

    return done(request, do, said=f"meetings.do.{said}", back=("meeting", meeting.pk))


@requires(Permission.HOLD_MEETINGS)
@require_POST
def meeting_members(request: ConsoleRequest, meeting_id: int) -> HttpResponse:
    """Invite somebody, take somebody off the list, or keep who is present."""
    meeting = meeting_or_404(request, meeting_id)
    now, what = datetime.now(UTC), request.POST.get("do", "")
    if what == "attendance":
        return done(
            request,
            lambda: record_attendance(
                meeting.pk, _presence(request, meeting), by=request.user, now=now
            ),
            said="meetings.presence.saved",
            back=("meeting", meeting.pk),
        )
    if what == "remove":
        member = number_of(request.POST.get("member", "")) or 0
        return done(
            request,
            lambda: uninvite(meeting.pk, member, by=request.user, now=now),
            said="meetings.members.removed",
            back=("meeting", meeting.pk),
        )
    form = InviteForm(request.POST, language=request.language, users=users_to_invite())
    if form.is_valid():
        values = form.cleaned_data
        try:
            invite(
                meeting.pk,
                user_id=number_of(values["user"]),
                name=values["name"],
                post=values["post"],
                by=request.user,
                now=now,
            )
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.members.invited", request.language))
            return redirect("meeting", meeting.pk)
    return render_meeting(request, meeting, invite_form=form, form=form, status=UNPROCESSABLE)


@requires(Permission.HOLD_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_agenda(request: ConsoleRequest, meeting_id: int) -> HttpResponse:
    """Show what is proposed from the state, each with why; a POST takes what was chosen."""
    meeting = meeting_or_404(request, meeting_id)
    saved, now = last_assessment(meeting.round_id), datetime.now(UTC)
    proposals = proposals_for(request.user, meeting, saved, now=now)
    status, nothing_chosen = 200, False
    if request.method == "POST":
        chosen = set(request.POST.getlist("about"))
        taken = [each for each in proposals if each.about in chosen]
        if taken:
            number = len(taken)
            return done(
                request,
                lambda: take_on(meeting.pk, taken, by=request.user, now=now),
                said="meetings.agenda.taken",
                back=("meeting", meeting.pk),
                items=number,
            )
        status, nothing_chosen = UNPROCESSABLE, True
    pages = pages_for(request, meeting.round)
    abouts = {each.about for each in proposals}
    titles = pages.titles(meeting.round_id, abouts)
    sentences = pages.sentences(meeting.round_id, abouts)
    rows = [
        (number, each, *titles[each.about], sentences.get(each.about, ""),
         pages.why(each.why, each.fields))
        for number, each in enumerate(proposals, start=1)
    ]  # fmt: skip
    groups = [
        (group, list(found)) for group, found in groupby(rows, lambda row: GROUP_OF[row[1].why])
    ]
    context = {
        "meeting": meeting, "title": pages.text(meeting.title), "groups": groups,
        "nothing_chosen": nothing_chosen, "since": last_meeting_day(request.user, meeting),
    }  # fmt: skip
    return render(request, "meetings/agenda.html", context, status=status)


@requires(Permission.HOLD_MEETINGS)
@require_POST
def item_add(request: ConsoleRequest, meeting_id: int) -> HttpResponse:
    """Put an item of one's own on the agenda."""
    meeting = meeting_or_404(request, meeting_id)
    form = NewItemForm(request.POST, language=request.language)
    if form.is_valid():
        try:
            add_item(
                meeting.pk, title=form.cleaned_data["title"], by=request.user,
                now=datetime.now(UTC),
            )  # fmt: skip
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.agenda.added", request.language))
            return redirect("meeting", meeting.pk)
    return render_meeting(request, meeting, item_form=form, form=form, status=UNPROCESSABLE)


def render_meeting(
    request: ConsoleRequest, meeting: Meeting, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Show a meeting's page, with a form as it was sent where one was refused."""
    pages = pages_for(request, meeting.round)
    standing = Decision.objects.exclude(state="withdrawn")
    items = list(
        meeting.items.filter(removed_at=None).prefetch_related(
            Prefetch("decisions", queryset=standing)
        )
    )
    rows = pages.items(meeting, items)
    members = list(meeting.members.select_related("user__agency"))
    present, is_reached = attendance(meeting)
    leads = may_lead(request.user, meeting)
    running = meeting.state in (MeetingState.PLANNED, MeetingState.OPEN)
    context = {
        "meeting": meeting,
        "title": pages.text(meeting.title),
        "venue": pages.text(meeting.venue),
        "is_late": is_after_election(meeting),
        "items": rows,
        "members": pages.members(members),
        "present": present,
        "is_reached": is_reached,
        "decisions": pages.decisions(decisions_of(items)),
        "minutes": minutes_for(request.user).filter(meeting=meeting),
        "leads": leads,
        "may_arrange": leads and running,
        "may_edit": leads and running and pages.shows(meeting.title, meeting.venue),
        "may_remove": leads and meeting.state == MeetingState.PLANNED,
        "may_attend": leads and meeting.state != MeetingState.SIGNED,
        "invite_form": InviteForm(language=request.language, users=users_to_invite())
        if leads and running
        else None,
        "item_form": NewItemForm(language=request.language),
    } | more
    return render(request, "meetings/meeting.html", context, status=status)


def pages_for(request: ConsoleRequest, election_round: Any) -> MeetingPages:
    """Give the words of a round's meetings for this viewer."""
    wording = wording_for(request, election_round)
    return MeetingPages(request.user, request.language, wording.veil)


def meeting_or_404(request: ConsoleRequest, meeting_id: int) -> Meeting:
    """Find a meeting that the viewer may see."""
    meeting = meetings_for(request.user).filter(pk=meeting_id).first()
    if meeting is None:
        raise Http404
    return meeting


def done(
    request: ConsoleRequest, do: Callable[[], object], *, said: str, back: tuple[str, int],
    **fields: Any,
) -> HttpResponse:  # fmt: skip
    """Do what needs no form of its own; say that it was done, or why not, on the page it is of."""
    try:
        do()
    except NoSuchThing:
        raise Http404 from None
    except NotPermitted:
        raise PermissionDenied from None
    except (MeetingRefused, ChangedMeanwhile) as refused:
        messages.error(request, message(refused, request.language))
    else:
        messages.success(request, say(said, request.language, **fields))
    response = redirect(back[0], back[1])
    response.status_code = 303
    return response


def number_of(text: str) -> int | None:
    """Read a key that a form sent back; None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def users_to_invite() -> list[tuple[str, str]]:
    """List those who may take part or look on, by name."""
    roles = [role for role, given in PERMISSIONS.items() if Permission.SEE_MEETINGS in given]
    users = User.objects.filter(is_active=True, role__in=roles).select_related("agency")
    named = [
        (str(each.pk), " — ".join(filter(None, (
            each.get_full_name() or each.username, each.agency.name if each.agency else ""
        ))))
        for each in users.order_by("last_name", "first_name", "username")
    ]  # fmt: skip
    return named


def _presence(request: ConsoleRequest, meeting: Meeting) -> dict[int, bool | None]:
    """Give who of the invited is said to be there, of those of whom anything was sent."""
    return {
        member.pk: _PRESENCE.get(request.POST[name])
        for member in meeting.members.all()
        if (name := f"present-{member.pk}") in request.POST
    }
