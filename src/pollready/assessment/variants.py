"""Stations with each of many bundles of means, compiled into one network with switches.

A means changes what some word of the profile stands for: power, devices or path. A word that
stands for several things becomes "any of them whose switch is on"; in a bundle's lane one is on.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pollready.assessment.compiling import ADMIT, CompiledStation, Compiler
from pollready.assessment.likelihoods import Likelihoods
from pollready.assessment.paths import Path, PathReader
from pollready.assessment.people import PeopleIndex
from pollready.assessment.reading import Claims, ListingRow, Register
from pollready.engine.expression import Expression, Leaf, all_of, any_of
from pollready.engine.network import Network
from pollready.obstacles.facts import Known

# Which fields each word of the profile is read from; what serves the station is of its path.
_FIELDS = {
    "power": frozenset({"feeder", "mains", "battery_h", "generator", "repair_h"}),
    "devices": frozenset({"id_devices", "spare_devices", "repair_h"}),
    "path": frozenset(
        {"operator_1", "operator_2", "signal_1", "signal_2", "fixed_line", "test_date"}
    ),
}
_READ = frozenset().union(*_FIELDS.values())
Way = tuple[int, ...]  # the means, by number and rising, that stand at a station
Routes = tuple[tuple[Path, ...], ...]  # the paths of each stop
Changed = Mapping[str, Known | None]  # by field; None: nothing is said of it any more


@dataclass(frozen=True, eq=False)
class Means:
    """What one means changes: of each station that has a use for it, its fields and carriers.

    `stops` are by stop; `serves` what comes to serve the station, `components` what is added.
    """

    claims: Mapping[int, Changed]
    stops: Mapping[int, Changed]
    serves: Mapping[int, Sequence[str]]
    stations: frozenset[int]

    @property
    def words(self) -> frozenset[str]:
        """Which words of the profile it changes."""
        fields = {name for changed in self.claims.values() for name in changed}
        fields |= {name for changed in self.stops.values() for name in changed}
        if unread := fields - _READ:
            raise ValueError(f"no word of the profile is read from {sorted(unread)}")
        found = {word for word, names in _FIELDS.items() if fields & names}
        return frozenset(found | {"path"} if self.serves else found)


def means_of(before: Register, after: Register, stations: Collection[int]) -> Means:
    """Tell what differs at the stations between two registers, both of claims that stand."""
    stops = [stop.id for station in stations for stop in before.stops.get(station, [])]
    return Means(
        claims=_changed(before.claims, after.claims, stations),
        stops=_changed(before.stop_claims, after.stop_claims, stops),
        serves={
            station: [code for code in after.serves.get(station, ()) if code not in own]
            for station in stations
            if (own := before.serves.get(station, [])) != after.serves.get(station, [])
        },
        stations=frozenset(stations),
    )


def _changed(
    before: Mapping[int, Claims], after: Mapping[int, Claims], whose: Collection[int]
) -> dict[int, Changed]:
    found: dict[int, Changed] = {}
    for each in whose:
        old, new = before.get(each, {}), after.get(each, {})
        if old is new:
            continue
        changed: dict[str, Known | None] = {
            name: known
            for name, known in new.items()
            if old.get(name) is not known and old.get(name) != known
        }
        changed |= {name: None for name in old if name not in new}
        if changed:
            found[each] = changed
    return found


@dataclass(frozen=True, eq=False)
class Variants:
    """The network, its switches, and which of them are down in each bundle's lane."""

    network: Network
    switches: tuple[str, ...]
    down: NDArray[np.bool_]  # [n_bundles, n_switches]


def compile_variants(
    register: Register,
    people: PeopleIndex,
    listings: list[ListingRow],
    components: Collection[str],
    *,
    likelihoods: Likelihoods,
    means: Sequence[Means],
    bundles: NDArray[np.int64],
) -> Variants:
    """Compile some stations with every bundle of means (int64[n_bundles, n_means], 0 or 1).

    `components` hold what is added too. A bundle's lane says nothing of a station that has no
    use for one of its means.
    """
    compiler = _Compiler(register, people, likelihoods, means, bundles)
    network = compiler.run(listings, components).network
    if network is None:
        raise ValueError("a round without components has no chances to ask")
    return Variants(network, tuple(compiler.switches), compiler.down())


class _Compiler(Compiler):
    """Compiles each word of a station once for each way that it can be."""

    def __init__(
        self,
        register: Register,
        people: PeopleIndex,
        likelihoods: Likelihoods,
        means: Sequence[Means],
        bundles: NDArray[np.int64],
    ) -> None:
        super().__init__(register, people, likelihoods)
        self.profile = {ADMIT: self.profile[ADMIT]}
        self.beyond = ()
        self.means = means
        words = [each.words for each in means]
        # By word, the way of each bundle.
        self.ways_of = {
            word: [
                tuple(k for k in np.flatnonzero(bundle).tolist() if word in words[k])
                for bundle in bundles
            ]
            for word in _FIELDS
        }
        self.each_way = {word: list(dict.fromkeys(found)) for word, found in self.ways_of.items()}
        self.readers = {way: self.reader_of(way) for way in self.each_way["path"]}
        self.switches: dict[str, tuple[str, Way]] = {}
        self.figures_of: dict[str, dict[tuple[float, float], str]] = {}

    def down(self) -> NDArray[np.bool_]:
        """Tell in which bundle's lane which switch is down: that of any other way of its word."""
        lanes = len(next(iter(self.ways_of.values())))
        return np.array(
            [[self.ways_of[word][lane] != way for word, way in self.switches.values()]
             for lane in range(lanes)], dtype=np.bool_,
        ).reshape(lanes, len(self.switches))  # fmt: skip

    def reader_of(self, way: Way) -> PathReader:
        """Read paths where the means of a way serve the stations too."""
        added = [self.means[k].serves for k in way]
        if not any(added):
            return self.reader
        serves = dict(self.register.serves)
        for more in added:
            for listing, codes in more.items():
                serves[listing] = [*serves.get(listing, []), *codes]
        return self.reader.with_serves(serves)

    def station(self, listing: ListingRow) -> CompiledStation:
        claims = self.register.claims.get(listing.id, {})
        base = {
            "order": self.paper(listing, claims),
            "courier": self.courier(listing),
            "power": self.any_way(
                "power", listing, lambda way: self.power(listing, self.claims(listing, way))
            ),
            "devices": self.any_way(
                "devices", listing, lambda way: self.devices(listing, self.claims(listing, way))
            ),
        }
        routes = {way: self.routes(listing, way) for way in self.useful("path", listing)}
        paths = [
            self.any_way("path", listing, partial(self.path_at, listing, routes, number))
            for number in range(len(routes[()]))
        ]
        for path in (path for found in routes.values() for route in found for path in route):
            if not path.carriers:
                self.unknown(path.leaf)
        levels = self.filled(listing, base, paths)
        self.builder.point(listing.code, voters=None, services=levels)
        return CompiledStation(listing, (), (), levels[ADMIT]["online"])

    def path_at(
        self, listing: ListingRow, routes: Mapping[Way, Routes], number: int, way: Way
    ) -> Expression:
        """Give any path of a way at one of the stops."""
        return self.any_path(listing, routes[way][number])

    def useful(self, word: str, listing: ListingRow) -> list[Way]:
        """List the ways of a word whose means the station all has a use for."""
        return [
            way
            for way in self.each_way[word]
            if all(listing.id in self.means[k].stations for k in way)
        ]

    def any_way(
        self, word: str, listing: ListingRow, meaning: Callable[[Way], Expression]
    ) -> Expression:
        """Give what a word stands for: its way whose switch is on."""
        found: dict[Expression, list[Way]] = {}
        for way in self.useful(word, listing):
            found.setdefault(meaning(way), []).append(way)
        if len(found) == 1:
            return next(iter(found))
        return any_of(
            *(
                all_of(any_of(*(self.switch(word, way) for way in ways)), expression)
                for expression, ways in found.items()
            )
        )

    def switch(self, word: str, way: Way) -> Expression:
        """Give the leaf that works in the lanes in which a word is so."""
        id = f"\n{word} {way}"  # no code has a line break in it
        if id not in self.switches:
            self.switches[id] = (word, way)
            self.builder.component(id, q=0.5)
        return Leaf(id)

    def claims(self, listing: ListingRow, way: Way) -> Claims:
        own = self.register.claims.get(listing.id, {})
        return _with(own, [self.means[k].claims.get(listing.id, {}) for k in way])

    def routes(self, listing: ListingRow, way: Way) -> Routes:
        """Give the paths of each stop, or of the station that has none."""
        claims, reader = self.claims(listing, way), self.readers[way]
        stops = self.register.stops.get(listing.id, [])
        if not stops:
            return (reader.paths_of(listing, claims, claims, listing.code),)
        return tuple(
            reader.paths_of(
                listing,
                claims,
                _with(
                    self.register.stop_claims.get(stop.id, {}),
                    [self.means[k].stops.get(stop.id, {}) for k in way],
                ),
                f"{listing.code}/stop-{stop.ordinal}",
                travels=True,
            )
            for stop in stops
        )

    def part(self, id: str, q: float, mttr_h: float) -> Expression:
        """Give a private part; with other figures in another way it is another."""
        known = self.figures_of.setdefault(id, {})
        name = known.setdefault((q, mttr_h), id if not known else f"{id}\n{len(known)}")
        return super().part(name, q, mttr_h)

    def devices_ids(self, listing: ListingRow) -> list[str]:
        """Name a station's devices in every way: a batch may name them."""
        id = f"{listing.code}/devices"
        return list(self.figures_of.get(id, {}).values()) or [id]


def _with(claims: Claims, changes: Sequence[Changed]) -> Claims:
    if not any(changes):
        return claims
    found = dict(claims)
    for changed in changes:
        for name, known in changed.items():
            if known is None:
                found.pop(name, None)
            else:
                found[name] = known
    return found


def with_added(before: Register, registers: Sequence[Register]) -> Register:
    """Give a register that also holds the components which any of the others adds.

    Components that are only thought of are numbered below 0, in each register anew.
    """
    components, depends_on = dict(before.components), dict(before.depends_on)
    protection = dict(before.protection)
    new = min((row.id for row in components.values()), default=0)
    for other in registers:
        for code in other.components.keys() - before.components.keys():
            new = min(new, 0) - 1
            components[code] = replace(other.components[code], id=new)
            for texts, theirs in ((depends_on, other.depends_on), (protection, other.protection)):
                if code in theirs:
                    texts[code] = theirs[code]
    return replace(
        before,
        components=dict(sorted(components.items())),
        depends_on=depends_on,
        protection=protection,
    )
