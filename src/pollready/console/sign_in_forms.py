"""The forms of signing in: allauth's checks, the console's fields and words."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError

from pollready.console.adapters import said_error
from pollready.console.ciphers import SecretUnreadable
from pollready.console.forms import ConsoleForm
from pollready.language import latin_digits, message
from pollready.people.managing import username_of


class AllauthForm(ConsoleForm):
    """A form that allauth makes: the language comes from the request that it answers."""

    phrases = "account.field"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, language=context.request.language, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class CodeField(forms.CharField):
    """A code of digits, typed on any keyboard and with any spaces."""

    def __init__(self) -> None:
        attributes = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "dir": "ltr",
            "class": "codebox",
        }
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attributes))

    def to_python(self, value: Any) -> str:
        text = latin_digits(str(super().to_python(value)))
        return "".join(letter for letter in text if letter.isalnum())


class SignInForm(AllauthForm, LoginForm):  # type: ignore[misc]  # allauth is untyped
    """User name and password."""

    loses_secrets = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {
            "dir": "ltr",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["password"].widget.attrs["dir"] = "ltr"
        self.fields["password"].help_text = ""

    def clean_login(self) -> str:
        """Take the name as it is kept, however it was typed."""
        return username_of(str(self.cleaned_data["login"]))


class ConfirmPasswordForm(AllauthForm, ReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The password again, before something that matters."""

    loses_secrets = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["dir"] = "ltr"
        self.fields["password"].help_text = ""


class _Code:
    """Says what to do where the secret behind the codes can no longer be read."""

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())  # type: ignore[misc]  # a mixin
        except SecretUnreadable as unreadable:
            words = message(unreadable, context.request.language)
            raise ValidationError(words, code=unreadable.code) from None


class CodeForm(_Code, AllauthForm, AuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The code of the app, or a recovery code."""

    code = CodeField()


class ConfirmCodeForm(_Code, AllauthForm, ReauthenticateCodeForm):  # type: ignore[misc]  # allauth is untyped
    """A code, from who has no password."""

    code = CodeField()


class ActivateAppForm(AllauthForm, ActivateTOTPForm):  # type: ignore[misc]  # allauth is untyped
    """The first code that the app shows."""

    code = CodeField()


class _Passkey:
    """Says of a passkey what allauth says of a code."""

    def add_error(self, field: str | None, error: Any) -> None:
        if getattr(error, "code", "") == "incorrect_code":
            error = said_error("passkey_not_taken")
        super().add_error(field, error)  # type: ignore[misc]  # a mixin


class AddPasskeyForm(_Passkey, AllauthForm, AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A new passkey and its name."""


class PasskeyStepForm(_Passkey, AllauthForm, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """The answer of a passkey after the password."""


class PasskeySignInForm(_Passkey, AllauthForm, LoginWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """The answer of a passkey that signs in alone."""
