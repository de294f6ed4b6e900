"""Who prepares, reads, answers and signs reviews of counties."""

from pollready.committee.county_reviews.models import CountyReview, ReviewState
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import is_of_agency, places_of


def may_prepare(user: User) -> bool:
    """Say whether the user prepares, sends and withdraws reviews, and sees objections."""
    return may(user, Permission.HOLD_MEETINGS) or may(user, Permission.EDIT_DUTIES)


def may_answer(user: User, review: CountyReview) -> bool:
    """Say whether the user answers and signs a review now: of his own county alone."""
    return review.is_with_county and speaks_for(user, review)


def speaks_for(user: User, review: CountyReview) -> bool:
    """Say whether the user is of the office whose review it is."""
    if not may(user, Permission.ANSWER_REVIEW) or is_of_agency(user):
        return False
    places = places_of(user)
    return places is not None and places.filter(pk=review.county_id).exists()


def may_send(user: User, review: CountyReview) -> bool:
    """Say whether the user can hand the pack over to the county."""
    return may_prepare(user) and review.state == ReviewState.PREPARED


def may_withdraw(user: User, review: CountyReview) -> bool:
    """Say whether the user can take a review back; what is signed off stands."""
    return may_prepare(user) and review.ended_at is None
