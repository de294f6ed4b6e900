"""Planning a meeting, also one in which a county's review is talked over, and changing it."""

from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.county_reviews.commands import hold_in_meeting
from pollready.committee.county_reviews.errors import ReviewRefused
from pollready.committee.county_reviews.models import CountyReview
from pollready.committee.county_reviews.queries import reviews_for
from pollready.committee.meetings.commands import change_meeting, plan_meeting
from pollready.committee.meetings.errors import MeetingRefused
from pollready.committee.meetings.models import Meeting, MeetingKind
from pollready.console.access import requires
from pollready.console.frame import frame_of
from pollready.console.meeting_forms import MeetingForm, county_choices
from pollready.console.middleware import ConsoleRequest
from pollready.console.reopening import reopened
from pollready.console.views.meetings import (
    CONFLICT,
    TITLE,
    UNPROCESSABLE,
    meeting_or_404,
    number_of,
    pages_for,
)
from pollready.console.views.overview import nothing_assessed
from pollready.language import message, say
from pollready.people.permissions import Permission

USUAL_HOUR, USUAL_QUORUM = time(9), 3


@requires(Permission.HOLD_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request: ConsoleRequest) -> HttpResponse:
    """Plan a meeting."""
    election_round = frame_of(request).round
    if election_round is None:
        return nothing_assessed(request, TITLE)
    review = _review_of(request)
    if request.method != "POST":
        return _form_page(request, _form(request, initial=_begin(request, review)), None)
    form = _form(request, data=request.POST)
    if form.is_valid():
        try:
            meeting = plan_meeting(
                form.draft(), round_id=election_round.pk, by=request.user, now=datetime.now(UTC)
            )
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.saved", request.language))
            _hold(request, review, meeting)
            return redirect("meeting", meeting.pk)
    return _form_page(request, form, None, status=UNPROCESSABLE)


@requires(Permission.HOLD_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: ConsoleRequest, meeting_id: int) -> HttpResponse:
    """Change what is said of a meeting."""
    meeting = meeting_or_404(request, meeting_id)
    if not pages_for(request, meeting.round).shows(meeting.title, meeting.venue):
        raise PermissionDenied
    if request.method != "POST":
        form = _form(request, initial=MeetingForm.begin(meeting))
        return _form_page(request, form, meeting)
    form, status = _form(request, data=request.POST), UNPROCESSABLE
    if form.is_valid():
        try:
            change_meeting(
                meeting.pk,
                form.draft(),
                version=form.cleaned_data["version"] or 0,
                by=request.user,
                now=datetime.now(UTC),
            )
        except ChangedMeanwhile as changed:
            form, status = reopened(form, changed), CONFLICT
            form.add_error(None, changed)
        except MeetingRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            messages.success(request, say("meetings.saved", request.language))
            return redirect("meeting", meeting.pk)
    return _form_page(request, form, meeting, status=status)


def _review_of(request: ConsoleRequest) -> CountyReview | None:
    """Give the county's review from whose page the meeting is planned."""
    wanted = number_of(request.GET.get("review", ""))
    reviews = reviews_for(request.user).filter(pk=wanted or 0, ended_at=None)
    return reviews.select_related("county").first()


def _begin(request: ConsoleRequest, review: CountyReview | None) -> dict[str, object]:
    """Give what the form of a new meeting shows at first."""
    begin: dict[str, object] = {
        "kind": MeetingKind.PROVINCIAL.value, "starts_time": USUAL_HOUR, "quorum": USUAL_QUORUM,
        "classification": "0",
    }  # fmt: skip
    if review is None:
        return begin
    return begin | {
        "kind": MeetingKind.COUNTY_REVIEW.value,
        "county": str(review.county_id),
        "title": say("county_review.one", request.language, county=review.county.name),
    }


def _hold(request: ConsoleRequest, review: CountyReview | None, meeting: Meeting) -> None:
    """Keep that a review is talked over in the meeting planned for it."""
    if review is None or meeting.county_id != review.county_id:
        return
    try:
        hold_in_meeting(
            review.pk, meeting.pk, version=review.version, by=request.user, now=datetime.now(UTC)
        )
    except (ReviewRefused, ChangedMeanwhile) as refused:
        messages.error(request, message(refused, request.language))
    else:
        messages.success(request, say("county_review.done.meeting", request.language))


def _form(request: ConsoleRequest, **kwargs: Any) -> MeetingForm:
    return MeetingForm(
        language=request.language, user=request.user, counties=county_choices(), **kwargs
    )


def _form_page(
    request: ConsoleRequest, form: MeetingForm, meeting: Meeting | None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "meeting": meeting}
    return render(request, "meetings/form.html", context, status=status)
