"""What a viewer may not see: codes and names of upstream components become masked codes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from pollready.audit.classification import mask
from pollready.audit.veil import HiddenNames, NameVeil
from pollready.audit.version import only_said_between, register_version
from pollready.language import LANGUAGES, isolate, say
from pollready.people.models import User
from pollready.people.scopes import is_of_agency
from pollready.places.models import Agency, Listing, Place
from pollready.register.kinds import kinds
from pollready.register.models import Component, ComponentGroup


class Veil(NameVeil):
    """Masks hidden texts in whatever is about to be shown; shows all to who may see names."""

    def __init__(
        self,
        hidden: HiddenNames | Mapping[str, str] | None,
        *,
        shown: Collection[str] = (),
        shows_unregistered: bool = False,
    ) -> None:
        """Take what to hide, None for who sees all, and the codes `shown` all the same.

        A code that the register does not hold is shown only where `shows_unregistered`.
        """
        names = HiddenNames(hidden) if isinstance(hidden, Mapping) else hidden
        super().__init__(names, masked, inside=lambda code: isolate(masked(code)))
        self._hidden = names
        self._shown = shown
        self._shows_unregistered = shows_unregistered

    def shows(self, code: str) -> bool:
        """Say whether this viewer may see an upstream code, and the name and place behind it."""
        if self._hidden is None or code in self._shown:
            return True
        return self._shows_unregistered and code not in self._hidden

    def open_ones(self, texts: Iterable[str]) -> list[str]:
        """Give the texts in which this viewer may see everything."""
        return [text for text in texts if self.text(text) == text]

    def code(self, code: str) -> str:
        """Give an upstream code as this viewer may see it."""
        return code if self.shows(code) else masked(code)


def veil_now(user: User, *, round_id: int) -> Veil:
    """Give the viewer's veil over a round as it stands: made anew whenever it may have changed."""
    return veil_for(user, round_id=round_id, version=_version_of_names())


class _Names:
    """Which version of the register last changed what a veil is made of, as this process knows.

    Most corrections say something of a station or a component, and leave its name.
    """

    last: tuple[int, int] | None = None  # the version looked at last, and that of its names


def _version_of_names() -> int:
    version, last = register_version(), _Names.last
    if last is None or version < last[0]:
        names = version
    elif version == last[0] or only_said_between(last[0], version):
        names = last[1]
    else:
        names = version
    _Names.last = (version, names)
    return names


def masked(code: str) -> str:
    """Give the code that stands for an upstream one in this installation."""
    return mask(code, key=settings.POLLREADY_MASK_KEY)


def veil_for(user: User, *, round_id: int, version: int) -> Veil:
    """Give the viewer's veil over a round; `version` changes whenever its register may have.

    Names need the permission, and stop at the viewer's class. Who speaks for an agency sees the
    names of its own components and of no other's, whatever else he may.
    """
    of_agency = is_of_agency(user)
    sees_names = user.may_see_names and not of_agency
    agency = user.agency_id if of_agency else None
    hidden, shown = hidden_names(round_id, version, user.clearance, agency, sees_names)
    return Veil(hidden, shown=shown, shows_unregistered=sees_names)


@lru_cache(maxsize=32)
def hidden_names(
    round_id: int, version: int, clearance: int, agency: int | None, sees_names: bool
) -> tuple[HiddenNames | None, frozenset[str]]:
    """Give what to hide from such a viewer (None: nothing), and the codes that he may see."""
    if sees_names and not _any_above(clearance, round_id):
        return None, frozenset()
    upstream = _upstream(round_id, version)
    shown = [
        each
        for each in upstream.names
        if each.classification <= clearance
        and (sees_names or (agency is not None and each.agency == agency))
    ]
    seen = frozenset(each.code for each in shown)
    hidden: dict[str, str] = {}
    for each in upstream.names:
        if each.code not in seen:
            hidden.update({text: each.code for text in (each.name, each.code) if text})
    open_texts = upstream.open_texts | {text for each in shown for text in (each.code, each.name)}
    return HiddenNames(hidden, open_texts), seen


def _any_above(clearance: int, round_id: int) -> bool:
    """Say whether any component or group of the round is above a class."""
    return any(
        table.objects.filter(round_id=round_id, classification__gt=clearance).exists()
        for table in (Component, ComponentGroup)
    )


def veil_for_everybody(round_id: int) -> Veil:
    """Give the veil of a paper that goes from hand to hand: it shows no name at all."""
    hidden, _ = hidden_names(round_id, _version_of_names(), 0, None, False)
    return Veil(hidden)


def hides_from_somebody(round_id: int, texts: Iterable[str]) -> bool:
    """Say whether any text holds a name that who may not see names must not read."""
    veil = veil_for_everybody(round_id)
    return any(veil.text(text) != text for text in texts)


@dataclass(frozen=True, slots=True)
class _Name:
    """A component or group by its code and name, with whose it is and how secret."""

    code: str
    name: str
    agency: int | None
    classification: int


@dataclass(frozen=True, slots=True)
class _Upstream:
    """The components and groups of a round, and the texts that everybody may see."""

    names: tuple[_Name, ...]
    open_texts: frozenset[str]


@lru_cache(maxsize=4)
def _upstream(round_id: int, version: int) -> _Upstream:
    open_texts = {
        *Listing.objects.filter(round_id=round_id).values_list("code", flat=True),
        *Listing.objects.filter(round_id=round_id).values_list("point__name", flat=True),
        *Place.objects.values_list("name", flat=True),
        *Agency.objects.values_list("code", flat=True),
        *Agency.objects.values_list("name", flat=True),
        *(say(f"kind.{code}", language) for code in kinds() for language in LANGUAGES),
    }
    names = tuple(
        _Name(*row)
        for table in (Component, ComponentGroup)
        for row in table.objects.filter(round_id=round_id).values_list(
            "code", "name", "agency", "classification"
        )
    )
    return _Upstream(names, frozenset(open_texts))


def forget_names() -> None:
    """Forget what was gathered; for tests, whose registers come and go under one number."""
    hidden_names.cache_clear()
    _upstream.cache_clear()
    _Names.last = None
