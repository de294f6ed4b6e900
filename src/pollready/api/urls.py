"""Addresses of the API: `/api/...`, with its description at `/api/openapi.json`."""

from typing import Any

from django.urls import URLPattern, path
from ninja import NinjaAPI

from pollready.api import causes, components, rounds, stations
from pollready.api.access import Session, Token
from pollready.api.errors import handle_errors

api = NinjaAPI(
    title="PollReady",
    version="1",
    urls_namespace="api",
    auth=[Token(), Session()],
    docs_url=None,  # the description is a file: tools read it, and no page has to be trusted
)
ROUTERS = [module.router for module in (rounds, stations, causes, components)]
for router in ROUTERS:
    api.add_router("", router)
handle_errors(api)


def _patterns() -> list[URLPattern]:
    """Give the API's addresses, each with the permission that its operation needs.

    The API's own two ways in stand in place of the console's. Its description holds nothing of
    any register, so that a tool may read it before anybody has signed in.
    """
    needed = {
        operation.view_func.__name__: getattr(operation.view_func, "permission", None)
        for router in ROUTERS
        for view in router.path_operations.values()
        for operation in view.operations
    }
    found = []
    for pattern in api.urls[0]:
        if not isinstance(pattern, URLPattern):
            continue
        view: Any = pattern.callback
        view.login_required = False  # read by Django's middleware
        view.permission = needed.get(pattern.name or "")  # read by the table of access
        found.append(pattern)
    return found


urlpatterns = [path("api/", (_patterns(), "api", "api"))]
