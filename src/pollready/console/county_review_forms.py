"""The forms of county reviews: signing, taking back, choosing a meeting, taking the file."""

from collections.abc import Mapping
from typing import Any

from django import forms

from pollready.committee.county_reviews.models import NAME_MAX, REASON_MAX
from pollready.console.forms import ConsoleForm
from pollready.console.meeting_forms import version_field
from pollready.language import LANGUAGES, say

Data = Mapping[str, Any] | None


class ReviewForm(ConsoleForm):
    """A form of a review."""

    phrases = "county_review.form"


class SignForm(ReviewForm):
    """The name by which the governor's office signs what it has read."""

    typed_name = forms.CharField(
        max_length=NAME_MAX, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    read_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)


class WithdrawForm(ReviewForm):
    """Why a pack is taken back."""

    reason = forms.CharField(
        max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
    version = version_field()


class MeetingForm(ReviewForm):
    """In which meeting a review is talked over."""

    meeting = forms.ChoiceField(required=False)
    version = version_field()

    def __init__(
        self, data: Data = None, *, language: str, meetings: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        none = ("", say("county_review.form.no_meeting", language))
        field = self.fields["meeting"]
        assert isinstance(field, forms.ChoiceField)  # as declared
        field.choices = [none, *meetings]


class TakeForm(ReviewForm):
    """In which language a pack is taken out, and why where it is classified."""

    written_in = forms.ChoiceField()
    export_reason = forms.CharField(
        max_length=REASON_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(
        self, data: Data = None, *, language: str, is_classified: bool, **kwargs: Any
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        field = self.fields["written_in"]
        assert isinstance(field, forms.ChoiceField)  # as declared
        field.choices = [(each, say(f"reports.in.{each}", language)) for each in LANGUAGES]
        self.fields["export_reason"].required = is_classified
