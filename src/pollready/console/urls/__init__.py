"""Addresses of the console, one module a subject."""

from pollready.console.urls import (
    correct,
    lists,
    people,
    reading,
)

urlpatterns = [
    *reading.urlpatterns,
    *correct.urlpatterns,
    *lists.urlpatterns,
    *people.urlpatterns,
]
