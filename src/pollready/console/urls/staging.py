"""Addresses of staging plans."""

from django.urls import URLPattern, path

from pollready.console.views import staging

urlpatterns: list[URLPattern] = [
    path("staging/", staging.staging, name="staging"),
]
