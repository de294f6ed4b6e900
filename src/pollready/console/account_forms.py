"""The forms of one's own account."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pollready.console.forms import ConsoleForm


def password_box(autocomplete: str) -> forms.CharField:
    """Give a field for a password: never shown again, never trimmed, read left to right."""
    attributes = {"autocomplete": autocomplete, "dir": "ltr"}
    return forms.CharField(
        strip=False, max_length=200, widget=forms.PasswordInput(attrs=attributes)
    )


class NewPasswordForm(ConsoleForm):
    """A new password, typed twice."""

    phrases = "account.new_password"
    loses_secrets = True

    password = password_box("new-password")
    again = password_box("new-password")

    field_order = ("old", "password", "again")

    def clean(self) -> dict[str, Any]:
        """Compare what was typed twice."""
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("password"), cleaned.get("again")
        if first and second and first != second:
            self.add_error("again", ValidationError("", code="password_mismatch"))
        return cleaned


class TokenForm(ConsoleForm):
    """What a new token is for."""

    phrases = "account.token_field"

    name = forms.CharField(max_length=100)


class ChangePasswordForm(NewPasswordForm):
    """The same, behind the old one."""

    old = password_box("current-password")


class ContactsForm(ConsoleForm):
    """Where reminders go."""

    phrases = "reminders.contacts"

    email = forms.CharField(
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "email", "dir": "ltr", "inputmode": "email"}),
    )
    mobile = forms.CharField(
        max_length=30, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "dir": "ltr", "inputmode": "tel"}),
    )  # fmt: skip
