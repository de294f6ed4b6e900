"""The switch between Persian and English."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from pollready.console.middleware import LANGUAGE_COOKIE, ConsoleRequest
from pollready.language import LANGUAGES
from pollready.people.commands import choose_language

KEPT = timedelta(days=365)


@login_not_required
@require_POST
def switch_language(request: ConsoleRequest) -> HttpResponse:
    """Keep the chosen language for this browser and this user, and go back to the page."""
    chosen = request.POST.get("language", "")
    if chosen not in LANGUAGES:
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        choose_language(request.user, chosen, now=datetime.now(UTC))
    response = HttpResponseRedirect(back_to(request))
    response.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def back_to(request: ConsoleRequest) -> str:
    """Give the page that the form stood on; never an address outside this console."""
    page = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return page
    return reverse("overview")
