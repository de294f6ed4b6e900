"""What the register and the engine know of a round, as the rules see it.

`assessment` fills these from the register and the compiled network; rules only read them.
Nothing here is guessed: what no claim says is an unknown `Known`, never a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row that says something: a claim, an incident, or a computed result."""

    field: str
    value: str
    source: str
    sheet: str = ""
    row: int | None = None
    as_of: date | None = None
    claim_id: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A field's value with the claims behind it.

    `value` is None when nothing is claimed, and also when claims contradict one another.
    Values have the field's type: bool, int, float, date, or the canonical word
    (signal: good, weak, none; rehearsal: passed, failed, absent; ...).
    """

    value: Any = None
    evidence: tuple[Evidence, ...] = ()
    contradicted: bool = False

    @property
    def known(self) -> bool:
        """Whether the claims agree on a value."""
        return self.value is not None


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class PathFacts:
    """One way from a station (or stop) to the centre: an operator's network or a fixed line."""

    label: str  # the operator's or line's name as the register has it
    medium: str  # "mobile", "fixed", "satellite"
    signal: Known  # good, weak, none; for a line: good when tested, none when dead
    test_date: Known  # when it was tested on site
    upstream_recorded: bool  # False: ends in an unknown private leaf
    upstream: frozenset[str] = frozenset()  # codes below province tier on *every* way up
    ducts: frozenset[str] = frozenset()  # groups (duct, contractor) on every way up


@dataclass(frozen=True, slots=True)
class RadioFacts:
    """What terrain and sites let expect of one operator at one place: an estimate, no test."""

    operator: str
    signal: str  # good, weak, none; unknown where something needed is not known
    power_dbm: float  # the median, and what 9 of 10 and 1 of 10 cases reach; NaN if unknown
    low_dbm: float
    high_dbm: float
    usable_prob: float  # of a signal that is at least weak; NaN if unknown
    site: str  # code of the component; empty if unknown
    assumed: tuple[str, ...]  # what nobody said and was assumed: height, power, frequency, indoor
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class StopFacts:
    """One stop of a mobile station."""

    ordinal: int
    place_name: str
    lat: float | None
    lon: float | None
    paths: tuple[PathFacts, ...]
    estimates: tuple[RadioFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """An incident of an earlier round at this station or on its path."""

    election: str
    kind: str
    cause: str
    agency: str
    stop_min: int | None
    lesson: str
    confirmed: bool | None
    open_ended: bool  # has a start and no end
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class StationFacts:
    """All that is known of one listed station."""

    listing_id: int
    code: str
    name: str
    kind: str  # fixed, mobile
    status: str  # active, relocated, cancelled
    county: str
    county_code: str
    district: str
    lat: float | None
    lon: float | None
    voters: int | None
    claims: Mapping[str, Known]  # by workbook field; a missing key is nothing known
    paths: tuple[PathFacts, ...]
    stops: tuple[StopFacts, ...]
    trained_users: Known  # number of its computer users who are recorded as trained
    deputies: Known  # number of deputies named for them; 0 only where somebody says there is none
    single_points: frozenset[str]  # codes below province tier whose loss alone puts it below online
    groups: frozenset[str]  # codes of groups that its devices or components belong to
    incidents: tuple[IncidentFacts, ...]
    paper_order: Known = NOTHING_KNOWN  # the order that makes paper lawful, if there is one
    order_route: Known = NOTHING_KNOWN  # True: who orders paper is settled, with evidence
    couriers: Known = NOTHING_KNOWN  # number of couriers or relays named for it or its county
    coordinate_doubts: tuple[str, ...] = ()  # "zero", "outside", "far", "swapped"
    relocated_on: date | None = None
    users_untold: int = 0  # named users of whom nobody says whether they are trained
    lacks_relocation_date: bool = False  # relocated, nobody says when
    estimates: tuple[RadioFacts, ...] = ()  # at a fixed station; stops have their own

    @property
    def all_paths(self) -> tuple[PathFacts, ...]:
        """Every way to the centre, at the station and at each of its stops."""
        return self.paths + tuple(path for stop in self.stops for path in stop.paths)

    def claim(self, name: str) -> Known:
        """Give what is known of a workbook field."""
        return self.claims.get(name, NOTHING_KNOWN)


@dataclass(frozen=True, slots=True)
class ComponentFacts:
    """A shared component, or a group, and what hangs on it."""

    code: str
    kind: str
    name: str
    agency: str
    county: str
    tier: int
    is_group: bool
    claims: Mapping[str, Known]
    depends_on_recorded: bool
    behind: frozenset[int]  # listings that it serves or powers, directly or through others
    falls_with_it: frozenset[int]  # listings that its loss alone puts below online
    voters_falling: int | None
    evidence: tuple[Evidence, ...] = ()  # the rows that say what it is and needs


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """An agency, its letter, and its declaration of readiness."""

    code: str
    name: str
    role: str
    representative: str
    deputy: str
    letter_no: str
    ready_declared: bool | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class LotFacts:
    """One lot of means in the ledger."""

    agency: str
    kind: str
    model: str
    compatible: str
    pledged: int | None
    delivered: int | None
    tested: int | None
    deployed: int | None
    depot: str
    provisioned: bool | None
    serials: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Someone named for a role in a scope (a station code, a county, or free text)."""

    name: str
    role: str
    scope: str
    deputy: str
    trained: bool | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Facts:
    """A round as of a date."""

    as_of: date
    election_date: date | None
    service_starts: datetime | None
    service_ends: datetime | None
    stations: tuple[StationFacts, ...]
    components: Mapping[str, ComponentFacts] = field(default_factory=dict)
    agencies: Mapping[str, AgencyFacts] = field(default_factory=dict)
    lots: tuple[LotFacts, ...] = ()
    people: tuple[PersonFacts, ...] = ()
    county_voters: Mapping[str, int] = field(default_factory=dict)
    polling_h: float | None = None  # hours from opening to closing, where the round says
    depots: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # by folded name
    # What the rules add up once over all stations. Where `stations` are only some of a round's,
    # it comes with what was added up over all of them.
    derived: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def days_before(self) -> int | None:
        """Count the days from `as_of` to election day; None without a date."""
        return (self.election_date - self.as_of).days if self.election_date else None
