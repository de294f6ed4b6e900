"""Who names whom in one round: what a station needs upward, and which stations rest on a component.

These are the names as the rows give them. What a failure costs, with all its conditions, is the
engine's business; here it is told only what to draw a line to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from pollready.engine.expression import ExpressionError, leaves, parse
from pollready.register.models import Claim, Component, Requirement

Key = TypeVar("Key", int, str)
# Claims whose value may be the code of a component.
_NAMING = ("feeder", "generator")


@dataclass(frozen=True, slots=True)
class Links:
    """The names of a round, both ways; a component by its code, a station by its listing."""

    needs_of_listing: Mapping[int, frozenset[str]]
    needs_of_component: Mapping[str, frozenset[str]]
    listings_naming: Mapping[str, frozenset[int]]
    components_naming: Mapping[str, frozenset[str]]

    def upward(self, listing: int) -> list[tuple[str | None, str]]:
        """Give every step from a station up, as (from, to); None is the station itself."""
        steps: list[tuple[str | None, str]] = [
            (None, code) for code in sorted(self.needs_of_listing.get(listing, ()))
        ]
        seen: set[str] = set()
        waiting = [code for _, code in steps]
        while waiting:
            code = waiting.pop()
            if code not in seen:
                seen.add(code)
                above = sorted(self.needs_of_component.get(code, ()))
                steps += [(code, each) for each in above]
                waiting += above
        return steps

    def resting_on(self, code: str) -> set[int]:
        """Give the listings that name the component, directly or through others."""
        found: set[int] = set()
        seen: set[str] = set()
        waiting = [code]
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                found |= self.listings_naming.get(each, frozenset())
                waiting += self.components_naming.get(each, ())
        return found


@lru_cache(maxsize=2)
def links_of(round_id: int, version: int) -> Links:
    """Read the links of a round; `version` changes whenever its register may have."""
    codes = dict(Component.objects.filter(round=round_id).values_list("pk", "code"))
    known = set(codes.values())
    of_listing: dict[int, set[str]] = defaultdict(set)
    of_component: dict[str, set[str]] = defaultdict(set)
    for component, listing, text in _naming_texts(round_id):
        named = named_in(text) & known
        if listing is not None:
            of_listing[listing] |= named
        elif component in codes:
            of_component[codes[component]] |= named
    return Links(
        _frozen(of_listing), _frozen(of_component), _turned(of_listing), _turned(of_component)
    )


def _naming_texts(round_id: int) -> Iterable[tuple[int | None, int | None, str]]:
    """Give every text that names components, with the component or the listing that it is of."""
    columns = ("component", "listing")
    for where in ("component__round", "listing__round"):
        rows = Requirement.objects.filter(**{where: round_id})
        yield from rows.values_list(*columns, "expression").iterator()
        claims = Claim.objects.filter(
            **{where: round_id}, field__in=_NAMING, superseded_at__isnull=True
        )
        yield from claims.values_list(*columns, "value").iterator()


@lru_cache(maxsize=100_000)
def named_in(text: str) -> frozenset[str]:
    """Give the names in a requirement; one that cannot be read names nothing."""
    try:
        return frozenset(leaves(parse(text)))
    except ExpressionError:
        return frozenset()


def _frozen(sets: Mapping[Key, set[str]]) -> dict[Key, frozenset[str]]:
    return {key: frozenset(names) for key, names in sets.items()}


def _turned(sets: Mapping[Key, set[str]]) -> dict[str, frozenset[Key]]:
    turned: dict[str, set[Key]] = defaultdict(set)
    for key, names in sets.items():
        for name in names:
            turned[name].add(key)
    return {name: frozenset(keys) for name, keys in turned.items()}


def forget_links() -> None:
    """Forget what was read; for tests, whose registers come and go under one number."""
    links_of.cache_clear()
