"""Addresses of the board of obstacles, its cases, and where one was named."""

from django.urls import URLPattern, path

from pollready.console.views import case_comments, case_steps, cases, cases_bulk

urlpatterns: list[URLPattern] = [
    path("causes/", cases.board, name="causes"),
    path("causes/<int:cause_id>/", cases.cause_page, name="cause"),
    path("obstacles/bulk/", cases_bulk.cases_bulk, name="cases-bulk"),
    path("obstacles/<int:case_id>/", cases.case_page, name="case"),
    path("obstacles/<int:case_id>/checking/", cases.case_checking, name="case-checking"),
    path("obstacles/<int:case_id>/state/", case_steps.case_state, name="case-state"),
    path("obstacles/<int:case_id>/assign/", case_steps.case_assign, name="case-assign"),
    path(
        "obstacles/<int:case_id>/claim-fixed/",
        case_steps.case_claim_fixed,
        name="case-claim-fixed",
    ),
    path("obstacles/<int:case_id>/recheck/", case_steps.case_recheck, name="case-recheck"),
    path("obstacles/<int:case_id>/waive/", case_steps.case_waive, name="case-waive"),
    path("obstacles/<int:case_id>/comments/", case_comments.case_comment, name="case-comment"),
    path(
        "obstacles/comments/<int:event_id>/",
        case_comments.case_comment_edit,
        name="case-comment-edit",
    ),
    path("mentions/", case_comments.mentions, name="mentions"),
]
