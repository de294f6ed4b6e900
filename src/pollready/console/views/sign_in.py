"""Coming in by password, passkey or one-time link, and going out."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from pollready.console.access import requires
from pollready.console.account_forms import NewPasswordForm
from pollready.console.attempts import count_refusal, has_tried_too_often
from pollready.console.middleware import ConsoleRequest, language_of
from pollready.console.passkeys import passkeys_work
from pollready.console.sessions import begin_session
from pollready.language import message, say
from pollready.people.commands import SignInRefused, open_link, use_sign_in_link
from pollready.people.models import LinkPurpose, SignInLink
from pollready.people.passwords import choose_password_by_link
from pollready.people.sessions import forget_session

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORM = "sign_in/form.html"


class _SignInForm(LoginView):  # type: ignore[misc]  # allauth is untyped
    template_name = FORM

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form; a part of a page that finds nobody signed in loads the whole form."""
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(reverse("account_login"))
        response: HttpResponseBase = super().get(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"passkeys_work": passkeys_work(self.request)}

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response


class _SecondStep(AuthenticateView):  # type: ignore[misc]  # allauth is untyped
    template_name = "sign_in/second_step.html"

    def form_valid(self, form: Any) -> HttpResponse:
        used = getattr(form, "authenticator", None) or form.cleaned_data["credential"]
        self.request.second_step = used.type
        response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        types = set(
            Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True)
        )
        return context | {
            "types": types,
            "by_passkey": Authenticator.Type.WEBAUTHN in types and passkeys_work(self.request),
        }


class _Passkey(LoginWebAuthnView):  # type: ignore[misc]  # allauth is untyped
    def form_valid(self, form: Any) -> HttpResponse:
        self.request.second_step = Authenticator.Type.WEBAUTHN
        response: HttpResponse = super().form_valid(form)
        return response


sign_in_form = login_not_required(_SignInForm.as_view())
second_step = login_not_required(_SecondStep.as_view())
passkey = login_not_required(_Passkey.as_view())


def form_again(request: HttpRequest, form: Any, words: str) -> HttpResponse:
    """Show the form of signing in with a sentence above it, to who must wait."""
    context = {"form": form, "wait": words, "passkeys_work": passkeys_work(request)}
    return render(request, FORM, context, status=429)


@login_not_required
@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Forget a sign-in that stopped at its second step."""
    request.session.flush()
    return redirect("account_login")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
@sensitive_variables("token")
def by_link(request: ConsoleRequest, token: str) -> HttpResponse:
    """Show what the link is for; only the button uses it, so that a preview does not."""
    link = open_link(token, now=datetime.now(UTC))
    if link is not None and link.purpose != LinkPurpose.SIGN_IN:
        return _choose_password(request, token, link)
    if request.method != "POST":
        return render(request, "sign_in/confirm.html")
    if has_tried_too_often(request):
        return _refused(request, say("console.sign_in.too_often", request.language), status=429)
    try:
        user = use_sign_in_link(token, now=datetime.now(UTC))
    except SignInRefused as refused:
        count_refusal(request)
        return _refused(request, message(refused, request.language))
    login(request, user, backend=BACKEND)
    begin_session(request, user, now=datetime.now(UTC))
    if not user.has_usable_password():
        messages.warning(request, _ask_for_password(request))
    return redirect("overview")


def _ask_for_password(request: ConsoleRequest) -> str:
    """Say that there is no password yet, with the way to one, in the language of who came."""
    language = language_of(request)
    return format_html(
        '{} <a href="{}">{}</a>',
        say("account.password.missing", language),
        reverse("account-password"),
        say("account.password.choose", language),
    )


def _choose_password(request: ConsoleRequest, token: str, link: SignInLink) -> HttpResponse:
    """Take the password chosen with an invitation or a reset, then sign in as with it."""
    form = NewPasswordForm(request.POST or None, language=request.language)
    if form.is_valid():
        try:
            user = choose_password_by_link(
                token, form.cleaned_data["password"], now=datetime.now(UTC)
            )
        except ValidationError as weak:
            form.add_error("password", weak)
        except SignInRefused as refused:
            return _refused(request, message(refused, request.language))
        else:
            request.session.flush()  # whoever was signed in here before is not the invited
            messages.success(request, say("account.done.password_chosen", request.language))
            return _sign_in_as(request, user)
    context = {"form": form, "link": link}
    status = 422 if form.errors else 200
    return render(request, "sign_in/choose_password.html", context, status=status)


def _sign_in_as(request: ConsoleRequest, user: Any) -> HttpResponse:
    """Go on as after the right password: the second step, where there is one, is asked for."""
    response: HttpResponse = perform_login(request, Login(user=user))
    return response


def _refused(request: ConsoleRequest, why: str, *, status: int = 403) -> HttpResponse:
    return render(request, "sign_in/refused.html", {"why": why}, status=status)


@requires(None)
@require_POST
def sign_out(request: ConsoleRequest) -> HttpResponse:
    """End the session."""
    forget_session(request.session.session_key or "")
    logout(request)
    messages.success(request, say("account.done.signed_out", request.language))
    return redirect("account_login")
