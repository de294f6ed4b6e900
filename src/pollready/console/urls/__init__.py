"""Addresses of the console, one module a subject."""

from pollready.console.urls import (
    board,
    correct,
    county_reviews,
    duties,
    explore,
    find,
    follow_ups,
    importing,
    ledger,
    lists,
    map,
    meetings,
    people,
    reading,
    reports,
    scenarios,
)

urlpatterns = [
    *reading.urlpatterns,
    *board.urlpatterns,
    *correct.urlpatterns,
    *county_reviews.urlpatterns,
    *duties.urlpatterns,
    *explore.urlpatterns,
    *find.urlpatterns,
    *follow_ups.urlpatterns,
    *importing.urlpatterns,
    *ledger.urlpatterns,
    *lists.urlpatterns,
    *map.urlpatterns,
    *meetings.urlpatterns,
    *people.urlpatterns,
    *reports.urlpatterns,
    *scenarios.urlpatterns,
]
