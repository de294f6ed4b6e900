"""What a viewer may not see: codes and names of upstream components become masked codes."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

from pollready.audit.classification import mask
from pollready.language import isolate
from pollready.people.models import User
from pollready.places.models import Agency, Listing, Place
from pollready.register.models import Component, ComponentGroup

# A code as people write it: letters and digits of any script, joined by - _ . / :
_WORD = re.compile(r"[\w\-./:]+")


class Veil:
    """Masks hidden texts in whatever is about to be shown; shows all to who may see names.

    `hidden` gives for each code and name of a component its code. A bare number, or a name
    of several words, is masked only where it is the whole text.
    """

    def __init__(self, hidden: Mapping[str, str] | None) -> None:
        self._hidden = hidden

    @property
    def reveals(self) -> bool:
        """Whether names are shown as they are."""
        return self._hidden is None

    def code(self, code: str) -> str:
        """Give an upstream code as this viewer may see it."""
        return code if self._hidden is None else masked(code)

    def text(self, text: str) -> str:
        """Give a text with every hidden code or name in it masked."""
        if self._hidden is None:
            return text
        if text in self._hidden:
            return masked(self._hidden[text])
        return _WORD.sub(self._word, text)

    def _word(self, match: re.Match[str]) -> str:
        word = match.group()
        code = (self._hidden or {}).get(word)
        return word if code is None or word.isdecimal() else isolate(masked(code))

    def fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Give a finding's fields with hidden texts masked, ready for a phrase."""
        return {name: self._value(value) for name, value in fields.items()}

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self._value(each) for each in value]
        return value


def masked(code: str) -> str:
    """Give the code that stands for an upstream one in this installation."""
    return mask(code, key=settings.POLLREADY_MASK_KEY)


def veil_for(user: User, *, round_id: int, version: int) -> Veil:
    """Give the viewer's veil over a round; `version` changes whenever its register may have."""
    return Veil(None if user.may_see_names else hidden_texts(round_id, version))


@lru_cache(maxsize=8)
def hidden_texts(round_id: int, version: int) -> Mapping[str, str]:
    """Gather codes and names of a round's components and groups, without those that are open."""
    open_texts = {
        *Listing.objects.filter(round_id=round_id).values_list("code", flat=True),
        *Place.objects.values_list("name", flat=True),
        *Agency.objects.values_list("code", flat=True),
        *Agency.objects.values_list("name", flat=True),
    }
    hidden: dict[str, str] = {}
    for table in (Component, ComponentGroup):
        for code, name in table.objects.filter(round_id=round_id).values_list("code", "name"):
            hidden.update({text: code for text in (code, name) if text and text not in open_texts})
    return hidden
