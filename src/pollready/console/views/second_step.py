"""One's own second step: app, passkeys, recovery codes. Allauth checks, the log records."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa import app_settings
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from pollready.console.access import View, requires
from pollready.console.middleware import ConsoleRequest
from pollready.console.passkeys import passkeys_work
from pollready.console.qr import qr_path
from pollready.console.sessions import STEP_DUE
from pollready.people.second_step import (
    authenticators_of,
    has_second_step,
    must_have_second_step,
    record_second_step,
)

MAIN = reverse_lazy("account-mfa")


@requires(None)
@require_safe
def overview(request: ConsoleRequest) -> HttpResponse:
    """Show which second steps there are, and what to add next."""
    steps = list(authenticators_of(request.user))
    codes = next((each for each in steps if each.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "app": next((each for each in steps if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in steps if each.type == Authenticator.Type.WEBAUTHN],
        "has_codes": codes is not None,
        "codes_left": codes_left(codes),
        "has_step": has_second_step(request.user),
        "asked": must_have_second_step(request.user),
        "passkeys_work": passkeys_work(request),
    }
    return render(request, "account/second_step.html", context)


def codes_left(codes: Authenticator | None) -> int:
    """Count the recovery codes not used yet, without reading the secret that they come from."""
    if codes is None:
        return 0
    used = int(codes.data.get("used_mask", 0)).bit_count()
    return int(app_settings.RECOVERY_CODE_COUNT) - used


class _Recorded:
    """Puts on record what a valid form does, in the same transaction."""

    kind: str
    added = True
    request: ConsoleRequest

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # a mixin
            now = datetime.now(UTC)
            record_second_step(by=self.request.user, kind=self.kind, added=self.added, now=now)
        user = self.request.user
        if must_have_second_step(user) and not has_second_step(user):
            self.request.session[STEP_DUE] = True
        else:
            self.request.session.pop(STEP_DUE, None)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # a mixin
        response.status_code = 422
        return response


class _AddApp(_Recorded, ActivateTOTPView):  # type: ignore[misc]  # allauth is untyped
    template_name = "account/app.html"
    kind = "totp"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        path, side = qr_path(context["totp_url"])
        return context | {"qr_path": path, "qr_side": side}

    def get_success_url(self) -> str:
        made = self.did_generate_recovery_codes
        return str(reverse_lazy("mfa_view_recovery_codes") if made else MAIN)


class _RemoveApp(_Recorded, DeactivateTOTPView):  # type: ignore[misc]  # allauth is untyped
    template_name = "account/remove_app.html"
    success_url = MAIN
    kind = "totp"
    added = False


class _AddPasskey(_Recorded, AddWebAuthnView):  # type: ignore[misc]  # allauth is untyped
    template_name = "account/passkey.html"
    kind = "webauthn"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"passkeys_work": passkeys_work(self.request)}

    def get_success_url(self) -> str:
        made = self.did_generate_recovery_codes
        return str(reverse_lazy("mfa_view_recovery_codes") if made else MAIN)


class _RemovePasskey(_Recorded, RemoveWebAuthnView):  # type: ignore[misc]  # allauth is untyped
    template_name = "account/remove_passkey.html"
    success_url = MAIN
    kind = "webauthn"
    added = False


class _Codes(ViewRecoveryCodesView):  # type: ignore[misc]  # allauth is untyped
    template_name = "account/codes.html"


class _NewCodes(_Recorded, GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth is untyped
    template_name = "account/new_codes.html"
    kind = "recovery_codes"


class _ConfirmPassword(ReauthenticateView):  # type: ignore[misc]  # allauth is untyped
    template_name = "account/confirm.html"


class _ConfirmCode(ReauthenticateCodeView):  # type: ignore[misc]  # allauth is untyped
    template_name = "account/confirm.html"


def _page(view: Any) -> View:
    return requires(None)(view.as_view())


add_app = _page(_AddApp)
remove_app = _page(_RemoveApp)
add_passkey = _page(_AddPasskey)
remove_passkey = _page(_RemovePasskey)
codes = _page(_Codes)
new_codes = _page(_NewCodes)
confirm_password = _page(_ConfirmPassword)
confirm_code = _page(_ConfirmCode)
