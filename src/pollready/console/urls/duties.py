"""Addresses of duties, of who owes what, and of one's calendar."""

from django.urls import URLPattern, path

from pollready.console.views import calendars, duties, duty_writing

urlpatterns: list[URLPattern] = [
    path("duties/", duties.duty_list, name="duties"),
    path("duties/new/", duty_writing.duty_new, name="duty-new"),
    path("duties/covered/", duty_writing.duty_covered, name="duty-covered"),
    path("duties/matrix/", duties.duty_matrix, name="duty-matrix"),
    path("duties/calendar/", calendars.calendar_page, name="duty-calendar"),
    path("duties/calendar/end/", calendars.calendar_end, name="duty-calendar-end"),
    path("duties/<int:duty_id>/", duties.duty_page, name="duty"),
    path("duties/<int:duty_id>/edit/", duty_writing.duty_edit, name="duty-edit"),
    path("duties/<int:duty_id>/done/", duty_writing.duty_done, name="duty-done"),
    path("duties/<int:duty_id>/hand-back/", duty_writing.duty_hand_back, name="duty-hand-back"),
    path("duties/<int:duty_id>/end/", duty_writing.duty_end, name="duty-end"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar-feed"),
]
