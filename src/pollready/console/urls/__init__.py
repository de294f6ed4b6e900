"""Addresses of the console, one module a subject."""

from pollready.console.urls import (
    board,
    correct,
    lists,
    people,
    reading,
    scenarios,
)

urlpatterns = [
    *reading.urlpatterns,
    *board.urlpatterns,
    *correct.urlpatterns,
    *lists.urlpatterns,
    *people.urlpatterns,
    *scenarios.urlpatterns,
]
