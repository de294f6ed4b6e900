"""The problem of the engine, built from what was worked out, the stock, and what is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from pollready.engine.allocation_problem import (
    AllocationProblem,
    FixedChoice,
    FixedUpgrade,
    Floor,
    KeptUnits,
    Options,
    Upgrades,
)
from pollready.obstacles.thresholds import Thresholds
from pollready.planning.allocations.effects import split_key
from pollready.planning.allocations.floors import floors_of
from pollready.planning.allocations.inputs import Counts, Decision, Inputs, Limit
from pollready.planning.allocations.means import Table
from pollready.planning.allocations.options import EPS, saved, with_option, with_useless_units
from pollready.planning.allocations.reach import classes, fits, middle
from pollready.planning.allocations.stations import Stations
from pollready.planning.allocations.stock import Stock, Store
from pollready.planning.allocations.travel import travel_h
from pollready.planning.allocations.worth import Worth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

HELD_BACK = "\nheld back"  # no code has a line break in it
FURTHER = "\nfurther"


@dataclass(frozen=True, eq=False)
class Basis:
    """What a problem is built from."""

    stations: Stations
    worth: Worth
    stock: Stock
    table: Table
    thresholds: Thresholds


@dataclass(frozen=True, eq=False)
class Built:
    """The problem, with what its rows stand for.

    Points are the stations, and behind them one that takes what is held back, if anything is.
    Depots are the lots of the stock, and behind them one for units beyond it, if any are asked.
    `bundle` int64[n_options] is each option's bundle; `upgrades` are positions in the worth's.
    """

    problem: AllocationProblem
    bundle: Ints
    upgrades: Sequence[int]
    voters: Floats
    stores: Sequence[Store]
    further: int | None
    held_back: Mapping[str, int] = field(default_factory=dict)


def build(basis: Basis, inputs: Inputs) -> Built:
    """Build the problem of checked inputs."""
    return _Builder(basis, inputs).run()


class _Builder:
    def __init__(self, basis: Basis, inputs: Inputs) -> None:
        self.basis, self.inputs = basis, inputs
        self.kinds = basis.worth.kinds
        self.place = {kind: number for number, kind in enumerate(self.kinds)}
        self.key = (inputs.level, inputs.reading)
        self.stores = [] if self.buys else [s for s in basis.stock.stores if s.kind in self.place]
        voters = basis.stations.voters
        if inputs.voters_unknown is not None:
            voters = np.where(np.isnan(voters), float(inputs.voters_unknown), voters)
        self.voters = voters

    @property
    def buys(self) -> bool:
        return self.inputs.limit == Limit.BUDGET

    def run(self) -> Built:
        further, held = self._further(), self._held_back()
        stock = self._stock(further)
        options, bundle, chosen = self._options()
        fixed, options, bundle = self._fixed(options, bundle)
        if held.any():
            options, bundle = with_option(options, bundle, self.n, held, 0.0, 0)
            fixed.append(FixedChoice(self.n, len(bundle) - 1))
        upgrades = self._upgrades(chosen, stock)
        hours, reach = self._reach(chosen, stock, further, bool(held.any()))
        within, reach_class = classes(reach, stock)
        n_points = self.n + bool(held.any())
        problem = AllocationProblem(
            points=(*self.basis.stations.codes.tolist(), *([HELD_BACK] if held.any() else [])),
            kinds=self.kinds,
            depots=(*(f"{store.lot}" for store in self.stores), *([FURTHER] if further else [])),
            stock=stock,
            reach_class=reach_class[:n_points],
            within=within,
            travel_h=hours[:n_points],
            options=options,
            upgrades=Upgrades(
                upgrades.ids, upgrades.units, upgrades.cost, reach_class[n_points:],
                hours[n_points:],
            ) if chosen else None,
            floors=self._floors(options, bundle),
            fixed=tuple(fixed),
            kept=self._kept(),
            money=float(self.inputs.money or inf) if self.buys else inf,
        )  # fmt: skip
        return Built(
            problem, bundle, tuple(chosen), self.voters, tuple(self.stores),
            len(self.stores) if further else None,
            {kind: int(held[number]) for number, kind in enumerate(self.kinds) if held[number]},
        )  # fmt: skip

    @property
    def n(self) -> int:
        return self.basis.stations.count

    # Stock

    def _there(self, kind: str) -> int:
        return sum(store.units for store in self.stores if store.kind == kind)

    def _further(self) -> dict[str, int]:
        """Give the units that are asked beyond what the ledger holds; without limit if bought."""
        if self.buys:
            return dict.fromkeys(self.kinds, self.n)
        asked = self.inputs.units
        more = {kind: asked.get(kind, 0) - self._there(kind) for kind in self.kinds}
        return {kind: count for kind, count in more.items() if count > 0}

    def _held_back(self) -> Ints:
        """Give, by kind, the units in stock that are not to be given."""
        if self.buys:
            return np.zeros(len(self.kinds), dtype=np.int64)
        asked = self.inputs.units
        return np.array(
            [max(0, self._there(kind) - asked.get(kind, 0)) for kind in self.kinds], dtype=np.int64
        )

    def _stock(self, further: Mapping[str, int]) -> Ints:
        stock = np.zeros((len(self.stores) + bool(further), len(self.kinds)), dtype=np.int64)
        for row, store in enumerate(self.stores):
            stock[row, self.place[store.kind]] = store.units
        for kind, count in further.items():
            stock[-1, self.place[kind]] = count
        return stock

    # Options

    def _options(self) -> tuple[Options, Ints, list[int]]:
        """Give an option for every bundle that saves voters somewhere, alone or upon an upgrade."""
        below, worth = self.basis.worth.below[self.key], self.basis.worth
        saves = saved(self.voters[:, None], below[:, :1], below)
        useful = saves > EPS
        if not any(floor.counts == Counts.UNITS for floor in self.inputs.floors):
            useful &= ~with_useless_units(saves, below, worth.bundles)
        points, bundles = np.nonzero(useful)
        chosen: list[int] = []
        more: list[tuple[Ints, Ints, Floats, int]] = []
        for number, upgrade in enumerate(worth.upgrades):
            upgraded = saved(
                self.voters[upgrade.behind, None], below[upgrade.behind, :1],
                upgrade.below[self.key],
            )  # fmt: skip
            better = upgraded > np.maximum(saves[upgrade.behind], 0.0) + EPS
            rows, taken = np.nonzero(better)
            if rows.size:
                more.append((upgrade.behind[rows], taken, upgraded[rows, taken], len(chosen)))
                chosen.append(number)
        point = np.concatenate([points, *(each[0] for each in more)])
        bundle = np.concatenate([bundles, *(each[1] for each in more)]).astype(np.int64)
        value = np.concatenate([saves[points, bundles], *(each[2] for each in more)])
        own = len(points)
        options = Options(
            point=point.astype(np.int64),
            units=worth.bundles[bundle],
            saves=value,
            cost=self._cost(worth.bundles[bundle]),
            presuming=np.arange(own, len(point)),
            presumed=np.repeat(
                np.array([each[3] for each in more], dtype=np.int64),
                np.array([len(each[0]) for each in more], dtype=np.int64),
            ),
        )
        return options, bundle, chosen

    def _cost(self, units: Ints) -> Floats:
        if not self.buys:
            return np.zeros(len(units))
        costs = list(unit_costs(self.basis.table, self.kinds).values())
        return np.asarray(units @ np.array(costs, dtype=np.float64), dtype=np.float64)

    def _upgrades(self, chosen: Sequence[int], stock: Ints) -> Upgrades:
        found = [self.basis.worth.upgrades[number] for number in chosen]
        units = np.zeros((len(found), len(self.kinds)), dtype=np.int64)
        units[np.arange(len(found)), [each.kind for each in found]] = 1
        names = tuple(f"{each.component}\n{self.kinds[each.kind]}" for each in found)
        nobody = np.zeros(len(found), dtype=np.int64)
        return Upgrades(
            names, units, self._cost(units), nobody, np.zeros((len(found), stock.shape[0]))
        )

    # Reach

    def _reach(
        self, chosen: Sequence[int], stock: Ints, further: Mapping[str, int], held: bool
    ) -> tuple[Floats, Bools]:
        """Give hours and reach of stations, what takes back, and upgrades, from each depot."""
        stations, stores = self.basis.stations, self.stores
        ups = [self.basis.worth.upgrades[number].behind for number in chosen]
        lat = np.concatenate([stations.lat, [middle(stations.lat[each]) for each in ups]])
        lon = np.concatenate([stations.lon, [middle(stations.lon[each]) for each in ups]])
        hours = travel_h(
            lat, lon,
            np.array([store.lat for store in stores]), np.array([store.lon for store in stores]),
            self.basis.thresholds,
        )  # fmt: skip
        with np.errstate(invalid="ignore"):
            reach = hours <= self.inputs.travel_max_h
        for column, store in enumerate(stores):
            usable = fits(store, stations)
            reach[: self.n, column] &= usable
            reach[self.n :, column] &= np.array([usable[up].any() for up in ups], dtype=np.bool_)
        if further:
            hours = np.column_stack([hours, np.zeros(len(hours))])
            reach = np.column_stack([reach, np.ones(len(reach), dtype=np.bool_)])
        if held:
            hours = np.insert(hours, self.n, 0.0, axis=0)
            reach = np.insert(reach, self.n, True, axis=0)
            if further:
                reach[self.n, -1] = False
        return hours, reach

    # Floors and decisions

    def _floors(self, options: Options, bundle: Ints) -> tuple[Floor, ...]:
        units = self.basis.worth.bundles[bundle]
        real = options.point < self.n
        return floors_of(self.inputs.floors, self.basis.stations, self.place, options, units, real)

    def _fixed(
        self, options: Options, bundle: Ints
    ) -> tuple[list[FixedChoice | FixedUpgrade], Options, Ints]:
        fixed: list[FixedChoice | FixedUpgrade] = []
        position = {pk: place for place, pk in enumerate(self.basis.stations.listings.tolist())}
        for decision in self.inputs.decisions:
            if decision.station is None:
                continue
            point = position[decision.station]
            if not any(decision.units.values()):
                fixed.append(FixedChoice(point, None))
                continue
            option, options, bundle = self._option_of(decision, point, options, bundle)
            fixed.append(FixedChoice(point, option))
        return fixed, options, bundle

    def _option_of(
        self, decision: Decision, point: int, options: Options, bundle: Ints
    ) -> tuple[int, Options, Ints]:
        """Find the station's option with just these units; where it saves nothing, make it."""
        units = np.zeros(len(self.kinds), dtype=np.int64)
        for kind, count in decision.units.items():
            units[self.place[kind]] = count
        alone = np.ones(len(bundle), dtype=np.bool_)
        alone[options.presuming] = False
        same = alone & (options.point == point) & (options.units == units).all(axis=1)
        if same.any():
            return int(np.flatnonzero(same)[0]), options, bundle
        known = np.flatnonzero((self.basis.worth.bundles == units).all(axis=1))
        number = int(known[0]) if known.size else -1
        options, bundle = with_option(
            options, bundle, point, units, self._cost(units[None])[0], number
        )
        return len(bundle) - 1, options, bundle

    def _kept(self) -> tuple[KeptUnits, ...]:
        row = {store.lot: number for number, store in enumerate(self.stores)}
        county = self.basis.stations.county
        return tuple(
            KeptUnits(
                row[decision.lot],
                self.place[self.stores[row[decision.lot]].kind],
                decision.kept,
                np.flatnonzero(county == decision.county),
            )
            for decision in self.inputs.decisions
            if decision.lot is not None and decision.lot in row
        )


def unit_costs(table: Table, kinds: Sequence[str]) -> dict[str, float]:
    """Give what one more unit of each kind costs; 0 of one that left the table since."""
    found = {kind: table.get(split_key(kind)[0]) for kind in kinds}
    return {kind: means.cost if means else 0.0 for kind, means in found.items()}
