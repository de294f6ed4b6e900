"""Addresses of the console, one module a subject."""

from pollready.console.urls import (
    board,
    correct,
    explore,
    find,
    importing,
    lists,
    map,
    people,
    reading,
    reports,
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
    *people.urlpatterns,
    *reports.urlpatterns,
    *scenarios.urlpatterns,
]
