"""One's own tokens: what lets a program ask the API in one's name."""

from datetime import UTC, datetime

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pollready.console.access import requires
from pollready.console.account_forms import TokenForm
from pollready.console.middleware import ConsoleRequest
from pollready.language import say
from pollready.people.tokens import make_api_token, revoke_api_token, tokens_of

# Where a new token waits for the page that shows it once.
FRESH = "fresh_api_token"


@requires(None)
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth is untyped
def tokens(request: ConsoleRequest) -> HttpResponse:
    """List one's tokens and make another, which is shown once."""
    now = datetime.now(UTC)
    form = TokenForm(request.POST if request.method == "POST" else None, language=request.language)
    if form.is_valid():
        request.session[FRESH] = make_api_token(
            by=request.user, name=form.cleaned_data["name"], now=now
        )
        return redirect("account-tokens")
    context = {
        "form": form,
        "tokens": tokens_of(request.user, now=now),
        "fresh": request.session.pop(FRESH, "") if request.method == "GET" else "",
    }
    status = 422 if form.errors else 200
    return render(request, "account/tokens.html", context, status=status)


@requires(None)
@require_POST
def revoke(request: ConsoleRequest, token_id: int) -> HttpResponse:
    """End one of one's tokens at once."""
    now = datetime.now(UTC)
    token = get_object_or_404(tokens_of(request.user, now=now), pk=token_id)
    revoke_api_token(token, by=request.user, now=now)
    messages.success(request, say("account.done.token_revoked", request.language, name=token.name))
    return redirect("account-tokens")
