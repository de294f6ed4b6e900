"""Addresses of the console, one module a subject."""

from pollready.console.urls import reading

urlpatterns = [
    *reading.urlpatterns,
]

handler400 = "pollready.console.errors.bad_request"
handler403 = "pollready.console.errors.no_permission"
handler404 = "pollready.console.errors.not_found"
handler500 = "pollready.console.errors.server_error"
