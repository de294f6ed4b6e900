"""A county answers its review and signs it; the committee takes up what it objects to."""

import re
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.county_reviews.answering import (
    AnswersRefused,
    Said,
    answer_review,
    follow_objection,
    objection_for,
    put_on_agenda,
    sign_review,
)
from pollready.committee.county_reviews.errors import NoSuchReview, ReviewRefused
from pollready.committee.county_reviews.models import CountyReview, ReviewItem
from pollready.committee.meetings.errors import MeetingRefused, NoSuchThing
from pollready.committee.meetings.rules import TITLE_MAX
from pollready.console.access import requires
from pollready.console.county_review_forms import SignForm
from pollready.console.follow_up_forms import FollowUpForm
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.county_reviews import (
    CONFLICT,
    UNPROCESSABLE,
    page_of,
    render_review,
    review_or_404,
    see_other,
)
from pollready.console.views.follow_up_writing import written
from pollready.console.views.meetings import number_of
from pollready.duties.follow_ups.models import TEXT_MAX, Figure, FollowUp
from pollready.duties.models import Covers
from pollready.language import message, say
from pollready.people.permissions import NotPermitted, Permission

_ANSWER = re.compile(r"answer-([0-9]{1,5})")


@requires(Permission.ANSWER_REVIEW)
@require_POST
def answer(request: ConsoleRequest, review_id: int) -> HttpResponse:
    """Keep the county's answers; what cannot stand comes back beside its item, as it was typed."""
    review = review_or_404(request, review_id)
    typed = _typed(request)
    try:
        answer_review(
            review.pk,
            typed,
            agree_to_rest=request.POST.get("do") == "agree_rest",
            version=number_of(request.POST.get("version", "")) or 0,
            by=request.user,
            now=datetime.now(UTC),
        )
    except NotPermitted:
        raise PermissionDenied from None
    except NoSuchReview:
        raise Http404 from None
    except AnswersRefused as refused:
        errors = {
            number: message(why, request.language) for number, why in refused.refusals.items()
        }
        why = message(refused, request.language)
        return _again(request, review, typed, errors, why, UNPROCESSABLE)
    except ChangedMeanwhile as changed:
        review.refresh_from_db()
        return _again(request, review, typed, {}, message(changed, request.language), CONFLICT)
    except ReviewRefused as refused:
        messages.error(request, message(refused, request.language))
    else:
        messages.success(request, say("county_review.answer.saved", request.language))
    return see_other(reverse("county-review", args=[review.pk]) + "#answers")


@requires(Permission.ANSWER_REVIEW)
@require_POST
def sign(request: ConsoleRequest, review_id: int) -> HttpResponse:
    """Sign a review as it was read."""
    review = review_or_404(request, review_id)
    form = SignForm(request.POST, language=request.language)
    if form.is_valid():
        try:
            sign_review(review.pk, by=request.user, now=datetime.now(UTC), **form.cleaned_data)
        except NotPermitted:
            raise PermissionDenied from None
        except ReviewRefused as refused:
            form.add_error(refused.field or None, refused)
        except ChangedMeanwhile as changed:
            form.add_error(None, changed)
        else:
            messages.success(request, say("county_review.sign.done", request.language))
            return see_other(reverse("county-review", args=[review.pk]))
    page = page_of(request, review)
    current = page.read_hash if page.is_readable else ""
    form.data = {"typed_name": request.POST.get("typed_name", ""), "read_hash": current}
    return render_review(
        request, review, page=page, sign_form=form, form=form, status=UNPROCESSABLE
    )


@requires(Permission.HOLD_MEETINGS)
@require_POST
def objection_agenda(request: ConsoleRequest, objection_id: int) -> HttpResponse:
    """Put an objection on the agenda of a meeting."""
    item = _objection(request, objection_id)
    meeting = number_of(request.POST.get("meeting", ""))
    try:
        if meeting is None:
            raise NoSuchThing
        put_on_agenda(
            item.pk, meeting, title=_sentence(request, item, TITLE_MAX), by=request.user,
            now=datetime.now(UTC),
        )  # fmt: skip
    except NotPermitted:
        raise PermissionDenied from None
    except (NoSuchReview, NoSuchThing):
        raise Http404 from None
    except (ReviewRefused, MeetingRefused) as refused:
        messages.error(request, message(refused, request.language))
    else:
        messages.success(request, say("county_review.done.agenda", request.language))
    return see_other(reverse("county-review", args=[item.review_id]) + "#objections")


@requires(Permission.EDIT_DUTIES)
@require_http_methods(["GET", "HEAD", "POST"])
def objection_follow_up(request: ConsoleRequest, objection_id: int) -> HttpResponse:
    """Start a follow-up for an objection."""
    item = _objection(request, objection_id)
    initial = {
        "text": _sentence(request, item, TEXT_MAX), "covers": str(Covers.OWNER),
        "measure": str(Figure.NONE), "classification": item.review.classification,
    }  # fmt: skip
    form = FollowUpForm(
        request.POST or None, viewer=request.user, language=request.language, initial=initial
    )

    def write(values: dict[str, Any]) -> FollowUp:
        return follow_objection(item.pk, form.draft(), by=request.user, now=datetime.now(UTC))

    try:
        return written(request, form, write, "started", "follow_ups/form.html", {})
    except NoSuchReview:
        raise Http404 from None
    except ReviewRefused as refused:
        messages.error(request, message(refused, request.language))
        return see_other(reverse("county-review", args=[item.review_id]) + "#objections")


def _objection(request: ConsoleRequest, objection_id: int) -> ReviewItem:
    item = objection_for(request.user, objection_id)
    if item is None:
        raise Http404
    return item


def _sentence(request: ConsoleRequest, item: ReviewItem, most: int) -> str:
    """Say an objection in one line, as the viewer may read it."""
    page = page_of(request, item.review)
    text = page.answers[item.number][1]
    said = say(
        "county_review.objection.title", request.language, county=item.review.county.name,
        number=item.number, text=" ".join(text.split()),
    )  # fmt: skip
    return said if len(said) <= most else said[: most - 1] + "…"


def _typed(request: ConsoleRequest) -> dict[int, Said]:
    """Read what the form sent of each item; an item without a choice is said to have none."""
    numbers = {int(match[1]) for name in request.POST if (match := _ANSWER.fullmatch(name))}
    numbers |= {
        int(name.removeprefix("text-"))
        for name in request.POST
        if name.startswith("text-") and (number_of(name.removeprefix("text-")) is not None)
    }
    return {
        number: Said(
            request.POST.get(f"answer-{number}", ""),
            request.POST.get(f"text-{number}", "").replace("\0", ""),
        )
        for number in numbers
    }


def _again(
    request: ConsoleRequest,
    review: CountyReview,
    typed: dict[int, Said],
    errors: dict[int, str],
    why: str,
    status: int,
) -> HttpResponse:
    page = page_of(request, review, typed=typed, errors=errors)
    return render_review(request, review, page=page, answers_wrong=why, status=status)
