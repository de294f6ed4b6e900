"""The form by which an agency's representative signs its declaration of readiness."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from pollready.console.forms import ConsoleForm
from pollready.console.plan_forms import TypedDate


class DeclarationForm(ConsoleForm):
    """What is declared, for which scenarios, with what reservations; who signs."""

    phrases = "planning.form.declaration"

    statement = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    scenarios = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    reservations = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    letter_no = forms.CharField(max_length=60, required=False)
    letter_date = TypedDate()
    typed_name = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        max_length=200,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        language: str,
        scenarios: Sequence[tuple[str, str]],
        asks_password: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        field = self.fields["scenarios"]
        assert isinstance(field, forms.MultipleChoiceField)  # as declared above
        field.choices = list(scenarios)
        if asks_password:
            self.fields["password"].required = True
        else:
            del self.fields["password"]


class WithdrawalForm(ConsoleForm):
    """Why a declaration is taken back."""

    phrases = "planning.form.withdrawal"

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
