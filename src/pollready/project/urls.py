"""Addresses of the faces: the console at the root, the API below `/api/`."""

from pollready.api.urls import urlpatterns as api_patterns
from pollready.console.urls import urlpatterns as console_patterns

urlpatterns = [*console_patterns, *api_patterns]

handler400 = "pollready.console.errors.bad_request"
handler403 = "pollready.console.errors.no_permission"
handler404 = "pollready.console.errors.not_found"
handler500 = "pollready.console.errors.server_error"
