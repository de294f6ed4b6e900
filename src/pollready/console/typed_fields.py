"""Numbers as people type them, in the figures of either language."""

from typing import Any

from django import forms

from pollready.language import parse_number

COUNT_MAX = 100_000


class TypedAmount(forms.CharField):
    """A number, with a fraction or without, also below nought; empty is None."""

    input_mode = "decimal"

    def __init__(self, *, max_length: int = 20, **kwargs: Any) -> None:
        attributes = {"inputmode": self.input_mode, "autocomplete": "off"}
        super().__init__(max_length=max_length, widget=forms.TextInput(attributes), **kwargs)

    def clean(self, value: Any) -> Any:
        """Read the number; raises ValidationError `invalid`."""
        text = super().clean(value)
        if not text:
            return None
        number = parse_number(text)
        if number is None:
            raise forms.ValidationError("", code="invalid")
        return number


class TypedInteger(TypedAmount):
    """A whole number, also below nought."""

    input_mode = "numeric"

    def clean(self, value: Any) -> Any:
        """Read the number; raises ValidationError `invalid`."""
        number = super().clean(value)
        if number is not None and number != int(number):
            raise forms.ValidationError("", code="invalid")
        return None if number is None else int(number)


class TypedCount(TypedInteger):
    """How many there are; empty is not known."""

    def clean(self, value: Any) -> Any:
        """Read the count; raises ValidationError `invalid`."""
        count = super().clean(value)
        if count is not None and not 0 <= count <= COUNT_MAX:
            raise forms.ValidationError("", code="invalid")
        return count
