"""Forms that say what is wrong in the reader's language, beside the field, and lose nothing."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pollready.language import (
    UnknownPhrase,
    date_short,
    message,
    plain_figures,
    say,
    time_text,
)


def _typed(value: int | float, language: str) -> str:
    """Write a number as somebody would type it: not grouped, no fraction where it is whole."""
    text = str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0").rstrip(".")
    return plain_figures(text, language)


class ConsoleForm(forms.Form):
    """A form of the console.

    Labels are the phrases `console.form.<name of the form>.<field>` and hints the same with
    `_hint`; errors are `errors.form.<code>` of Django's codes. A form of another area sets
    `phrases` to the key under which its labels stand.
    """

    phrases = ""
    # A browser would say one fault at a time, in its own language, in place of this form's.
    use_required_attribute = False
    loses_secrets = False  # whether something typed, a password, does not come back

    def __init__(self, data: Mapping[str, Any] | None = None, *, language: str, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.language = language
        for name, field in self.fields.items():
            field.label = self._phrase(name) or field.label
            field.help_text = self._phrase(f"{name}_hint") or field.help_text
            field.widget.attrs.setdefault("id", f"field-{self.add_prefix(name)}")
            if field.help_text:
                field.widget.attrs.setdefault("aria-describedby", f"hint-{self.add_prefix(name)}")
            if isinstance(field.widget, forms.FileInput):
                field.widget.attrs["data-choose"] = say("console.form.file.choose", language)
                field.widget.attrs["data-none"] = say("console.form.file.none", language)

    @property
    def nothing_chosen(self) -> tuple[str, str]:
        """Give the first entry of a list in which nothing is chosen yet."""
        return "", say("console.form.choose", self.language)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Give what a field shows at first: a day, an hour or a number as its reader writes it."""
        value = super().get_initial_for_field(field, field_name)
        if getattr(field.widget, "input_type", "") != "text":
            return value
        if isinstance(value, date):
            return date_short(value, self.language)
        if isinstance(value, time):
            return time_text(value, self.language)
        return _typed(value, self.language) if isinstance(value, int | float) else value

    def add_error(self, field: str | None, error: Any) -> None:
        """Say an error of Django's, or a typed error of a command, in the form's language."""
        if isinstance(error, ValidationError):
            error = self._said(error)
        elif hasattr(error, "code") and hasattr(error, "fields"):
            error = ValidationError(message(error, self.language), code=str(error.code))
        super().add_error(field, error)

    def _said(self, error: ValidationError) -> ValidationError:
        if hasattr(error, "error_dict"):
            return ValidationError(
                {
                    name: [self._said(each) for each in found]
                    for name, found in error.error_dict.items()
                }
            )
        said = []
        for each in error.error_list:
            fields = {name: value for name, value in (each.params or {}).items() if name != "field"}
            try:
                words = say(f"errors.form.{each.code}", self.language, **fields)
            except UnknownPhrase:
                words = str(each.message)  # said in the reader's language where it was raised
            said.append(ValidationError(words, code=each.code))
        return ValidationError(said)

    def _phrase(self, name: str) -> str:
        under = self.phrases or f"console.form.{type(self).__name__}"
        try:
            return say(f"{under}.{name}", self.language)
        except UnknownPhrase:
            return ""


class LongSelect(forms.Select):
    """A select of thousands: each option written by itself, not by a template of its own."""

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Write it as Django's own does."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", words)
                for key, words in self.choices
            ),
        )
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(built), options)
