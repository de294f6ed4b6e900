"""The form by which dispatch leaves the console."""

from collections.abc import Mapping
from typing import Any

from django import forms

from pollready.console.forms import ConsoleForm
from pollready.jobs.completing import REASON_MAX
from pollready.language import say
from pollready.reports.dispatch_file import FORMATS


class DispatchExportForm(ConsoleForm):
    """In which format, and why."""

    phrases = "dispatch.export"

    format = forms.ChoiceField()
    reason = forms.CharField(max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["format"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (name, say(f"dispatch.export.{name}", self.language)) for name in FORMATS
        ]
