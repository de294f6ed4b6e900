"""On which fields of which objects claims that stand differ: the contradictions of a round."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Min, Q, QuerySet

from pollready.audit.models import AuditBatch
from pollready.audit.version import register_mark, told_of_between
from pollready.people.models import User
from pollready.people.scopes import is_of_agency, listings_for
from pollready.places.models import Listing, Stop
from pollready.register.corrections.queries import SUBJECTS, set_aside
from pollready.register.corrections.subjects import About
from pollready.register.models import Claim, Component
from pollready.register.queries import components_for

_AT_ONCE = 500
_ROUNDS_KEPT = 4
_ANEW_MAX = 200  # objects looked at one by one; more are looked for with the whole round
Field = tuple[About, str]
Mark = tuple[int, str] | None  # of the last batch of the log that may have changed the register


@dataclass(frozen=True, slots=True, order=True)
class Contradiction:
    """A field of one object on which claims that stand differ."""

    order: tuple[int, str]
    kind: str
    id: int
    field: str


def contradictions_for(user: User, round_id: int) -> list[Contradiction]:
    """List the contradictions of a round within the user's scope, stations by code first."""
    differing = DIFFERING.of(round_id)
    ids = {kind: {about.id for about, _ in differing if about.kind == kind} for kind in SUBJECTS}
    codes = {"component": _codes(components_for(user), ids["component"], "code")}
    if not is_of_agency(user):
        listings = listings_for(user).exclude(status="cancelled")
        stops = Stop.objects.filter(listing__in=listings)
        codes["listing"] = _codes(listings, ids["listing"], "code")
        codes["stop"] = _codes(stops, ids["stop"], "listing__code")
    return sorted(
        Contradiction(
            (SUBJECTS.index(about.kind), codes[about.kind][about.id]), about.kind, about.id, field
        )
        for about, field in differing
        if about.id in codes.get(about.kind, {})
    )


class Differing:
    """What differs in a round, kept while nothing changes.

    Looking through a nation reads every current claim. After a correction only what the log
    tells of since is looked at again.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Mark, frozenset[Field]]] = {}

    def of(self, round_id: int) -> frozenset[Field]:
        """Give the fields on which claims differ, now."""
        mark = register_mark()
        seen = self._kept.get(round_id)
        if seen is None or seen[0] != mark:
            touched = _touched_since(seen[0], mark) if seen else None
            if seen is None or touched is None:
                found = frozenset(differing_in(round_id))
            else:
                stays = {each for each in seen[1] if each[0] not in touched}
                found = frozenset(stays.union(_differing_of(touched, round_id)))
            while len(self._kept) >= _ROUNDS_KEPT and round_id not in self._kept:
                self._kept.pop(next(iter(self._kept)), None)
            seen = self._kept[round_id] = (mark, found)
        return seen[1]

    def forget(self) -> None:
        """Begin anew; for tests, whose registers come and go under the same numbers."""
        self._kept.clear()


DIFFERING = Differing()


def _touched_since(seen: Mark, mark: Mark) -> frozenset[About] | None:
    """Give what was spoken of since a batch; None where more has changed, or too much."""
    if seen is None or mark is None or mark[0] <= seen[0]:
        return None  # another register, or one put back
    if not AuditBatch.objects.filter(number=seen[0], hash=seen[1]).exists():
        return None  # another register that has come further
    told = told_of_between(seen[0], mark[0])
    if told is None or len(told) > _ANEW_MAX:
        return None
    named = [each.partition("/") for each in told]
    if not all(kind in SUBJECTS and pk.isdecimal() for kind, _, pk in named):
        return None
    return frozenset(About(kind, int(pk)) for kind, _, pk in named)


def differing_in(round_id: int) -> Iterator[Field]:
    """Look through a whole round: the slow and obvious way."""
    outvoted = set_aside(round_id)
    of_round: dict[str, QuerySet[Any]] = {
        "listing": Listing.objects.filter(round=round_id),
        "stop": Stop.objects.filter(listing__round=round_id),
        "component": Component.objects.filter(round=round_id),
    }
    for kind, things in of_round.items():
        known = Q(**{f"{kind}__in": things.values("pk"), f"{kind}__isnull": False})
        yield from _differing(kind, known, outvoted)


def _differing_of(touched: Iterable[About], round_id: int) -> Iterator[Field]:
    in_round = {"listing": "listing", "stop": "stop__listing", "component": "component"}
    for about in touched:
        outvoted = set_aside(round_id, about=about.column)
        here = Q(**about.column, **{f"{in_round[about.kind]}__round": round_id})
        yield from _differing(about.kind, here, outvoted)


def _differing(kind: str, known: Q, outvoted: Collection[int]) -> Iterator[Field]:
    rows = (
        Claim.objects.filter(known, superseded_at__isnull=True)
        .exclude(pk__in=outvoted)
        .values_list(f"{kind}_id", "field")
        .annotate(least=Min("value"), most=Max("value"))
        .filter(least__lt=F("most"))
        .order_by()
    )
    return ((About(kind, pk), field) for pk, field, _, _ in rows)


def _codes(things: QuerySet[Any], ids: Collection[int], name: str) -> dict[int, str]:
    """Give the codes of the objects that the user's scope holds."""
    found: dict[int, str] = {}
    listed = sorted(ids)
    for start in range(0, len(listed), _AT_ONCE):
        part = things.filter(pk__in=listed[start : start + _AT_ONCE])
        found.update(part.values_list("pk", name))
    return found
