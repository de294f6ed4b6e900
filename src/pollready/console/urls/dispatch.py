"""Addresses of dispatch: routes of a day, who goes now, sheets to print, a file."""

from django.urls import URLPattern, path

from pollready.console.views import dispatch

urlpatterns: list[URLPattern] = [
    path("dispatch/", dispatch.dispatch, name="dispatch"),
    path("dispatch/now/", dispatch.dispatch_now, name="dispatch-now"),
    path("dispatch/sheets/", dispatch.dispatch_sheets, name="dispatch-sheets"),
    path("dispatch/export/", dispatch.dispatch_export, name="dispatch-export"),
    path("dispatch/now/export/", dispatch.dispatch_now_export, name="dispatch-now-export"),
]
