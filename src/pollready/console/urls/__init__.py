"""Addresses of the console, one module a subject."""

from pollready.console.urls import (
    board,
    correct,
    explore,
    find,
    importing,
    lists,
    map,
    meetings,
    people,
    reading,
    scenarios,
)

urlpatterns = [
    *reading.urlpatterns,
    *board.urlpatterns,
    *correct.urlpatterns,
    *explore.urlpatterns,
    *find.urlpatterns,
    *importing.urlpatterns,
    *lists.urlpatterns,
    *map.urlpatterns,
    *meetings.urlpatterns,
    *people.urlpatterns,
    *scenarios.urlpatterns,
]
