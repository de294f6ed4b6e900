"""Reviews of counties: prepared, sent, answered item by item, signed, and proved unchanged."""

import pytest
from django.db import DatabaseError, transaction

from pollready.audit.frozen import freeze, unfreeze
from pollready.audit.models import AuditBatch
from pollready.audit.versions import ChangedMeanwhile
from pollready.committee.county_reviews.answering import (
    AnswersRefused,
    Said,
    answer_review,
    faults_of,
    follow_objection,
    put_on_agenda,
    sign_review,
)
from pollready.committee.county_reviews.commands import (
    hand_out_review,
    hold_in_meeting,
    prepare_reviews,
    send_all,
    send_review,
    withdraw_review,
)
from pollready.committee.county_reviews.errors import NoSuchReview, ReviewRefused
from pollready.committee.county_reviews.models import (
    CountyReview,
    ReviewItem,
    ReviewPack,
    ReviewSignOff,
    ReviewState,
)
from pollready.committee.county_reviews.queries import counties_for, reviews_for
from pollready.committee.meetings.commands import MeetingDraft, plan_meeting
from pollready.duties.follow_ups.commands import FollowUpDraft
from pollready.people.models import Role, User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Agency, Place
from tests.unit.committee.county_reviews.conftest import NOW, hash_read

pytestmark = pytest.mark.django_db


def signed(county):
    review = county.send()
    county.answer(review)
    sign_review(
        review.pk, typed_name="Reza Rad", read_hash=hash_read(review), by=county.governor, now=NOW
    )
    review.refresh_from_db()
    return review


def test_counties_stand_in_the_order_of_their_codes(county):
    codes = [each.code for each in counties_for(county.secretary, county.saved.round_id)]
    assert codes == ["01", "02", "03", "04"]


def test_one_call_prepares_every_county_in_scope(county):
    made = prepare_reviews(None, saved=county.saved, by=county.secretary, now=NOW)
    assert len(made.reviews) == 4
    assert AuditBatch.objects.filter(command="prepare_review").count() == 4


def test_a_pack_that_waits_to_be_sent_is_replaced(county):
    first, second = county.prepare(), county.prepare()
    first.refresh_from_db()
    assert (first.state, second.number) == (ReviewState.WITHDRAWN, 2)


def test_a_county_with_a_pack_to_answer_keeps_it(county):
    county.send()
    again = prepare_reviews([county.place.pk], saved=county.saved, by=county.secretary, now=NOW)
    assert again.reviews == ()
    assert again.still_with_county == (county.place,)


def test_a_governor_finds_his_countys_pack_once_it_is_sent(county):
    review = county.prepare()
    assert not reviews_for(county.governor).exists()
    send_review(review.pk, version=review.version, by=county.secretary, now=NOW)
    assert reviews_for(county.governor).get() == review
    assert not reviews_for(county.other).exists()


def test_neither_an_agency_nor_a_district_finds_the_pack_of_a_county(county):
    county.send()
    agent = User.objects.create(
        username="agent", role=Role.AGENCY_REPRESENTATIVE, agency=Agency.objects.get(code="PWR")
    )
    district = User.objects.create(username="district", role=Role.DISTRICT)
    district.places.add(Place.objects.get(parent=county.place))
    assert not reviews_for(agent).exists()
    assert not reviews_for(district).exists()


def test_a_pack_above_ones_class_is_not_found(county):
    review = county.send()
    CountyReview.objects.filter(pk=review.pk).update(classification=2)
    assert not reviews_for(county.governor).exists()


def test_only_the_committee_prepares_and_sends(county):
    with pytest.raises(NotPermitted):
        prepare_reviews(None, saved=county.saved, by=county.governor, now=NOW)
    with pytest.raises(NotPermitted):
        send_all(county.saved.round_id, by=county.governor, now=NOW)


def test_every_prepared_pack_is_sent_at_once(county):
    prepare_reviews(None, saved=county.saved, by=county.secretary, now=NOW)
    assert send_all(county.saved.round_id, by=county.secretary, now=NOW) == 4
    assert send_all(county.saved.round_id, by=county.secretary, now=NOW) == 0


def test_another_countys_governor_can_neither_answer_nor_sign(county):
    review = county.send()
    with pytest.raises(NoSuchReview):
        answer_review(review.pk, {}, version=review.version, by=county.other, now=NOW)
    with pytest.raises(NoSuchReview):
        sign_review(review.pk, typed_name="X", read_hash="", by=county.other, now=NOW)


def test_the_committee_cannot_answer_for_the_county(county):
    review = county.send()
    with pytest.raises(NotPermitted):
        answer_review(review.pk, {}, version=review.version, by=county.secretary, now=NOW)


def test_an_objection_needs_its_reason_and_nothing_is_kept_until_it_has_one(county):
    review = county.send()
    said = {1: Said("objected", "  "), 2: Said("agreed")}
    with pytest.raises(AnswersRefused) as refused:
        answer_review(review.pk, said, version=review.version, by=county.governor, now=NOW)
    assert list(refused.value.refusals) == [1]
    assert not review.items.exclude(answer="").exists()


def test_answers_can_change_until_they_are_signed(county):
    review = county.send()
    review = county.answer(review, {1: Said("objected", "No road.")}, agree_to_rest=False)
    assert review.state == ReviewState.SENT
    review = county.answer(review, {1: Said("agreed")})
    assert review.state == ReviewState.ANSWERED
    assert review.items.get(number=1).text == ""


def test_two_who_answer_at_once_are_told(county):
    review = county.send()
    county.answer(review, {1: Said("agreed")}, agree_to_rest=False)
    with pytest.raises(ChangedMeanwhile):
        answer_review(review.pk, {}, version=review.version, by=county.governor, now=NOW)


def test_a_review_is_signed_only_when_every_item_has_an_answer(county):
    review = county.send()
    county.answer(review, {1: Said("agreed")}, agree_to_rest=False)
    with pytest.raises(ReviewRefused, match="not-all-answered"):
        sign_review(review.pk, typed_name="R", read_hash="x", by=county.governor, now=NOW)


def test_a_review_is_signed_as_it_was_read(county):
    review = county.send()
    county.answer(review)
    read = hash_read(review)
    county.answer(review, {2: Said("objected", "Too late.")})
    with pytest.raises(ReviewRefused, match="changed-since-read"):
        sign_review(review.pk, typed_name="R", read_hash=read, by=county.governor, now=NOW)


def test_a_review_needs_a_typed_name(county):
    review = county.send()
    county.answer(review)
    with pytest.raises(ReviewRefused, match="name-missing"):
        sign_review(
            review.pk, typed_name=" ", read_hash=hash_read(review), by=county.governor, now=NOW
        )


def test_a_signed_review_never_changes_again(county):
    review = signed(county)
    with pytest.raises(ReviewRefused, match="signed-off"):
        county.answer(review, {1: Said("agreed")})
    with pytest.raises(ReviewRefused, match="signed-off"):
        withdraw_review(review.pk, reason="x", version=review.version, by=county.secretary, now=NOW)
    assert faults_of(review) == []
    assert county.prepare().number == 2  # a later objection has a review of its own


@pytest.mark.parametrize("table", [ReviewPack, ReviewSignOff])
def test_the_database_refuses_to_change_what_was_prepared_or_signed(county, table):
    signed(county)
    with pytest.raises(DatabaseError), transaction.atomic():
        table.objects.update(review_id=1)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda: ReviewPack.objects.update(canonical='{"form":"another"}'), "pack"),
        (lambda: ReviewItem.objects.filter(number=1).update(text="Nothing."), "answers"),
        (lambda: ReviewSignOff.objects.update(typed_name="Another"), "signature"),
        (lambda: ReviewSignOff.objects.update(signed_hash="0" * 64), "signature"),
        (lambda: ReviewSignOff.objects.all().delete(), "signature"),
        (lambda: CountyReview.objects.update(classification=0, number=9), "log"),
    ],
)
def test_whoever_gets_past_the_database_is_found_out(county, spoil, fault):
    review = signed(county)
    unfreeze()
    try:
        spoil()
    finally:
        freeze()
    assert fault in faults_of(CountyReview.objects.get(pk=review.pk))


def test_a_pack_that_was_replaced_with_its_hash_is_found_by_the_log(county):
    review = county.send()
    unfreeze()
    ReviewPack.objects.update(canonical="{}", sha256=hash_of_nothing())
    freeze()
    assert faults_of(CountyReview.objects.get(pk=review.pk)) == ["log"]


def hash_of_nothing():
    from pollready.committee.county_reviews.packing import hash_of

    return hash_of("{}")


def test_an_objection_becomes_an_item_of_an_agenda_and_a_follow_up(county):
    review = signed(county)
    item = review.items.get(answer="objected")
    draft = MeetingDraft("Review", "county_review", NOW, 1, county_id=county.place.pk)
    by = {"by": county.secretary, "now": NOW}
    meeting = plan_meeting(draft, round_id=review.round_id, **by)
    made = put_on_agenda(item.pk, meeting.pk, title="The road", **by)
    assert made.meeting == meeting
    with pytest.raises(ReviewRefused, match="on-agenda-already"):
        put_on_agenda(item.pk, meeting.pk, title="The road", **by)
    agency = Agency.objects.get(code="PWR").pk
    started = follow_objection(item.pk, FollowUpDraft("Clear it", agency, deadline="T-2"), **by)
    item.refresh_from_db()
    assert item.follow_up == started
    with pytest.raises(ReviewRefused, match="follow-up-already"):
        follow_objection(item.pk, FollowUpDraft("Again", agency, deadline="T-2"), **by)


def test_nothing_is_made_of_an_objection_before_it_is_signed(county):
    review = county.send()
    county.answer(review)
    item = review.items.get(answer="objected")
    with pytest.raises(NoSuchReview):
        put_on_agenda(item.pk, 1, title="x", by=county.secretary, now=NOW)


def test_a_review_is_held_in_a_meeting_of_its_own_county_alone(county):
    review = county.prepare()
    by = {"by": county.secretary, "now": NOW}
    here, there = (
        plan_meeting(MeetingDraft("R", "county_review", NOW, 1, county_id=pk),
                     round_id=review.round_id, **by)
        for pk in (county.place.pk, Place.objects.get(code="01").pk)
    )  # fmt: skip
    with pytest.raises(ReviewRefused, match="meeting-unknown"):
        hold_in_meeting(review.pk, there.pk, version=review.version, **by)
    assert hold_in_meeting(review.pk, here.pk, version=review.version, **by).meeting == here


def test_a_withdrawn_review_has_its_reason_and_takes_no_answer(county):
    review = county.send()
    with pytest.raises(ReviewRefused, match="reason-missing"):
        withdraw_review(review.pk, reason=" ", version=review.version, by=county.secretary, now=NOW)
    withdraw_review(
        review.pk, reason="Wrong list.", version=review.version, by=county.secretary, now=NOW
    )
    with pytest.raises(NoSuchReview):
        county.answer(review)


def test_a_classified_pack_leaves_with_a_reason_and_the_permission_alone(county):
    review = county.send()
    CountyReview.objects.update(classification=1)
    how = {"language": "fa", "now": NOW}
    with pytest.raises(NotPermitted):
        hand_out_review(review.pk, reason="For the meeting", by=county.governor, **how)
    with pytest.raises(ReviewRefused, match="reason-missing"):
        hand_out_review(review.pk, reason=" ", by=county.secretary, **how)
    hand_out_review(review.pk, reason="For the meeting", by=county.secretary, **how)
    assert AuditBatch.objects.filter(command="hand_out_review").count() == 1


def test_an_open_pack_leaves_without_a_reason(county):
    review = county.send()
    CountyReview.objects.update(classification=0)
    hand_out_review(review.pk, language="fa", reason="", by=county.governor, now=NOW)
    assert AuditBatch.objects.filter(command="hand_out_review").count() == 1
