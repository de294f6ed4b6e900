"""What of a network one user may ask about, by the querysets that every page goes through."""

from collections.abc import Iterable

import numpy as np

from pollready.assessment.exploring import Explored, Scope
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.register.queries import components_for, groups_for


def scope_of(user: User, explored: Explored) -> Scope:
    """Give the user's scope over a network, kept as long as his places and class are the same."""
    places = sorted(user.places.values_list("pk", flat=True))
    key = f"{user.role}/{user.agency_id or 0}/{user.clearance}/{','.join(map(str, places))}"
    return explored.derived(("scope", key), lambda: _made(user, explored, key))


def _made(user: User, explored: Explored, key: str) -> Scope:
    network = explored.network
    listings = listings_for(user).filter(round=explored.round_id).values_list("pk", flat=True)
    stations = np.isin(explored.listings, np.fromiter(listings, dtype=np.int64))
    known = set(
        components_for(user).filter(round=explored.round_id).values_list("code", flat=True)
    ) | set(groups_for(user).filter(round=explored.round_id).values_list("code", flat=True))
    # A station's own parts are no rows of the register: they go with the station.
    elements = np.array(
        [id not in explored.things or id in known for id in network.element_ids], dtype=np.bool_
    )
    return Scope(key, stations, elements)


def may_ask(scope: Scope, explored: Explored, codes: Iterable[str]) -> bool:
    """Say whether all codes are of the network and of the scope."""
    index = explored.network.element_index
    return all(code in index and bool(scope.elements[index[code]]) for code in codes)
