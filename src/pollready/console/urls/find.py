"""The address of finding anything."""

from django.urls import URLPattern, path

from pollready.console.views.find import find

urlpatterns: list[URLPattern] = [path("find/", find, name="find")]
