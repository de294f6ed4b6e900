"""Coming in by a one-time link, and going out."""

from datetime import UTC, datetime

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from pollready.console.access import requires
from pollready.console.attempts import count_refusal, has_tried_too_often
from pollready.console.middleware import ConsoleRequest
from pollready.language import message, say
from pollready.people.commands import SignInRefused, use_sign_in_link


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def sign_in(request: ConsoleRequest, token: str) -> HttpResponse:
    """Show a button; only pressing it uses the link, so that a preview does not."""
    if request.method != "POST":
        return render(request, "sign_in/confirm.html")
    if has_tried_too_often(request):
        context = {"why": say("console.sign_in.too_often", request.language)}
        return render(request, "sign_in/refused.html", context, status=429)
    try:
        user = use_sign_in_link(token, now=datetime.now(UTC))
    except SignInRefused as refused:
        count_refusal(request)
        context = {"why": message(refused, request.language)}
        return render(request, "sign_in/refused.html", context, status=403)
    login(request, user)
    return redirect("overview")


@requires(None)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("signed-out")


@login_not_required
def signed_out(request: ConsoleRequest) -> HttpResponseBase:
    """Say how to come in; a part of a page that finds nobody signed in loads this whole page."""
    if request.htmx:
        return HttpResponseClientRedirect(reverse("signed-out"))
    return render(request, "sign_in/signed_out.html")
