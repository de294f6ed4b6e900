"""Forms that plans of every kind have: why one is accepted or withdrawn, and taking one out."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from pollready.console.forms import ConsoleForm
from pollready.language import say
from pollready.planning.allocations.models import REASON_MAX
from pollready.reports.allocation_file import FORMATS


class ReasonForm(ConsoleForm):
    """Why somebody accepts or withdraws a plan, or withdraws a decision."""

    phrases = "allocation.form"

    version = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput
    )
    reason = forms.CharField(max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2}))

    def refuse(self, error: Any) -> None:
        """Say a refusal of the command."""
        name = getattr(error, "field", "")
        self.add_error(name if name in self.fields else None, error)


class PlanExportForm(ConsoleForm):
    """In which format a plan leaves the console, and why."""

    phrases = "allocation.form"
    formats: ClassVar[Sequence[str]] = FORMATS
    words: ClassVar[str] = "allocation.format"

    format = forms.ChoiceField()
    reason = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["format"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (name, say(f"{self.words}.{name}", self.language)) for name in self.formats
        ]
