"""Addresses of meetings: agenda, items in the room, suggestions, decisions and minutes."""

from django.urls import URLPattern, path

from pollready.console.views import (
    meeting_decisions,
    meeting_items,
    meeting_planning,
    meeting_suggestions,
    meetings,
    minutes,
)

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/new/", meeting_planning.meeting_new, name="meeting-new"),
    path("meetings/<int:meeting_id>/", meetings.meeting_page, name="meeting"),
    path("meetings/<int:meeting_id>/edit/", meeting_planning.meeting_edit, name="meeting-edit"),
    path("meetings/<int:meeting_id>/state/", meetings.meeting_state, name="meeting-state"),
    path("meetings/<int:meeting_id>/members/", meetings.meeting_members, name="meeting-members"),
    path("meetings/<int:meeting_id>/agenda/", meetings.meeting_agenda, name="meeting-agenda"),
    path("meetings/<int:meeting_id>/items/", meetings.item_add, name="meeting-item-add"),
    path("meetings/<int:meeting_id>/addendum/", minutes.addendum, name="meeting-addendum"),
    path("meetings/items/<int:item_id>/", meeting_items.item_page, name="meeting-item"),
    path("meetings/items/<int:item_id>/edit/", meeting_items.item_edit, name="meeting-item-edit"),
    path(
        "meetings/items/<int:item_id>/order/", meeting_items.item_order, name="meeting-item-order"
    ),
    path("meetings/items/<int:item_id>/view/", meeting_items.item_view, name="meeting-item-view"),
    path(
        "meetings/items/<int:item_id>/suggest/",
        meeting_items.item_suggest,
        name="meeting-item-suggest",
    ),
    path(
        "meetings/items/<int:item_id>/decide/",
        meeting_decisions.decision_new,
        name="meeting-item-decide",
    ),
    path("meetings/about/<str:subject>/", meeting_items.object_page, name="meeting-object"),
    path(
        "meetings/suggestions/<int:suggestion_id>/",
        meeting_suggestions.suggestion_page,
        name="meeting-suggestion",
    ),
    path(
        "meetings/suggestions/<int:suggestion_id>/changes/",
        meeting_suggestions.suggestion_changes,
        name="meeting-suggestion-changes",
    ),
    path(
        "meetings/suggestions/<int:suggestion_id>/try/",
        meeting_suggestions.suggestion_try,
        name="meeting-suggestion-try",
    ),
    path(
        "meetings/suggestions/<int:suggestion_id>/answer/",
        meeting_suggestions.suggestion_answer,
        name="meeting-suggestion-answer",
    ),
    path(
        "meetings/decisions/<int:decision_id>/",
        meeting_decisions.decision_page,
        name="meeting-decision",
    ),
    path("meetings/minutes/<int:minutes_id>/", minutes.minutes_page, name="meeting-minutes"),
    path("meetings/minutes/<int:minutes_id>/sign/", minutes.sign, name="meeting-minutes-sign"),
    path(
        "meetings/minutes/<int:minutes_id>/freeze/", minutes.freeze, name="meeting-minutes-freeze"
    ),
    path("meetings/minutes/<int:minutes_id>/scan/", minutes.scan, name="meeting-minutes-scan"),
    path("meetings/minutes/<int:minutes_id>/pdf/", minutes.pdf, name="meeting-minutes-pdf"),
    path("meetings/minutes/<int:minutes_id>/docx/", minutes.docx, name="meeting-minutes-docx"),
    path(
        "meetings/minutes/<int:minutes_id>/edited/", minutes.edited, name="meeting-minutes-edited"
    ),
    path("meetings/scans/<int:scan_id>/", minutes.scan_file, name="meeting-scan"),
]
