"""Where allauth meets the console: our words, our sessions, only the steps that we have."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from pollready.console.ciphers import decrypted, encrypted
from pollready.console.sessions import STEP_DUE, begin_session, signed_in_lately
from pollready.language import UnknownPhrase, digits, say
from pollready.people.second_step import has_second_step, must_have_second_step


def said_error(code: str) -> ValidationError:
    """Say what is wrong as the console says it; allauth's own sentences are English only."""
    return ValidationError(say(f"account.error.{code}", context.request.language), code=code)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by user name; nobody signs up, and nothing is sent by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def validation_error(self, code: str, *args: object) -> ValidationError:
        return said_error(code)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: Mapping[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what was done by the phrase named as allauth's template is; else say nothing."""
        name = (message_template or "").rpartition("/")[2].removesuffix(".txt")
        try:
            said = message or say(f"account.done.{name}", context.request.language)
        except UnknownPhrase:
            return
        messages.add_message(request, level, said, extra_tags=extra_tags)

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Send nothing: there is no mail on a closed network; the audit log tells instead."""

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Leave the counting of wrong passwords to axes, which survives a restart."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(request.META.get("REMOTE_ADDR") or "local")

    def is_safe_url(self, url: str | None) -> bool:
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        begin_session(request, user, now=datetime.now(UTC))
        if must_have_second_step(user) and not has_second_step(user):
            request.session[STEP_DUE] = True

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponseBase:
        messages.error(request, say("account.error.closed", context.request.language))
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Ask again for the password before a second step changes, unless just signed in."""
        return not signed_in_lately(context.request, now=datetime.now(UTC))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ask for the password; of who has none, for a code."""
        if not user.is_authenticated:
            return []
        if user.has_usable_password():
            return [{"id": "reauthenticate", "url": reverse("account_reauthenticate")}]
        if has_second_step(user):
            return [{"id": "mfa_reauthenticate", "url": reverse("mfa_reauthenticate")}]
        return []


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Second steps whose secrets are kept encrypted, and named in the reader's language."""

    def validation_error(self, code: str, *args: object) -> ValidationError:
        return said_error(code)

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text)

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Number a passkey that its owner gave no name."""
        language = context.request.language
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return say("account.passkey.unnamed", language, number=digits(str(count + 1), language))
