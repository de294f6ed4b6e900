"""The forms of packages: writing one, taking one in, trusting a province's key."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings

from pollready.audit.classification import Classification
from pollready.console.forms import ConsoleForm
from pollready.console.plan_forms import TypedDate
from pollready.language import say
from pollready.people.models import User
from pollready.people.permissions import Permission, may

REASON_MAX = 400


class SendForm(ConsoleForm):
    """As of which day, up to which class, and why."""

    phrases = "reports.national.send"

    as_of = TypedDate(required=True)
    ceiling = forms.ChoiceField()
    reason = forms.CharField(
        max_length=REASON_MAX, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, viewer: User, language: str, **kwargs: Any
    ) -> None:
        super().__init__(data, language=language, **kwargs)
        highest = min(viewer.clearance, settings.POLLREADY_CEILING)
        if not may(viewer, Permission.EXPORT_CLASSIFIED):
            highest = 0
        self.fields["ceiling"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(level), say(f"console.class.{Classification(level).label}", language))
            for level in range(highest + 1)
        ]


class TakeInForm(ConsoleForm):
    """The file of a package."""

    phrases = "reports.national.take"

    package = forms.FileField(widget=forms.FileInput(attrs={"accept": ".pollready"}))


class KeyForm(ConsoleForm):
    """A province's key, who read its fingerprint out, and that it was compared."""

    phrases = "reports.national.keys"

    name = forms.CharField(max_length=200)
    public_key = forms.CharField(
        max_length=200,
        widget=forms.Textarea(
            attrs={"rows": 2, "dir": "ltr", "class": "code", "spellcheck": "false"}
        ),
    )
    spoken_with = forms.CharField(max_length=200)
    confirmed = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class EndTrustForm(ConsoleForm):
    """Why a key is trusted no longer."""

    phrases = "reports.national.keys"

    reason = forms.CharField(max_length=REASON_MAX)
