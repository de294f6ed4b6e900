"""Addresses of the console, one module a subject."""

from pollready.console.urls import (
    lists,
    people,
    reading,
)

urlpatterns = [
    *reading.urlpatterns,
    *lists.urlpatterns,
    *people.urlpatterns,
]
