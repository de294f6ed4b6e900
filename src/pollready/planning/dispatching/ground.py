"""What dispatch is planned from: stations, places teams start from, crews, what a visit mends."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from pollready.assessment.models import FindingRecord, SavedAssessment
from pollready.assessment.queries import findings_for
from pollready.language import fold
from pollready.obstacles.cases import ACTIVE
from pollready.people.models import Person, User
from pollready.people.scopes import in_places, is_of_agency, places_of
from pollready.places.models import Place, PlaceLevel
from pollready.planning.dispatching.visits import Visits, office_visits
from pollready.planning.means import kind_of
from pollready.planning.needs import CountyOf
from pollready.planning.staging.facts import StagedStation, StagingFacts, facts_for
from pollready.planning.staging.staff import DESK_ROLES, Named
from pollready.register.veil import Veil
from pollready.resources.balance import available_of
from pollready.resources.models import ResourceLot
from pollready.resources.queries import kept_with, lots_for, twice_of

# Who goes out with a team, as lists name the role; the county's technology leads stand by.
CREW_ROLES = DESK_ROLES | frozenset(map(fold, ("تکنسین", "technician")))


@dataclass(frozen=True, slots=True)
class Spot:
    """A place from which somebody starts or to which somebody goes."""

    code: str
    name: str
    lat: float
    lon: float
    is_depot: bool = False


@dataclass(frozen=True, slots=True)
class Crew:
    """Technicians of one lot: how many can go (None: nobody knows), and where they are kept.

    `spot` is None where the depot's place is not known to the reader, `depot` what the ledger
    calls it.
    """

    lot: int
    people: int | None
    depot: str
    spot: Spot | None


@dataclass(frozen=True, eq=False)
class Ground:
    """Everything of one round, as one reader may know it."""

    staged: StagingFacts
    depots: Mapping[str, Spot]  # by folded code and name
    crews: Sequence[Crew]
    due: Mapping[int, Sequence[str]]  # rules that a visit mends, by listing
    people: Mapping[int | None, Sequence[Named]]  # of teams, by county
    counties: Sequence[int]  # in the order of their codes
    visits: Visits
    stations: Mapping[str, int] = field(default_factory=dict)  # by folded code

    def spot(self, typed: str) -> Spot | None:
        """Find a depot by code or name, or a station with a position by its code."""
        key = fold(typed)
        if key in self.depots:
            return self.depots[key]
        number = self.stations.get(key)
        return None if number is None else spot_of(self.staged.stations[number])

    def depot(self, called: str) -> Spot | None:
        """Find a depot by what the ledger calls it."""
        return self.depots.get(fold(called)) if called.strip() else None

    @property
    def first_county(self) -> int | None:
        """Give the county where most stations wait for a visit; of equal ones the first."""
        stations = self.staged.stations
        waiting = Counter(each.county for each in stations if each.listing_id in self.due)
        return max(self.counties, key=lambda county: waiting[county], default=None)

    def of_county(self, county: int | None) -> list[int]:
        """Number the stations of a county; None is all."""
        stations = enumerate(self.staged.stations)
        return [n for n, each in stations if county is None or each.county == county]


def spot_of(station: StagedStation) -> Spot | None:
    """Give the place of a station; None where nobody recorded it."""
    if station.lat is None or station.lon is None:
        return None
    return Spot(station.code, station.name, station.lat, station.lon)


def ground_for(user: User, saved: SavedAssessment, veil: Veil) -> Ground:
    """Read what the user may plan with: stations, findings, lots and people in his scope."""
    staged = facts_for(user, saved, veil)
    spots = [Spot(each.code, each.name, each.lat, each.lon, True) for each in staged.depots]
    names = ((spot, (spot.code, spot.name)) for spot in spots)
    lots = lots_for(user, saved.round_id).filter(kept_with(user))
    people = Person.objects.none()
    if not is_of_agency(user):
        people = Person.objects.filter(in_places("place", places_of(user)), round=saved.round_id)
    return read_ground(staged, names, lots, findings_for(user, saved), people, veil)


def read_ground(
    staged: StagingFacts,
    depots: Iterable[tuple[Spot, Sequence[str]]],
    lots: QuerySet[ResourceLot],
    findings: QuerySet[FindingRecord],
    people: QuerySet[Person],
    veil: Veil,
) -> Ground:
    """Read the same from rows that are the reader's: depots come with what they are called."""
    named = {fold(word): spot for spot, words in depots for word in words if word}
    visits = office_visits()
    return Ground(
        staged,
        named,
        _crews(lots, named, veil),
        _due(findings, visits),
        _people(people),
        _counties(staged),
        visits,
        {fold(each.code): n for n, each in enumerate(staged.stations)},
    )


def _crews(lots: QuerySet[ResourceLot], depots: Mapping[str, Spot], veil: Veil) -> list[Crew]:
    """Give the technicians that are there, pieces that an earlier lot counts left out."""
    found = []
    twice: Mapping[int, int] | None = None
    for lot in lots.order_by("pk"):
        if kind_of(lot.kind) != "technician":
            continue
        twice = twice_of(lot.round_id) if twice is None else twice
        there = available_of(lot.delivered, lot.tested, lot.deployed, lot.returned)
        people = None if there is None else max(0, there - twice.get(lot.pk, 0))
        found.append(Crew(lot.pk, people, veil.text(lot.depot), depots.get(fold(lot.depot))))
    return found


def _due(findings: QuerySet[FindingRecord], visits: Visits) -> dict[int, list[str]]:
    """Give, by listing, the rules of open obstacles that a visit mends."""
    rows = (
        findings.filter(cause__rule__in=list(visits.mends), listing__isnull=False)
        .filter(Q(cause__case__isnull=True) | Q(cause__case__state__in=list(ACTIVE)))
        .order_by("listing_id", "cause__rule")
        .values_list("listing_id", "cause__rule")
        .distinct()
    )
    found: dict[int, list[str]] = {}
    for listing, rule in rows:
        found.setdefault(listing, []).append(rule)
    return found


def _people(people: QuerySet[Person]) -> dict[int | None, list[Named]]:
    county_of = CountyOf()
    found: dict[int | None, list[Named]] = {}
    rows = people.filter(place__isnull=False).order_by("pk")
    for pk, name, role, deputy, place in rows.values_list(
        "pk", "name", "role", "deputy", "place_id"
    ):
        if fold(role) in CREW_ROLES:
            found.setdefault(county_of(place), []).append(Named(pk, name, deputy))
    return found


def _counties(staged: StagingFacts) -> list[int]:
    here = {each.county for each in staged.stations if each.county is not None}
    rows = Place.objects.filter(level=PlaceLevel.COUNTY, pk__in=here).order_by("code", "pk")
    return list(rows.values_list("pk", flat=True))
