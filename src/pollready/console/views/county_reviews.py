"""County reviews: all counties with their packs, one pack, sending and taking it back, its file."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.county_reviews.commands import (
    hand_out_review,
    hold_in_meeting,
    is_classified,
    meetings_of,
    prepare_reviews,
    send_all,
    send_review,
    withdraw_review,
)
from pollready.committee.county_reviews.errors import NoSuchReview, ReviewRefused
from pollready.committee.county_reviews.models import CountyReview, ReviewItem, ReviewState
from pollready.committee.county_reviews.queries import counties_for, last_reviews, reviews_for
from pollready.committee.county_reviews.rules import may_prepare
from pollready.committee.meetings.queries import meetings_for
from pollready.committee.meetings.rules import RUNNING
from pollready.console.access import requires
from pollready.console.context import read, wording_for
from pollready.console.county_review_forms import MeetingForm, SignForm, TakeForm, WithdrawForm
from pollready.console.county_review_page import ReviewPage
from pollready.console.handing_out import to_keep
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.jobs import watched
from pollready.console.views.meetings import number_of
from pollready.console.views.overview import nothing_assessed
from pollready.jobs.county_reviewing import start_reviews
from pollready.jobs.queries import last_job
from pollready.language import datetime_text, message, say
from pollready.people.permissions import NotPermitted, Permission, may
from pollready.reports.county_review import review_pdf

TITLE = "county_review.title"
CONFLICT, UNPROCESSABLE = 409, 422


@requires(Permission.SEE_MEETINGS)
@require_safe
def review_list(request: ConsoleRequest) -> HttpResponse:
    """List the counties in the order of their codes, each with its last review."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    round_id = reading.round.pk
    last = last_reviews(request.user, round_id)
    counted = {
        review: (items, answered, objected)
        for review, items, answered, objected in ReviewItem.objects.filter(
            review__in=[each.pk for each in last.values()]
        )
        .order_by()
        .values_list("review")
        .annotate(
            items=Count("pk"),
            answered=Count("pk", filter=~Q(answer="")),
            objected=Count("pk", filter=Q(answer="objected")),
        )
    }
    rows = []
    for county in counties_for(request.user, round_id):
        review = last.get(county.pk)
        items, answered, objected = counted.get(review.pk if review else 0, (0, 0, 0))
        rows.append(
            {
                "county": county, "review": review, "items": items, "answered": answered,
                "objections": objected,
                "may_prepare": review is None or not review.is_with_county,
            }
        )  # fmt: skip
    prepares = may_prepare(request.user)
    job = last_job("county-reviews") if prepares else None
    context = {
        "rows": rows,
        "prepares": prepares,
        "waiting_to_send": sum(each.state == ReviewState.PREPARED for each in last.values()),
        "job": watched(job, request) if job is not None and job.ended_at is None else None,
    }
    return render(request, "county_reviews/list.html", context)


@requires(Permission.HOLD_MEETINGS)
@require_POST
def prepare(request: ConsoleRequest) -> HttpResponse:
    """Prepare the pack of one county at once, or of all of them in the background."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    now = datetime.now(UTC)
    asked = request.POST.get("county", "")
    if not asked:
        start_reviews(reading.round.pk, by=request.user, now=now)
        return see_other(reverse("county-reviews"))
    county = number_of(asked)
    if county is None:
        raise Http404
    try:
        prepared = prepare_reviews([county], saved=reading.saved, by=request.user, now=now)
    except NoSuchReview:
        raise Http404 from None
    language = request.language
    if prepared.still_with_county:
        kept = say("county_review.done.kept", language, counties=len(prepared.still_with_county))
        messages.info(request, kept)
        return see_other(reverse("county-reviews"))
    messages.success(request, say("county_review.done.prepared", language, reviews=1))
    return see_other(reverse("county-review", args=[prepared.reviews[0].pk]))


@requires(Permission.HOLD_MEETINGS)
@require_POST
def send_prepared(request: ConsoleRequest) -> HttpResponse:
    """Send every pack that is prepared."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, TITLE)
    sent = send_all(reading.round.pk, by=request.user, now=datetime.now(UTC))
    messages.success(request, say("county_review.done.sent", request.language, reviews=sent))
    return see_other(reverse("county-reviews"))


@requires(Permission.SEE_MEETINGS)
@require_safe
def review_page(request: ConsoleRequest, review_id: int) -> HttpResponse:
    """Show a pack, what the county answered, and who signed."""
    return render_review(request, review_or_404(request, review_id))


@requires(Permission.HOLD_MEETINGS)
@require_POST
def send(request: ConsoleRequest, review_id: int) -> HttpResponse:
    """Hand a pack over to the governor's office."""
    review = review_or_404(request, review_id)
    version = number_of(request.POST.get("version", "")) or 0

    def do() -> None:
        send_review(review.pk, version=version, by=request.user, now=datetime.now(UTC))

    return done(request, do, said=("county_review.done.sent", {"reviews": 1}), review=review)


@requires(Permission.HOLD_MEETINGS)
@require_POST
def withdraw(request: ConsoleRequest, review_id: int) -> HttpResponse:
    """Take a pack back, with the reason."""
    review = review_or_404(request, review_id)
    form = WithdrawForm(request.POST, language=request.language)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            withdraw_review(review.pk, by=request.user, now=datetime.now(UTC), **form.cleaned_data)
        except ReviewRefused as refused:
            form.add_error(refused.field or None, refused)
        except ChangedMeanwhile as changed:
            form.add_error(None, changed)
            status = CONFLICT
        else:
            messages.success(request, say("county_review.done.withdrawn", request.language))
            return see_other(reverse("county-reviews"))
    return render_review(request, review, withdraw_form=form, form=form, status=status)


@requires(Permission.HOLD_MEETINGS)
@require_POST
def meeting(request: ConsoleRequest, review_id: int) -> HttpResponse:
    """Keep in which meeting a review is talked over."""
    review = review_or_404(request, review_id)
    form = meeting_form(request, review, data=request.POST)
    status = UNPROCESSABLE
    if form.is_valid():
        chosen = number_of(form.cleaned_data["meeting"])
        try:
            hold_in_meeting(
                review.pk, chosen, version=form.cleaned_data["version"], by=request.user,
                now=datetime.now(UTC),
            )  # fmt: skip
        except ReviewRefused as refused:
            form.add_error(refused.field or None, refused)
        except ChangedMeanwhile as changed:
            form.add_error(None, changed)
            status = CONFLICT
        else:
            messages.success(request, say("county_review.done.meeting", request.language))
            return see_other(reverse("county-review", args=[review.pk]))
    return render_review(request, review, meeting_form=form, form=form, status=status)


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def pdf(request: ConsoleRequest, review_id: int) -> HttpResponse:
    """Hand out a pack as PDF, with a reason where it is classified."""
    review = review_or_404(request, review_id)
    page = page_of(request, review)
    classified = is_classified(review)
    form = TakeForm(
        request.POST if request.method == "POST" else None,
        language=request.language,
        is_classified=classified,
        initial={"written_in": request.language},
    )
    is_allowed = not classified or may(request.user, Permission.EXPORT_CLASSIFIED)
    if request.method == "POST" and form.is_valid():
        language, now = form.cleaned_data["written_in"], datetime.now(UTC)
        try:
            if page.faults:
                raise ReviewRefused("pack-broken")
            hand_out_review(
                review.pk, language=language, reason=form.cleaned_data["export_reason"],
                by=request.user, now=now,
            )  # fmt: skip
        except NotPermitted:
            raise PermissionDenied from None
        except ReviewRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            return _file(page, review, language, now)
    context = {
        "review": review, "form": form, "is_classified": classified, "is_allowed": is_allowed,
    }  # fmt: skip
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "county_reviews/take.html", context, status=status)


def _file(page: ReviewPage, review: CountyReview, language: str, now: datetime) -> HttpResponse:
    signed = page.signed
    content = review_pdf(
        page.pack, page.answers, language, pack_hash=review.pack.sha256, signed=signed,
        now=signed.at if signed else now,
    )  # fmt: skip
    name = f"county-{review.county.code or review.county_id}-{review.number}-{language}.pdf"
    return to_keep(content, name, "application/pdf")


def render_review(
    request: ConsoleRequest, review: CountyReview, *, status: int = 200,
    page: ReviewPage | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show a review's page, with what was sent where it was refused."""
    page = page or page_of(request, review)
    language = request.language
    readable = page.is_readable
    context = {
        "review": review,
        "page": page,
        "sign_form": SignForm(language=language, initial={"read_hash": page.read_hash})
        if readable and page.may_answer
        else None,
        "withdraw_form": WithdrawForm(language=language, initial={"version": review.version})
        if page.may_withdraw
        else None,
        "meeting_form": meeting_form(request, review)
        if page.prepares and review.ended_at is None
        else None,
        "agendas": agendas_of(request, review) if readable and page.may_follow else [],
    } | more
    return render(request, "county_reviews/review.html", context, status=status)


def page_of(request: ConsoleRequest, review: CountyReview, **more: Any) -> ReviewPage:
    """Give what the viewer sees of a review."""
    return ReviewPage(review, request.user, wording_for(request, review.round), **more)


def review_or_404(request: ConsoleRequest, review_id: int) -> CountyReview:
    """Find a review that the viewer may read."""
    review = reviews_for(request.user).select_related("pack").filter(pk=review_id).first()
    if review is None:
        raise Http404
    return review


def meeting_form(request: ConsoleRequest, review: CountyReview, data: Any = None) -> MeetingForm:
    """Give the form of the review's meeting."""
    language = request.language
    meetings = [
        (str(each.pk), f"{each.title} — {datetime_text(each.starts_at, language)}")
        for each in meetings_of(review, request.user)
    ]
    initial = {"meeting": str(review.meeting_id or ""), "version": review.version}
    return MeetingForm(data, language=language, meetings=meetings, initial=initial)


def agendas_of(request: ConsoleRequest, review: CountyReview) -> list[tuple[int, str]]:
    """Give the meetings on whose agenda an objection can be put."""
    veil = wording_for(request, review.round).veil
    found = meetings_for(request.user).filter(round=review.round_id, state__in=RUNNING)
    return [(each.pk, veil.text(each.title)) for each in found]


def done(
    request: ConsoleRequest, do: Callable[[], object], *, said: tuple[str, dict[str, Any]],
    review: CountyReview,
) -> HttpResponse:  # fmt: skip
    """Do what needs no form of its own; say that it was done, or why not."""
    try:
        do()
    except NoSuchReview:
        raise Http404 from None
    except NotPermitted:
        raise PermissionDenied from None
    except (ReviewRefused, ChangedMeanwhile) as refused:
        messages.error(request, message(refused, request.language))
    else:
        messages.success(request, say(said[0], request.language, **said[1]))
    return see_other(reverse("county-review", args=[review.pk]))


def see_other(address: str) -> HttpResponse:
    """Lead on after something was written."""
    response = redirect(address)
    response.status_code = 303
    return response
