"""What a viewer may not see: codes and names of upstream components become masked codes."""

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings

from pollready.audit.classification import mask
from pollready.audit.veil import HiddenNames, NameVeil
from pollready.language import LANGUAGES, isolate, say
from pollready.people.models import User
from pollready.places.models import Agency, Listing, Place
from pollready.register.kinds import kinds
from pollready.register.models import Component, ComponentGroup


class Veil(NameVeil):
    """Masks hidden texts in whatever is about to be shown; shows all to who may see names."""

    def __init__(self, hidden: HiddenNames | Mapping[str, str] | None) -> None:
        names = HiddenNames(hidden) if isinstance(hidden, Mapping) else hidden
        super().__init__(names, masked, inside=lambda code: isolate(masked(code)))


def masked(code: str) -> str:
    """Give the code that stands for an upstream one in this installation."""
    return mask(code, key=settings.POLLREADY_MASK_KEY)


def veil_for(user: User, *, round_id: int, version: int) -> Veil:
    """Give the viewer's veil over a round; `version` changes whenever its register may have."""
    return Veil(None if user.may_see_names else hidden_names(round_id, version))


@lru_cache(maxsize=8)
def hidden_names(round_id: int, version: int) -> HiddenNames:
    """Gather codes and names of a round's components and groups, without those that are open."""
    open_texts = {
        *Listing.objects.filter(round_id=round_id).values_list("code", flat=True),
        *Listing.objects.filter(round_id=round_id).values_list("point__name", flat=True),
        *Place.objects.values_list("name", flat=True),
        *Agency.objects.values_list("code", flat=True),
        *Agency.objects.values_list("name", flat=True),
        *(say(f"kind.{code}", language) for code in kinds() for language in LANGUAGES),
    }
    hidden: dict[str, str] = {}
    for table in (Component, ComponentGroup):
        for code, name in table.objects.filter(round_id=round_id).values_list("code", "name"):
            hidden.update({text: code for text in (name, code) if text})
    return HiddenNames(hidden, open_texts)
