"""Views of a list that people keep: what is offered, and the form that keeps one more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.core.exceptions import ValidationError

from pollready.console.forms import ConsoleForm
from pollready.console.lists.asked import Asked
from pollready.console.lists.description import ListOf
from pollready.console.middleware import ConsoleRequest
from pollready.people.saved_views.models import NAME_MAX
from pollready.people.saved_views.queries import saved_views_for
from pollready.register.veil import hides_from_somebody


@dataclass(frozen=True, slots=True)
class KeptView:
    """A view as a list offers it."""

    id: int
    name: str
    address: str
    owner: str  # empty: one's own
    shared: bool
    here: bool  # what the page shows now


def kept_views(request: ConsoleRequest, listing: ListOf, asked: Asked) -> list[KeptView]:
    """Give one's own views of a list and those that others share."""
    found = []
    for view in saved_views_for(request.user, listing.name):
        mine = view.owner_id == request.user.pk
        columns = urlencode({"columns": view.columns}) if view.columns else ""
        address = "&".join(part for part in (view.query, columns) if part)
        owner = "" if mine else view.owner.get_full_name() or view.owner.username
        found.append(
            KeptView(view.pk, view.name, address, owner, view.shared, address == asked.whole)
        )
    return found


class ViewForm(ConsoleForm):
    """A name for a view, and whether the committee gets it too."""

    phrases = "lists.view.form"
    name = forms.CharField(max_length=NAME_MAX)
    shared = forms.BooleanField(required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, language: str, listing: ListOf, asked: Asked
    ) -> None:
        super().__init__(data, language=language)
        self._listing, self._asked = listing, asked

    def clean(self) -> dict[str, Any]:
        """Keep names of what lies upstream out of what everybody may open."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("shared"):
            texts = [cleaned.get("name", ""), *(v for _, v in parse_qsl(self._asked.filters))]
            if hides_from_somebody(self._listing.reading.round.pk, texts):
                raise ValidationError("names", code="view_holds_names")
        return cleaned
