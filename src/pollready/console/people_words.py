"""What an account lets its person do and see, in words."""

from dataclasses import dataclass

from pollready.audit.classification import Classification
from pollready.language import say
from pollready.people.models import PLACE_ROLES, User


@dataclass(frozen=True, slots=True)
class RightsInWords:
    """Role, scope, class and names as a page shows them."""

    role: str
    agency: str
    places: str
    clearance: str
    names: str


def rights_in_words(user: User, language: str) -> RightsInWords:
    """Say the rights of one account; `places` may be fetched beforehand for a list."""
    level = Classification(user.clearance).label
    return RightsInWords(
        role=say(f"console.role.{user.role}", language),
        agency=user.agency.name if user.agency else "",
        places=_places(user, language),
        clearance=say(f"console.class.{level}", language),
        names=say(f"account.names.{'seen' if user.may_see_names else 'masked'}", language),
    )


def _places(user: User, language: str) -> str:
    names = sorted(place.name for place in user.places.all())
    if names:
        return say("console.list_comma", language).join(names)
    return say(f"account.scope.{'nowhere' if user.role in PLACE_ROLES else 'everywhere'}", language)
