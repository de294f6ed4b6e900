"""Addresses of the console, one module a subject."""

from pollready.console.urls import lists, reading

urlpatterns = [
    *reading.urlpatterns,
    *lists.urlpatterns,
]
