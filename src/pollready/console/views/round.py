"""The switch between rounds of elections."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from pollready.console.access import requires
from pollready.console.frame import ROUND_IN_SESSION
from pollready.console.middleware import ConsoleRequest
from pollready.people.scopes import rounds_for


@requires(None)
@require_POST
def choose_round(request: ConsoleRequest) -> HttpResponse:
    """Show this round's pages from now on; the overview is the same place in every round."""
    code = request.POST.get("round", "").replace("\0", "")  # PostgreSQL takes no NUL
    request.session[ROUND_IN_SESSION] = get_object_or_404(rounds_for(request.user), code=code).pk
    return HttpResponseRedirect(reverse("overview"))
