"""The governor's office answers a review item by item and signs it; then it never changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pollready.audit.commands import Entry, record
from pollready.audit.models import AuditEntry
from pollready.audit.versions import claim_version
from pollready.committee.county_reviews.commands import prepared_by, prepared_values
from pollready.committee.county_reviews.errors import NoSuchReview, ReviewRefused
from pollready.committee.county_reviews.models import (
    ANSWER_MAX,
    NAME_MAX,
    Answer,
    CountyReview,
    ReviewItem,
    ReviewPack,
    ReviewSignOff,
    ReviewState,
)
from pollready.committee.county_reviews.packing import Pack, canonical, hash_of
from pollready.committee.county_reviews.queries import reviews_for
from pollready.committee.county_reviews.rules import speaks_for
from pollready.committee.follow_up_effects import start_measured
from pollready.committee.meetings.commands import add_item
from pollready.committee.meetings.models import AgendaItem
from pollready.duties.follow_ups.commands import FollowUpDraft
from pollready.duties.follow_ups.models import FollowUp
from pollready.people.models import User
from pollready.people.permissions import NotPermitted, Permission, check

SIGNED_FORM = "pollready-county-review-signed/1"


@dataclass(frozen=True, slots=True)
class Said:
    """What the county says of one item; an empty answer takes an earlier one back."""

    answer: str
    text: str = ""


class AnswersRefused(Exception):
    """Some answers cannot stand: `refusals` says why, by the number of each item."""

    code = "county-reviews.answers-refused"

    def __init__(self, refusals: Mapping[int, ReviewRefused]) -> None:
        self.refusals = refusals
        self.fields: dict[str, object] = {"items": len(refusals)}
        super().__init__(", ".join(map(str, refusals)))


@transaction.atomic
def answer_review(
    review_id: int, said: Mapping[int, Said], *, agree_to_rest: bool = False, version: int,
    by: User, now: datetime,
) -> CountyReview:  # fmt: skip
    """Keep the county's answers by the numbers of items; all of them stand, or none.

    With `agree_to_rest` every item that has no answer then is agreed to. Raises `NotPermitted`,
    `NoSuchReview`, `ReviewRefused`, `AnswersRefused`, `ChangedMeanwhile`.
    """
    review = _answered_by(review_id, by)
    items = {item.number: item for item in review.items.all()}
    kept = {number: each for number, each in said.items() if number in items}
    refusals = {number: why for number, each in kept.items() if (why := _refusal(each))}
    if refusals:
        raise AnswersRefused(refusals)
    claim_version(review, version)
    entries = []
    for number, item in items.items():
        each = kept.get(number, Said(item.answer, item.text))
        if not each.answer and agree_to_rest:
            each = Said(Answer.AGREED)
        if entry := _keep(item, each, by, now):
            entries.append(entry)
    is_whole = all(item.answer for item in items.values())
    review.state = ReviewState.ANSWERED if is_whole else ReviewState.SENT
    review.save(update_fields=["state"])
    if entries:
        record(actor=by.username, command="answer_review", now=now, entries=entries)
    return review


def _refusal(said: Said) -> ReviewRefused | None:
    if said.answer and said.answer not in Answer.values:
        return ReviewRefused("answer-unknown", "answer")
    if said.answer == Answer.OBJECTED and not said.text.strip():
        return ReviewRefused("objection-without-reason", "text")
    if len(said.text.strip()) > ANSWER_MAX:
        return ReviewRefused("text-too-long", "text", most=ANSWER_MAX)
    if said.text.strip() and not said.answer:
        return ReviewRefused("text-without-answer", "answer")
    return None


def _keep(item: ReviewItem, said: Said, by: User, now: datetime) -> Entry | None:
    text = said.text.strip()
    if (item.answer, item.text) == (said.answer, text):
        return None
    before = {"answer": item.answer, "text": item.text}
    item.answer, item.text = said.answer, text
    item.answered_by, item.answered_at = (by, now) if said.answer else (None, None)
    item.save(update_fields=["answer", "text", "answered_by", "answered_at"])
    return Entry("county_review_item", str(item.pk), before, {"answer": said.answer, "text": text})


@transaction.atomic
def sign_review(
    review_id: int, *, typed_name: str, read_hash: str, by: User, now: datetime
) -> ReviewSignOff:
    """Sign a review as it was read (`read_hash`), once every item has an answer.

    Raises `NotPermitted`, `NoSuchReview`, `ReviewRefused`.
    """
    review = _answered_by(review_id, by)
    name = " ".join(typed_name.split())
    if not name:
        raise ReviewRefused("name-missing", "typed_name")
    if len(name) > NAME_MAX:
        raise ReviewRefused("text-too-long", "typed_name", most=NAME_MAX)
    if faults_of(review):
        raise ReviewRefused("pack-broken")
    waiting = review.items.filter(answer="").count()
    if waiting:
        raise ReviewRefused("not-all-answered", items=waiting)
    content = canonical(signed_content(review))
    if hash_of(content) != read_hash:
        raise ReviewRefused("changed-since-read")
    claim_version(review, review.version)
    signed = ReviewSignOff.objects.create(
        review=review, user=by, typed_name=name, at=now, content=content,
        signed_hash=hash_of(content),
    )  # fmt: skip
    review.state, review.ended_at = ReviewState.SIGNED_OFF, now
    review.save(update_fields=["state", "ended_at"])
    entry = Entry("county_review", str(review.pk), None, signed_values(signed))
    record(actor=by.username, command="sign_review", now=now, entries=[entry])
    return signed


def signed_content(review: CountyReview) -> Pack:
    """Give what is signed: which pack, and every answer to it."""
    return {
        "form": SIGNED_FORM,
        "review": review.pk,
        "pack": review.pack.sha256,
        "answers": [[item.number, item.answer, item.text] for item in review.items.all()],
    }


def signed_values(signed: ReviewSignOff) -> dict[str, Any]:
    """Give a signature as the log tells of it."""
    return {"name": signed.typed_name, "signed_hash": signed.signed_hash}


def faults_of(review: CountyReview) -> list[str]:
    """Recompute every hash of a review; give what is not as it was.

    `pack`: it is another than its hash says. `log`: the log keeps another hash, or none. Of a
    review that is signed off: `answers`, they are others than those signed; `signature`, the
    signed text is another, or the log keeps another hash of it.
    """
    return list(_faults(review))


def _faults(review: CountyReview) -> Iterator[str]:
    pack = ReviewPack.objects.filter(review=review).first()
    if pack is None or hash_of(pack.canonical) != pack.sha256:
        yield "pack"
        return
    if _logged(review, "prepare_review") != [prepared_values(review)]:
        yield "log"
    signed = ReviewSignOff.objects.filter(review=review).first()
    if signed is None:
        if review.state == ReviewState.SIGNED_OFF:
            yield "signature"
        return
    if signed.content != canonical(signed_content(review)):
        yield "answers"
    is_whole = hash_of(signed.content) == signed.signed_hash
    if not is_whole or _logged(review, "sign_review") != [signed_values(signed)]:
        yield "signature"


def _logged(review: CountyReview, command: str) -> list[Any]:
    """Give what the log says that a command left, but for what it ended."""
    entries = AuditEntry.objects.filter(
        object_type="county_review", object_id=str(review.pk), batch__command=command
    )
    return [entry.after for entry in entries if entry.before is None]


# What the committee makes of an objection


@transaction.atomic
def put_on_agenda(
    item_id: int, meeting_id: int, *, title: str, by: User, now: datetime
) -> AgendaItem:
    """Have an objection talked over in a meeting.

    Raises `NotPermitted`, `NoSuchReview`, `ReviewRefused`, and what `add_item` raises.
    """
    item = _objection(item_id, by)
    if item.agenda_item_id is not None:
        raise ReviewRefused("on-agenda-already")
    made = add_item(meeting_id, title=title, by=by, now=now)
    item.agenda_item = made
    _tie(item, "agenda_item", made.pk, by, now)
    return made


@transaction.atomic
def follow_objection(item_id: int, draft: FollowUpDraft, *, by: User, now: datetime) -> FollowUp:
    """Start a follow-up for an objection; raises as `put_on_agenda`, and as `start_measured`."""
    check(by, Permission.EDIT_DUTIES)
    item = _objection(item_id, by)
    if item.follow_up_id is not None:
        raise ReviewRefused("follow-up-already")
    made = start_measured(draft, round_id=item.review.round_id, by=by, now=now)
    item.follow_up = made
    _tie(item, "follow_up", made.pk, by, now)
    return made


def _tie(item: ReviewItem, name: str, key: int, by: User, now: datetime) -> None:
    item.save(update_fields=[name])
    entry = Entry("county_review_item", str(item.pk), {name: None}, {name: key})
    record(actor=by.username, command="settle_objection", now=now, entries=[entry])


def objection_for(user: User, item_id: int) -> ReviewItem | None:
    """Find an objection in a review that was signed off."""
    return (
        ReviewItem.objects.filter(
            pk=item_id, answer=Answer.OBJECTED, review__in=reviews_for(user),
            review__state=ReviewState.SIGNED_OFF,
        )
        .select_related("review__county", "review__round", "review__pack")
        .first()
    )  # fmt: skip


def _objection(item_id: int, by: User) -> ReviewItem:
    item = objection_for(by, item_id)
    if item is None:
        raise NoSuchReview
    prepared_by(item.review_id, by)
    return item


def _answered_by(review_id: int, by: User) -> CountyReview:
    check(by, Permission.ANSWER_REVIEW)
    review = reviews_for(by).select_related("pack").filter(pk=review_id).first()
    if review is None:
        raise NoSuchReview
    if not speaks_for(by, review):
        raise NotPermitted(Permission.ANSWER_REVIEW)
    if review.state == ReviewState.SIGNED_OFF:
        raise ReviewRefused("signed-off")
    if not review.is_with_county:
        raise ReviewRefused("not-sent")
    return review
