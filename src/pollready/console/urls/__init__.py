"""Addresses of the console, one module a subject."""

from pollready.console.urls import (
    board,
    correct,
    duties,
    explore,
    find,
    importing,
    lists,
    map,
    people,
    reading,
    scenarios,
)

urlpatterns = [
    *reading.urlpatterns,
    *board.urlpatterns,
    *correct.urlpatterns,
    *duties.urlpatterns,
    *explore.urlpatterns,
    *find.urlpatterns,
    *importing.urlpatterns,
    *lists.urlpatterns,
    *map.urlpatterns,
    *people.urlpatterns,
    *scenarios.urlpatterns,
]
