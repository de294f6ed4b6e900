"""The page of a staging plan: where people and spares wait, desks, couriers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pollready.console.access import requires
from pollready.console.context import read
from pollready.console.middleware import ConsoleRequest
from pollready.console.staging import StagingPage
from pollready.console.views.overview import nothing_assessed
from pollready.language import message
from pollready.people.permissions import Permission
from pollready.planning.staging.sites import TooManyWays


@requires(Permission.SEE_REGISTER)
@require_safe
def staging(request: ConsoleRequest) -> HttpResponse:
    """Show the plan that the address asks for; what cannot be read is said beside its field."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "staging.title")
    page = StagingPage(reading, request.user, request.GET)
    refusal = ""
    try:
        _ = page.plan
    except TooManyWays as refused:
        refusal = message(refused, request.language)
    return render(request, "staging/staging.html", {"page": page, "refusal": refusal})
