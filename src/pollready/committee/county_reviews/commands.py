"""Preparing reviews, handing them to the counties, and taking them back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from pollready.assessment.models import SavedAssessment
from pollready.audit.classification import Classification
from pollready.audit.commands import Entry, record, wait_for_other_writers
from pollready.audit.versions import claim_version
from pollready.committee.county_reviews.errors import NoSuchReview, ReviewRefused
from pollready.committee.county_reviews.models import (
    REASON_MAX,
    WITH_COUNTY,
    CountyReview,
    ReviewItem,
    ReviewPack,
    ReviewState,
)
from pollready.committee.county_reviews.packing import canonical, hash_of, pack_of
from pollready.committee.county_reviews.queries import counties_for, reviews_for
from pollready.committee.county_reviews.reading import CountyReading
from pollready.committee.county_reviews.rules import may_prepare
from pollready.committee.meetings.models import MeetingKind
from pollready.committee.meetings.queries import meetings_for
from pollready.committee.meetings.rules import RUNNING
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check
from pollready.places.models import Place


@dataclass(frozen=True, slots=True)
class Prepared:
    """What came of preparing: the new reviews, and the counties that still have theirs."""

    reviews: tuple[CountyReview, ...]
    still_with_county: tuple[Place, ...]


def check_may_prepare(by: User) -> None:
    """Raise `NotPermitted` unless the user prepares reviews."""
    if not may_prepare(by):
        raise NotPermitted(Permission.HOLD_MEETINGS)


def prepare_reviews(
    county_ids: Iterable[int] | None,
    *,
    saved: SavedAssessment,
    by: User,
    now: datetime,
    done: Callable[[int], None] = lambda number: None,
) -> Prepared:
    """Prepare the packs of counties (None: of all in scope), each in a transaction of its own.

    A review that waits to be sent is replaced; a county that has one to answer keeps it. `done`
    is told after each. Raises `NotPermitted`, `NoSuchReview`.
    """
    check_may_prepare(by)
    counties = counties_for(by, saved.round_id)
    if county_ids is not None:
        wanted = set(county_ids)
        counties = [county for county in counties if county.pk in wanted]
        if len(counties) != len(wanted):
            raise NoSuchReview
    made, kept = [], []
    for county in counties:
        review = _prepare(county, saved, by, now)
        if review is None:
            kept.append(county)
        else:
            made.append(review)
        done(1)
    return Prepared(tuple(made), tuple(kept))


@transaction.atomic
def _prepare(county: Place, saved: SavedAssessment, by: User, now: datetime) -> CountyReview | None:
    """Prepare one county's review; None where the county has one to answer."""
    wait_for_other_writers()
    of_county = CountyReview.objects.filter(round=saved.round_id, county=county)
    if of_county.filter(state__in=WITH_COUNTY).exists():
        return None
    entries = []
    for earlier in of_county.filter(state=ReviewState.PREPARED):
        _end(earlier, ReviewState.WITHDRAWN, reason="replaced", now=now)
        entries.append(_entry(earlier, {"state": "prepared"}, {"state": "withdrawn"}))
    number = (of_county.aggregate(last=Max("number"))["last"] or 0) + 1
    pack = pack_of(CountyReading(by, saved, county, now), number=number)
    review = CountyReview.objects.create(
        round=saved.round, county=county, number=number, assessment=saved,
        as_of_date=saved.as_of_date, classification=pack["class"], made_by=by, made_at=now,
    )  # fmt: skip
    text = canonical(pack)
    ReviewPack.objects.create(review=review, canonical=text, sha256=hash_of(text))
    ReviewItem.objects.bulk_create(
        ReviewItem(
            review=review, number=item["number"], kind=item["kind"], about=item["about"]
        )
        for item in pack["items"]
    )  # fmt: skip
    entries.append(_entry(review, None, prepared_values(review)))
    record(actor=by.username, command="prepare_review", now=now, entries=entries)
    return review


def prepared_values(review: CountyReview) -> dict[str, Any]:
    """Give a prepared review as the log tells of it."""
    return {
        "county": review.county_id, "number": review.number, "sha256": review.pack.sha256,
        "class": review.classification,
    }  # fmt: skip


@transaction.atomic
def send_review(review_id: int, *, version: int, by: User, now: datetime) -> CountyReview:
    """Hand a pack to the governor's office.

    Raises `NotPermitted`, `NoSuchReview`, `ReviewRefused`, `ChangedMeanwhile`.
    """
    review = prepared_by(review_id, by)
    if review.state != ReviewState.PREPARED:
        raise ReviewRefused("not-prepared")
    claim_version(review, version)
    review.state, review.sent_at = ReviewState.SENT, now
    review.save(update_fields=["state", "sent_at"])
    _log("send_review", review, {"state": "prepared"}, {"state": "sent"}, by=by, now=now)
    return review


def send_all(round_id: int, *, by: User, now: datetime) -> int:
    """Hand out every pack that waits to be sent; give how many. Raises `NotPermitted`."""
    check_may_prepare(by)
    waiting = reviews_for(by).filter(round=round_id, state=ReviewState.PREPARED)
    reviews = list(waiting.values_list("pk", "version"))
    for key, version in reviews:
        send_review(key, version=version, by=by, now=now)
    return len(reviews)


@transaction.atomic
def withdraw_review(
    review_id: int, *, reason: str, version: int, by: User, now: datetime
) -> CountyReview:
    """Take back a review that is not signed off; raises as `send_review`."""
    review = prepared_by(review_id, by)
    said = " ".join(reason.split())
    if not said:
        raise ReviewRefused("reason-missing", "reason")
    if len(said) > REASON_MAX:
        raise ReviewRefused("text-too-long", "reason", most=REASON_MAX)
    _check_not_ended(review)
    before = {"state": str(review.state)}
    claim_version(review, version)
    _end(review, ReviewState.WITHDRAWN, reason=said, now=now)
    after = {"state": "withdrawn"}
    _log("withdraw_review", review, before, after, by=by, now=now, reason=said)
    return review


@transaction.atomic
def hold_in_meeting(
    review_id: int, meeting_id: int | None, *, version: int, by: User, now: datetime
) -> CountyReview:
    """Say in which meeting of the county a review is talked over; None takes it back.

    Raises as `send_review`.
    """
    review = prepared_by(review_id, by)
    _check_not_ended(review)
    if meeting_id is not None and not meetings_of(review, by).filter(pk=meeting_id).exists():
        raise ReviewRefused("meeting-unknown", "meeting")
    before = {"meeting": review.meeting_id}
    claim_version(review, version)
    review.meeting_id = meeting_id
    review.save(update_fields=["meeting"])
    _log("hold_review", review, before, {"meeting": meeting_id}, by=by, now=now)
    return review


@transaction.atomic
def hand_out_review(
    review_id: int, *, language: str, reason: str, by: User, now: datetime
) -> CountyReview:
    """Write down that a pack leaves the console as a file, before it does.

    Raises `NotPermitted`, `NoSuchReview`, and `ReviewRefused` where it needs a reason, or a second
    person's word, which no page asks for yet.
    """
    check(by, Permission.EXPORT)
    review = reviews_for(by).select_related("pack").filter(pk=review_id).first()
    if review is None:
        raise NoSuchReview
    said = " ".join(reason.split())
    if is_classified(review):
        check(by, Permission.EXPORT_CLASSIFIED)
        if settings.POLLREADY_EXPORT_APPROVAL:
            raise ReviewRefused("needs-approval")
        if not said:
            raise ReviewRefused("reason-missing", "export_reason")
    if len(said) > REASON_MAX:
        raise ReviewRefused("text-too-long", "export_reason", most=REASON_MAX)
    after = {"sha256": review.pack.sha256, "language": language, "class": review.classification}
    _log("hand_out_review", review, None, after, by=by, now=now, reason=said)
    return review


def is_classified(review: CountyReview) -> bool:
    """Say whether a pack needs a reason and a permission of its own to be taken out."""
    return review.classification > Classification.NORMAL


def meetings_of(review: CountyReview, user: User) -> Any:
    """Give the meetings to come in which the county is reviewed."""
    return meetings_for(user).filter(
        round=review.round_id, kind=MeetingKind.COUNTY_REVIEW, county=review.county_id,
        state__in=RUNNING,
    )  # fmt: skip


def prepared_by(review_id: int, by: User) -> CountyReview:
    """Find a review for who prepares them; raises `NotPermitted`, `NoSuchReview`."""
    check_may_prepare(by)
    review = reviews_for(by).select_related("pack").filter(pk=review_id).first()
    if review is None:
        raise NoSuchReview
    return review


def _check_not_ended(review: CountyReview) -> None:
    if review.state == ReviewState.SIGNED_OFF:
        raise ReviewRefused("signed-off")
    if review.state == ReviewState.WITHDRAWN:
        raise ReviewRefused("withdrawn")


def _end(review: CountyReview, state: ReviewState, *, reason: str, now: datetime) -> None:
    review.state, review.ended_at, review.end_reason = state, now, reason
    review.save(update_fields=["state", "ended_at", "end_reason"])


def _entry(review: CountyReview, before: Any, after: Any) -> Entry:
    return Entry("county_review", str(review.pk), before, after)


def _log(
    command: str, review: CountyReview, before: Any, after: Any, *, by: User, now: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    record(
        actor=by.username, command=command, now=now, entries=[_entry(review, before, after)],
        reason=reason,
    )  # fmt: skip
