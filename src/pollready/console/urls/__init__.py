"""Addresses of the console, one module a subject."""

from pollready.console.urls import (
    board,
    correct,
    explore,
    find,
    importing,
    ledger,
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
    *explore.urlpatterns,
    *find.urlpatterns,
    *importing.urlpatterns,
    *ledger.urlpatterns,
    *lists.urlpatterns,
    *map.urlpatterns,
    *people.urlpatterns,
    *scenarios.urlpatterns,
]
