"""Two counties of the small register with something of every kind that a pack holds."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from pollready.assessment.models import SavedAssessment
from pollready.committee.county_reviews.answering import Said, answer_review, signed_content
from pollready.committee.county_reviews.commands import prepare_reviews, send_review
from pollready.committee.county_reviews.models import CountyReview
from pollready.committee.county_reviews.packing import canonical, hash_of
from pollready.committee.follow_up_effects import start_measured
from pollready.committee.meetings.saying import suggest
from pollready.duties.commands import DutyDraft, enter_duty
from pollready.duties.follow_ups.commands import FollowUpDraft
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.register.models import Source
from pollready.resources.models import ResourceLot

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
# The last county by code has the station with the incident, and an office of its own.
CODE, OTHER = "02", "01"


@dataclass
class County:
    """A county, its governor, who prepares its review, and another county's governor."""

    saved: SavedAssessment
    place: Place
    secretary: User
    governor: User
    other: User

    def prepare(self) -> CountyReview:
        (review,) = prepare_reviews(
            [self.place.pk], saved=self.saved, by=self.secretary, now=NOW
        ).reviews
        return review

    def send(self) -> CountyReview:
        review = self.prepare()
        return send_review(review.pk, version=review.version, by=self.secretary, now=NOW)

    def answer(self, review, said=None, *, agree_to_rest=True) -> CountyReview:
        review.refresh_from_db()
        return answer_review(
            review.pk, said or {1: Said("objected", "The road is closed.")},
            agree_to_rest=agree_to_rest, version=review.version, by=self.governor, now=NOW,
        )  # fmt: skip


def hash_read(review) -> str:
    return hash_of(canonical(signed_content(CountyReview.objects.get(pk=review.pk))))


@pytest.fixture
def county(assessed) -> County:
    """Add duties, follow-ups, means and a suggestion to the small register."""
    secretary = User.objects.create(username="secretary", role=Role.SECRETARY)
    governors = []
    for code in (CODE, OTHER):
        governor = User.objects.create(username=f"governor-{code}", role=Role.GOVERNOR)
        governor.places.add(Place.objects.get(code=code))
        governors.append(governor)
    place = Place.objects.get(code=CODE)
    round_id, by = assessed.round.pk, {"by": secretary, "now": NOW}
    power = Agency.objects.get(code="PWR")
    for draft in (
        DutyDraft("Name who holds the keys", office=Role.GOVERNOR, deadline="T-8"),
        DutyDraft("Bring a generator", agency_id=power.pk, covers="stations", deadline="T-20",
                  query="county=02"),
        DutyDraft("Light elsewhere", agency_id=power.pk, covers="stations", query="county=01"),
    ):  # fmt: skip
        enter_duty(draft, round_id=round_id, **by)
    here = [each.pk for each in assessed.listings if each.point.place.parent_id == place.pk]
    there = [each.pk for each in assessed.listings if each.point.place.parent_id != place.pk]
    for draft in (
        FollowUpDraft("Move the station", office=Role.GOVERNOR, deadline="T-2"),
        FollowUpDraft("Test the line of FD-17", agency_id=power.pk, deadline="T-2",
                      covers="stations", objects=tuple(here)),
        FollowUpDraft("Elsewhere alone", agency_id=power.pk, deadline="T-2", covers="stations",
                      objects=tuple(there)),
    ):  # fmt: skip
        start_measured(draft, round_id=round_id, **by)
    source = Source.objects.get(lineage="workbook")
    for code, delivered in ((CODE, 2), (CODE, 9), (OTHER, 1)):
        ResourceLot.objects.create(
            round=assessed.round, agency=power, kind="generator", source=source,
            model=f"{code}-{delivered}", county=Place.objects.get(code=code), pledged=9,
            delivered=delivered, tested=delivered, depot=f"depot of {code}",
        )  # fmt: skip
    suggest(round_id=round_id, about=f"listing-{here[0]}", text="A second card", **by)
    return County(assessed.saved, place, secretary, *governors)
