"""Addresses of the console, one module a subject."""

from pollready.console.urls import reading

urlpatterns = [
    *reading.urlpatterns,
]
