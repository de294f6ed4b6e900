"""Addresses of county reviews: packs, answers, signature, objections."""

from django.urls import URLPattern, path

from pollready.console.views import county_review_answers, county_reviews

urlpatterns: list[URLPattern] = [
    path("county-reviews/", county_reviews.review_list, name="county-reviews"),
    path("county-reviews/prepare/", county_reviews.prepare, name="county-reviews-prepare"),
    path("county-reviews/send/", county_reviews.send_prepared, name="county-reviews-send"),
    path("county-reviews/<int:review_id>/", county_reviews.review_page, name="county-review"),
    path("county-reviews/<int:review_id>/send/", county_reviews.send, name="county-review-send"),
    path(
        "county-reviews/<int:review_id>/withdraw/",
        county_reviews.withdraw,
        name="county-review-withdraw",
    ),
    path(
        "county-reviews/<int:review_id>/meeting/",
        county_reviews.meeting,
        name="county-review-meeting",
    ),
    path("county-reviews/<int:review_id>/pdf/", county_reviews.pdf, name="county-review-pdf"),
    path(
        "county-reviews/<int:review_id>/answer/",
        county_review_answers.answer,
        name="county-review-answer",
    ),
    path(
        "county-reviews/<int:review_id>/sign/",
        county_review_answers.sign,
        name="county-review-sign",
    ),
    path(
        "county-reviews/objections/<int:objection_id>/agenda/",
        county_review_answers.objection_agenda,
        name="county-review-objection-agenda",
    ),
    path(
        "county-reviews/objections/<int:objection_id>/follow-up/",
        county_review_answers.objection_follow_up,
        name="county-review-objection-follow-up",
    ),
]
