"""The form by which a file of borders is sent, and the places chosen for its borders."""

import re
from collections.abc import Mapping

from django import forms

from pollready.console.forms import ConsoleForm

_FIELD = re.compile("place-([0-9]{1,5})")
_PRIMARY_KEY = re.compile("[0-9]{1,18}")


class BoundaryUploadForm(ConsoleForm):
    """A GeoJSON file of borders."""

    phrases = "map.form"

    file = forms.FileField(
        max_length=300, widget=forms.FileInput(attrs={"accept": ".geojson,.json"})
    )


def read_choices(data: Mapping[str, str]) -> dict[int, int]:
    """Read which place was chosen for which row of the file; rows left open are not in it."""
    chosen = {}
    for name, value in data.items():
        field = _FIELD.fullmatch(name)
        if field and _PRIMARY_KEY.fullmatch(value):
            chosen[int(field[1])] = int(value)
    return chosen
