"""The ledger added up by kind and by county: what is needed, pledged, there, and what is short."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from pollready.assessment.people import COMPUTER_USER, COURIER
from pollready.language import fold
from pollready.people.models import Person, User
from pollready.people.scopes import is_of_agency, listings_for, places_of
from pollready.places.models import Listing
from pollready.planning.means import kind_of
from pollready.planning.needs import CountyOf, NeedCount, Needed
from pollready.resources.accounts import ACCOUNTS
from pollready.resources.balance import available_of
from pollready.resources.queries import lots_for, sent_here, twice_of

_LOT = ("pk", "kind", "agency", "county", *(account.value for account in ACCOUNTS), "conflicts")
_VACANT = ("", "-", "–", "—", "ندارد", "none", "no")
_COUNTED = (*ACCOUNTS, "available")


@dataclass(slots=True)
class Figure:
    """A count over several lots: of those that are known, and how many are not."""

    known: int = 0
    unknown: int = 0  # lots of which it is not known

    def add(self, count: int | None) -> None:
        """Count one more lot."""
        if count is None:
            self.unknown += 1
        else:
            self.known += count


@dataclass(frozen=True, slots=True)
class LotFigures:
    """What one lot counts for, as the viewer may know it."""

    pk: int
    kind: str
    agency: int
    county: int | None
    counts: Mapping[str, int | None]
    conflicts: int
    twice: int  # pieces that an earlier lot counts
    is_elsewhere: bool = False  # kept elsewhere; what counts was promised or sent to the viewer

    @property
    def available(self) -> int | None:
        """How many can be sent out, pieces that another lot counts left out."""
        counts = self.counts
        there = available_of(
            counts["delivered"], counts["tested"], counts["deployed"], counts["returned"] or 0
        )
        return None if there is None else max(0, there - self.twice)


@dataclass(slots=True)
class Total:
    """Lots added up: of a kind, or of a kind in a county."""

    key: Any
    figures: dict[str, Figure] = field(
        default_factory=lambda: {str(name): Figure() for name in _COUNTED}
    )
    lots: int = 0
    conflicts: int = 0
    twice: int = 0
    needed: list[tuple[Needed, NeedCount]] = field(default_factory=list)

    def add(self, lot: LotFigures) -> None:
        """Count one more lot."""
        self.lots += 1
        self.conflicts += bool(lot.conflicts)
        self.twice += lot.twice
        for account in ACCOUNTS:
            self.figures[account].add(lot.counts[account])
        self.figures["available"].add(None if lot.is_elsewhere else lot.available)

    @property
    def need(self) -> NeedCount | None:
        """All that is needed; None where no rule creates such a need."""
        if not self.needed:
            return None
        found = NeedCount()
        for _, count in self.needed:
            found.add(count)
        return found

    @property
    def shortfall(self) -> int | None:
        """What is needed for certain and not covered by what is known to be there and tested."""
        need = self.need
        return None if need is None else max(0, need.count - self.figures["available"].known)


def lot_figures(user: User, round_id: int) -> list[LotFigures]:
    """Give every lot that the user may read, with what it counts for."""
    lots = lots_for(user, round_id)
    twice, sent = twice_of(round_id), sent_here(user, lots)
    found = []
    for pk, kind, agency, county, *counts, conflicts in lots.order_by("pk").values_list(*_LOT):
        told: dict[str, int | None] = dict(zip(map(str, ACCOUNTS), counts, strict=True))
        if pk in sent:
            here = sent[pk]
            told = {str(account): here.get(account, 0) for account in ACCOUNTS}
            found.append(
                LotFigures(pk, kind_of(kind), agency, county, told, 0, 0, is_elsewhere=True)
            )
        else:
            found.append(
                LotFigures(pk, kind_of(kind), agency, county, told, conflicts, twice.get(pk, 0))
            )
    return found


def by_kind(lots: Iterable[LotFigures], needs: Sequence[Needed], county: int | None) -> list[Total]:
    """Add up lots by kind, beside what is needed everywhere or in one county."""
    totals = _added(lots, lambda lot: lot.kind)
    for needed in needs:
        kind = needed.need.means
        count = needed.total(county)
        if kind in PEOPLE and kind not in totals:
            continue
        if kind in totals or count.count or count.unknown:
            totals.setdefault(kind, Total(kind)).needed.append((needed, count))
    return sorted(totals.values(), key=lambda total: (-(total.shortfall or 0), fold(total.key)))


def by_county(lots: Iterable[LotFigures], needs: Sequence[Needed], kind: str) -> list[Total]:
    """Add up the lots of one kind by county, beside what is needed there."""
    totals = _added((lot for lot in lots if lot.kind == kind), lambda lot: lot.county)
    for needed in needs:
        if needed.need.means != kind:
            continue
        for county, count in needed.by_county.items():
            totals.setdefault(county, Total(county)).needed.append((needed, count))
    return list(totals.values())


def _added(
    lots: Iterable[LotFigures], key_of: Callable[[LotFigures], Hashable]
) -> dict[Any, Total]:
    totals: dict[Any, Total] = {}
    for lot in lots:
        key = key_of(lot)
        totals.setdefault(key, Total(key)).add(lot)
    return totals


@dataclass(slots=True)
class PeopleTotal:
    """People of one kind: named, trained, with a deputy, at a station, and free to be sent."""

    kind: str
    named: int = 0
    trained: int = 0
    untold: int = 0  # of whom nobody says whether they are trained
    deputies: int = 0
    at_stations: int = 0
    available: int = 0  # trained, and serving a county rather than one station
    needed: list[tuple[Needed, NeedCount]] = field(default_factory=list)

    @property
    def need(self) -> NeedCount | None:
        """All that is needed; None where no rule creates such a need."""
        if not self.needed:
            return None
        found = NeedCount()
        for _, count in self.needed:
            found.add(count)
        return found

    @property
    def shortfall(self) -> int | None:
        """What is needed for certain and not covered by who is known to be there."""
        need = self.need
        return None if need is None else max(0, need.count - self.available)


PEOPLE = ("courier", "user")


def person_kind(role: str) -> str:
    """Give the kind that a role is; the role itself where it is no known kind."""
    key = fold(role)
    if key in COURIER:
        return "courier"
    return "user" if key in COMPUTER_USER else role


def people_by_kind(
    user: User, round_id: int, needs: Sequence[Needed], county: int | None
) -> list[PeopleTotal]:
    """Count the people whom lists name, by kind; nobody is named. An agency has none of its own."""
    if is_of_agency(user):
        return []
    totals: dict[str, PeopleTotal] = {}
    counties = CountyOf()
    for role, place, station, trained, named, deputies in _people(user, round_id):
        if county is not None and counties(place or station) != county:
            continue
        kind = person_kind(role)
        total = totals.setdefault(kind, PeopleTotal(kind))
        total.named += named
        total.trained += named if trained else 0
        total.untold += named if trained is None else 0
        total.deputies += deputies
        total.at_stations += named if station else 0
        total.available += named if trained and not station else 0
    for needed in needs:
        count = needed.total(county)
        if needed.need.means in totals or (needed.need.means in PEOPLE and count.count):
            kind = needed.need.means
            totals.setdefault(kind, PeopleTotal(kind)).needed.append((needed, count))
    return sorted(totals.values(), key=lambda total: (-total.named, fold(total.kind)))


def _people(user: User, round_id: int) -> Iterable[tuple[Any, ...]]:
    """Count people by role, place, the place of their station, and whether they are trained."""
    listings = Listing.objects.filter(round=round_id, code=OuterRef("scope"))
    people = Person.objects.filter(round=round_id).exclude(name__in=_VACANT)
    places = places_of(user)
    if places is not None:
        own = listings_for(user).filter(round=round_id).values("code")
        people = people.filter(Q(place__in=places) | Q(scope__in=own))
    return (
        people.annotate(station=Subquery(listings.values("point__place")[:1]))
        .order_by()
        .values_list("role", "place", "station", "trained")
        .annotate(
            named=Count("pk", distinct=True),
            deputies=Count("pk", filter=~Q(deputy__in=_VACANT), distinct=True),
        )
    )


def lots_listed(user: User, round_id: int, keys: Iterable[int]) -> Any:
    """Give lots by key, with agency and county, to be shown."""
    return lots_for(user, round_id).filter(pk__in=list(keys)).select_related("agency", "county")
