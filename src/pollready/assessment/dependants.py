"""Who names a component: every station that anything of it reaches, found backwards."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from pollready.assessment.reading import Claims, ListingRow, Register
from pollready.engine.expression import ExpressionError, leaves, parse
from pollready.language import fold
from pollready.obstacles.facts import NOTHING_KNOWN


def named_by_component(code: str, register: Register) -> set[str]:
    """Give every name in what a component needs: components, or what nobody recorded."""
    found: set[str] = set()
    for texts in (register.depends_on, register.protection):
        if code in texts:
            found |= named_in(texts[code])
    row = register.components.get(code)
    if row is not None:
        found |= _named_in_claims(register.component_claims.get(row.id, {}), ("generator",))
    return found


def named_by_listing(listing: int, register: Register) -> set[str]:
    """Give every name in what a station says of itself: what serves and powers it."""
    found = set(register.serves.get(listing, ()))
    if listing in register.requires:
        found |= named_in(register.requires[listing])
    return found | _named_in_claims(register.claims.get(listing, {}), ("feeder", "generator"))


def named_in(text: str) -> set[str]:
    """Give the names in a requirement; one that cannot be read names nothing."""
    try:
        return set(leaves(parse(text)))
    except ExpressionError:
        return set()


def _named_in_claims(claims: Claims, fields: tuple[str, ...]) -> set[str]:
    values = (claims.get(name, NOTHING_KNOWN).value for name in fields)
    return {value for value in values if isinstance(value, str)}


def closure(start: Iterable[str], register: Register) -> set[str]:
    """Give the components that are named, and all that they name in turn."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        code = waiting.pop()
        if code in register.components and code not in found:
            found.add(code)
            waiting.extend(named_by_component(code, register))
    return found


class Dependants:
    """The names of one register's rows, turned round."""

    def __init__(self, rows: Register) -> None:
        self._rows = rows

    def ready(self) -> None:
        """Turn everything round now, so that nobody waits for it later."""
        _ = self.position, self._by_code, self._listings, self._components, self._scopes

    def listings_resting_on(self, codes: Iterable[str]) -> set[int]:
        """Find the listings that name any of the codes, directly or through others."""
        found: set[int] = set()
        seen: set[str] = set()
        waiting = list(codes)
        while waiting:
            code = waiting.pop()
            if code not in seen:
                seen.add(code)
                found.update(self._listings.get(code, ()))
                waiting.extend(self._components.get(code, ()))
        return found

    def listings_naming(self, code: str) -> set[int]:
        """Give the listings that name the code themselves."""
        return set(self._listings.get(code, ()))

    def components_naming(self, code: str) -> set[str]:
        """Give the components that name the code themselves."""
        return set(self._components.get(code, ()))

    def listing(self, listing_id: int) -> ListingRow:
        """Give a listing by its number."""
        return self._rows.listings[self.position[listing_id]]

    def listing_coded(self, code: str) -> ListingRow | None:
        """Give a listing by its code."""
        number = self._by_code.get(code)
        return None if number is None else self.listing(number)

    def listings_in(self, scopes: Iterable[str]) -> set[int]:
        """Find the listings whose code or county is any of the folded words."""
        return {listing for scope in scopes for listing in self._scopes.get(scope, ())}

    def is_scope(self, scope: str) -> bool:
        """Tell whether a folded word is the code or the county of some station."""
        return scope in self._scopes

    @cached_property
    def position(self) -> dict[int, int]:
        """Where each listing stands in the round."""
        return {row.id: number for number, row in enumerate(self._rows.listings)}

    @cached_property
    def _by_code(self) -> dict[str, int]:
        return {row.code: row.id for row in self._rows.listings}

    @cached_property
    def _listings(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row in self._rows.listings:
            for name in named_by_listing(row.id, self._rows):
                found[name].append(row.id)
        return dict(found)

    @cached_property
    def _components(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code in self._rows.components:
            for name in named_by_component(code, self._rows):
                found[name].append(code)
        return dict(found)

    @cached_property
    def _scopes(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row in self._rows.listings:
            for word in {fold(row.code), fold(row.county)}:
                found[word].append(row.id)
        return dict(found)
