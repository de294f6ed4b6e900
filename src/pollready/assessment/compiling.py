"""The register as a Network: the only place where one is made."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pollready.assessment.figures import DEFAULT_MTTR_H, FigureBasis, own_figures
from pollready.assessment.likelihoods import NO_LIKELIHOODS, Likelihoods
from pollready.assessment.paths import Path, PathReader
from pollready.assessment.people import PeopleIndex
from pollready.assessment.profiles import Profile, default_profile, fill, read_profile
from pollready.assessment.reading import Claims, ComponentRow, ListingRow, Register
from pollready.engine.expression import (
    FALSE,
    TRUE,
    Expression,
    ExpressionError,
    Leaf,
    Ride,
    all_of,
    any_of,
    leaves,
    parse,
    str_of,
    substitute,
)
from pollready.engine.network import Network, NetworkBuilder, Tier
from pollready.obstacles.facts import NOTHING_KNOWN, Known
from pollready.obstacles.power import has_generator
from pollready.register.kinds import kinds

ADMIT, CLOSE, WAY = "admit", "close", "way"
_BYSTANDER = "\nbystander"  # no code has a line break in it
# The station's own parts, for which nobody records figures (docs/method/service-profiles.md).
DEVICES_Q, DEVICES_MTTR_H = 0.005, 1.0
MAINS_Q, MAINS_MTTR_H = 0.01, 2.0
BATTERY_Q = 0.02
NO_CLAIMS: Claims = {}
GENERATOR_Q, GENERATOR_MTTR_H = 0.03, 3.0


@dataclass(frozen=True, slots=True)
class CompiledStation:
    """A station's paths and expressions, and the ids of its points in the network."""

    listing: ListingRow
    paths: tuple[Path, ...]
    stop_paths: tuple[tuple[Path, ...], ...]
    online: Expression


@dataclass(frozen=True, slots=True)
class Compiled:
    """The network of a round; `network` is None where no component, or no station, is known."""

    network: Network | None
    stations: tuple[CompiledStation, ...]
    skipped: tuple[tuple[str, str], ...]  # requirement that cannot be read: whose, why
    figure_basis: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by kind


def way_id(carriers: tuple[str, ...]) -> str:
    """Name the point that stands for a way up, so that the engine tells what it hangs on.

    Neighbours share their carriers: one point serves all paths that have the same.
    """
    return "\n".join(("way", *carriers))  # no code has a line break in it


def compile_network(
    register: Register, people: PeopleIndex, likelihoods: Likelihoods = NO_LIKELIHOODS
) -> Compiled:
    """Compile a round; a requirement that names what nobody recorded ends in an unknown leaf.

    `likelihoods` from earlier rounds stand in for figures that a component has not itself.
    """
    compiler = Compiler(register, people, likelihoods)
    return compiler.run(register.listings, register.components)


def compile_part(
    register: Register,
    people: PeopleIndex,
    listings: list[ListingRow],
    components: Collection[str],
    *,
    beyond: Collection[str],
    likelihoods: Likelihoods = NO_LIKELIHOODS,
) -> Compiled:
    """Compile some stations alone, with all `components` that they rest on, in the round's order.

    What stands behind some station that is left out is named in `beyond`: a bystander needs it, so
    that what is shared in the round is shared here. It has only a level that nobody asks about:
    it never falls.
    """
    compiler = Compiler(register, people, likelihoods)
    compiler.beyond = beyond
    return compiler.run(listings, components)


class Compiler:
    """Puts a round into a builder: its stations, its components, its groups."""

    def __init__(self, register: Register, people: PeopleIndex, likelihoods: Likelihoods) -> None:
        self.register, self.people, self.likelihoods = register, people, likelihoods
        self.basis: dict[str, dict[str, int]] = {}
        self.builder = NetworkBuilder()
        self.reader = PathReader(register)
        self.skipped: list[tuple[str, str]] = []
        self.own: set[str] = set()  # ids already in the builder
        self.listings: list[ListingRow] = []
        self.components: frozenset[str] = frozenset()
        self.beyond: Collection[str] | None = None  # of a part
        self.ways: set[tuple[str, ...]] = set()  # carriers that have a point already
        self.profile = read_profile(register.profile or default_profile())

    def run(self, listings: list[ListingRow], components: Collection[str]) -> Compiled:
        self.listings = listings
        stations = tuple(self.station(listing) for listing in listings)
        if not self.register.components or not stations:
            return Compiled(None, stations, tuple(self.skipped))
        self.components = frozenset(components)
        for code in components:
            self.component(code, self.register.components[code])
        for code, row in self.register.groups.items():
            self.group(code, row)
        if self.beyond is not None:
            self.bystander(self.beyond)
        basis = {kind: self.basis[kind] for kind in sorted(self.basis)}
        return Compiled(self.builder.build(), stations, tuple(self.skipped), basis)

    def figures(self, row: ComponentRow) -> tuple[float, float]:
        """Give q and mttr_h, and count what they rest on."""
        found = own_figures(row, self.likelihoods)
        counts = self.basis.setdefault(row.kind, {basis.value: 0 for basis in FigureBasis})
        counts[found.basis] += 1
        return found.q, found.mttr_h

    def bystander(self, names: Collection[str]) -> None:
        """Add a point that holds no level of the profile, and below them needs all `names`."""
        levels: dict[str, Expression] = dict.fromkeys(self.profile[ADMIT], FALSE)
        known = self.own | self.components
        levels[_BYSTANDER] = all_of(*(Leaf(name) for name in names if name in known))
        self.builder.point(_BYSTANDER, voters=0.0, services={ADMIT: levels})

    # Components and groups

    def component(self, code: str, row: ComponentRow) -> None:
        q, mttr_h = self.figures(row)
        self.builder.component(
            code, q=q, mttr_h=mttr_h, tier=Tier(row.tier), requires=self.needs_of(code)
        )

    def needs_of(self, code: str) -> Expression | None:
        """Join the two ways up; power with a battery or generator of its own rides through."""
        up = self.read(code, self.register.depends_on.get(code))
        other = self.read(code, self.register.protection.get(code))
        if up is None:
            return other
        claims = self.register.component_claims.get(self.register.components[code].id, {})
        up = self.with_ride(code, up, claims)
        return up if other is None else any_of(up, self.with_ride(code, other, claims))

    def with_ride(self, code: str, needs: Expression, claims: Claims) -> Expression:
        """Bridge the power feeders among the parts of what a component needs."""
        battery = claims.get("battery_h", NOTHING_KNOWN)
        generator = claims.get("generator", NOTHING_KNOWN)
        if not battery.known and not has_generator(generator):
            return needs
        powers = {
            id: self.bridged(Leaf(id), battery, generator, code)
            for id in set(leaves(needs))
            if self.is_power(id)
        }
        return _replaced(needs, powers)

    def is_power(self, code: str) -> bool:
        row = self.register.components.get(code)
        kind = kinds().get(row.kind) if row else None
        return kind is not None and kind.medium == "power"

    def group(self, code: str, row: ComponentRow) -> None:
        devices = {listing.id: listing for listing in self.listings}
        members = [
            *(c for c in self.register.group_components.get(code, []) if c in self.components),
            *(
                id
                for listing in self.register.group_listings.get(code, [])
                if listing in devices
                for id in self.devices_ids(devices[listing])
            ),
        ]
        if not members:
            return
        q, mttr_h = self.figures(row)
        self.builder.group(
            code, q=q, mttr_h=mttr_h, reach=row.reach, members=members, tier=Tier(row.tier)
        )

    def devices_ids(self, listing: ListingRow) -> list[str]:
        """Name what stands for a station's devices: a batch may name it."""
        return [f"{listing.code}/devices"]

    # Stations

    def station(self, listing: ListingRow) -> CompiledStation:
        claims = self.register.claims.get(listing.id, {})
        stops = self.register.stops.get(listing.id, [])
        paths = self.reader.paths_of(listing, claims, claims, listing.code)
        stop_paths = tuple(
            self.reader.paths_of(
                listing,
                claims,
                self.register.stop_claims.get(stop.id, {}),
                f"{listing.code}/stop-{stop.ordinal}",
                travels=True,
            )
            for stop in stops
        )
        levels = self.levels(listing, claims, stop_paths or (paths,))
        voters = None if listing.voters is None else float(listing.voters)
        self.builder.point(listing.code, voters=voters, services=levels)
        for path in {path.leaf: path for route in (paths, *stop_paths) for path in route}.values():
            self.way(path)
        return CompiledStation(listing, paths, stop_paths, levels[ADMIT]["online"])

    def levels(
        self, listing: ListingRow, claims: Claims, routes: tuple[tuple[Path, ...], ...]
    ) -> Profile:
        """Fill the profile; every stop is evaluated by itself, the station is its worst stop."""
        meanings = {
            "power": self.power(listing, claims),
            "devices": self.devices(listing, claims),
            "order": self.paper(listing, claims),
            "courier": self.courier(listing),
        }
        return self.filled(listing, meanings, [self.any_path(listing, route) for route in routes])

    def filled(
        self, listing: ListingRow, meanings: dict[str, Expression], paths: Sequence[Expression]
    ) -> Profile:
        """Fill the profile once for each stop's paths; the station's own requirement overrides."""
        filled = [fill(self.profile, meanings | {"path": path}) for path in paths]
        profile = filled[0] if len(filled) == 1 else _worst_of(filled)
        own = self.read(listing.code, self.register.requires.get(listing.id))
        if own is not None:
            profile[ADMIT]["online"] = own
        return profile

    def any_path(self, listing: ListingRow, route: tuple[Path, ...]) -> Expression:
        """Any path that is not known to be dead; nothing recorded is unknown, not dead."""
        living = [self.carried(path) for path in route if not path.is_dead]
        if living:
            return any_of(*living)
        return FALSE if route else self.unknown(f"{listing.code}/path")

    def carried(self, path: Path) -> Expression:
        """What carries a path; whether it reaches the station is unknown until somebody says."""
        if path.signal.known or not path.carriers:
            return path.expression
        return all_of(path.expression, self.unknown(path.leaf))

    def paper(self, listing: ListingRow, claims: Claims) -> Expression:
        """An order, and forms to use it; an order without forms counted is an unknown."""
        if not self.people.may_use_paper(listing):
            return FALSE
        forms = claims.get("forms", NOTHING_KNOWN)
        if forms.known:
            return TRUE if forms.value > 0 else FALSE
        return self.unknown(f"{listing.code}/forms")

    def way(self, path: Path) -> None:
        """Add the point of a path's carriers; where none is recorded, nobody knows of a way."""
        if not path.carriers:
            self.unknown(path.leaf)
        elif path.carriers not in self.ways:
            self.ways.add(path.carriers)
            self.builder.point(
                way_id(path.carriers), voters=None, services={WAY: {"up": path.expression}}
            )

    def devices(self, listing: ListingRow, claims: Claims) -> Expression:
        """The identity devices as one private part, which batches and firmware can hit."""
        devices = claims.get("id_devices", NOTHING_KNOWN)
        id = f"{listing.code}/devices"
        if not devices.known:
            own = self.unknown(id)
        else:
            own = self.tended(id, DEVICES_Q, DEVICES_MTTR_H, claims)  # a batch may name it
            own = own if devices.value > 0 else FALSE
        spare = claims.get("spare_devices", NOTHING_KNOWN)
        if not (spare.known and spare.value > 0):
            return own
        return any_of(own, self.tended(f"{listing.code}/spare", DEVICES_Q, DEVICES_MTTR_H, claims))

    def power(self, listing: ListingRow, claims: Claims) -> Expression:
        """The feeder (or private mains), bridged by what stands at the station."""
        feeder = claims.get("feeder", NOTHING_KNOWN)
        if feeder.known and feeder.value in self.register.components:
            source: Expression = Leaf(str(feeder.value))
        elif claims.get("mains", NOTHING_KNOWN).value is False:
            source = FALSE
        elif feeder.known or claims.get("mains", NOTHING_KNOWN).known:
            source = self.part(f"{listing.code}/mains", MAINS_Q, MAINS_MTTR_H)
        else:
            return self.unknown(f"{listing.code}/power")
        battery = claims.get("battery_h", NOTHING_KNOWN)
        generator = claims.get("generator", NOTHING_KNOWN)
        bridged = self.bridged(source, battery, generator, listing.code, claims)
        if has_generator(generator) or (battery.known and generator.known):
            return bridged
        # Of battery or generator nobody says anything: there may be one, or none.
        return any_of(bridged, self.unknown(f"{listing.code}/backup"))

    def bridged(
        self,
        source: Expression,
        battery: Known,
        generator: Known,
        prefix: str,
        claims: Claims = NO_CLAIMS,
    ) -> Expression:
        """Ride through by battery first, then by the generator for its fuel."""
        if battery.known and battery.value > 0 and source != FALSE:
            store = self.part(f"{prefix}/battery", BATTERY_Q, DEFAULT_MTTR_H)
            source = Ride(source, float(battery.value), store)
        if not has_generator(generator):
            return source
        machine = self.machine(generator, prefix, claims)
        fuel = generator.value
        if isinstance(fuel, float) and source != FALSE:
            return Ride(source, fuel, machine)
        return any_of(source, machine)

    def machine(self, generator: Known, prefix: str, claims: Claims) -> Expression:
        """A generator of the register where the cell names one, else the station's own."""
        if isinstance(generator.value, str) and generator.value in self.register.components:
            return Leaf(generator.value)
        return self.tended(f"{prefix}/generator", GENERATOR_Q, GENERATOR_MTTR_H, claims)

    def courier(self, listing: ListingRow) -> Expression:
        couriers = self.people.couriers(listing)
        if couriers.known:
            return TRUE if couriers.value else FALSE
        return self.unknown(f"{listing.code}/courier")

    # Leaves

    def part(self, id: str, q: float, mttr_h: float) -> Expression:
        """A private part of one station or component."""
        if id not in self.own:
            self.own.add(id)
            self.builder.component(id, q=q, mttr_h=mttr_h)
        return Leaf(id)

    def tended(self, id: str, q: float, mttr_h: float, claims: Claims) -> Expression:
        """A part that stands in the station, where a technician who is near repairs it sooner.

        It fails as often; out for a shorter time, it is out at a smaller share of moments.
        """
        repair = claims.get("repair_h", NOTHING_KNOWN)
        if repair.known and repair.value < mttr_h:
            q, mttr_h = q * repair.value / mttr_h, repair.value
        return self.part(id, q, mttr_h)

    def unknown(self, id: str) -> Expression:
        """A private leaf of which nobody knows anything."""
        if id not in self.own:
            self.own.add(id)
            self.builder.component(id, q=0.0, mttr_h=DEFAULT_MTTR_H, unknown=True)
        return Leaf(id)

    def read(self, whose: str, text: str | None) -> Expression | None:
        """Read a requirement; a component that nobody recorded becomes an unknown leaf."""
        if not text:
            return None
        try:
            expression = parse(text)
        except ExpressionError as error:
            self.skipped.append((whose, f"{error.code} {error.fields}"))
            return self.unknown(f"{whose}/requirement")
        missing = {
            id: self.unknown(f"{whose}/{id}")
            for id in leaves(expression)
            if id not in self.register.components
        }
        return _replaced(expression, missing)


def _worst_of(profiles: list[Profile]) -> Profile:
    """Need at each level what every stop needs for it."""
    return {
        service: {
            level: all_of(*dict.fromkeys(each[service][level] for each in profiles))
            for level in levels
        }
        for service, levels in profiles[0].items()
    }


def _replaced(expression: Expression, meanings: dict[str, Expression]) -> Expression:
    return substitute(expression, meanings) if meanings else expression


def printed(expression: Expression) -> str:
    """Print a requirement as the workbook writes it."""
    return str_of(expression)
